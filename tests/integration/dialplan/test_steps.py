"""The dialplan runs the step that it is told, and asks again while nobody answered."""

import pytest

from tests.integration.dialplan.conftest import LONG, RINGS, Behave, Call, talking
from tests.testbed.ami_probe import AmiProbe
from tests.testbed.bed import Testbed
from tests.testbed.fake_agi import FakeAgi, hangup, in_turn, play, queue
from tests.testbed.softphone import Softphone

pytestmark = pytest.mark.asterisk


async def test_runs_the_queue_it_is_told(bed: Testbed, probe: AmiProbe) -> None:
    async with FakeAgi(bed.agi_port, in_turn(queue("duty-doctor", 30))) as agi:
        await bed.call(LONG)
        question = await agi.question()
        connected = await probe.event("AgentConnect")
    assert connected["Queue"] == "duty-doctor"
    assert connected["Linkedid"] == question.linked_id
    assert question.arguments[1:] == (
        "74951234567", "", "", "%2B79161234567", "Ivanov%20Ivan", "allowed_not_screened",
    )  # fmt: skip
    assert question.environment["agi_network_script"] == "step"


@pytest.mark.parametrize("ends", ["caller", "agent"])
async def test_an_answered_call_asks_no_more(
    bed: Testbed, probe: AmiProbe, call: Call, doctor: Softphone, ends: str
) -> None:
    async with FakeAgi(bed.agi_port, in_turn(queue("duty-doctor", 60))) as agi:
        caller = call()
        agent = await (await doctor.rings()).answer()
        await talking(probe)
        await {"caller": caller, "agent": agent}[ends].hang_up()
        completed = await probe.event("AgentComplete")
        await probe.event("Hangup", Uniqueid=agi.questions[0].environment["agi_uniqueid"])
        await caller.ended()
    assert completed["Reason"] == ends
    assert len(agi.questions) == 1


async def test_asks_again_with_token_and_outcome(bed: Testbed, probe: AmiProbe, agents: Behave) -> None:
    await agents(RINGS, "101", "102")
    answers = (queue("operators", 1, token="night:1"), queue("duty-doctor", token="night:2"))
    async with FakeAgi(bed.agi_port, lambda question: answers[len(question.token) > 0]) as agi:
        await bed.call(LONG)
        assert (await probe.event("AgentConnect"))["Queue"] == "duty-doctor"
    assert [(q.token, q.outcome) for q in agi.questions] == [("", ""), ("night:1", "TIMEOUT")]
    assert agi.questions[0].linked_id == agi.questions[1].linked_id


async def test_waits_unanswered_when_told_so(
    bed: Testbed, probe: AmiProbe, agents: Behave, call: Call
) -> None:
    await agents(RINGS)
    async with FakeAgi(bed.agi_port, in_turn(queue("operators", answer=False))):
        caller = call()
        joined = await probe.event("QueueCallerJoin")
        assert joined["ChannelStateDesc"] == "Ring"
        await caller.rung()
        await caller.hang_up()
        await probe.event("QueueCallerAbandon", Uniqueid=joined["Uniqueid"])
    assert not any(message.get("Event") == "MusicOnHoldStart" for message in probe.messages)


async def test_who_was_answered_before_hears_music_all_the_same(
    bed: Testbed, probe: AmiProbe, agents: Behave
) -> None:
    await agents(RINGS)
    async with FakeAgi(bed.agi_port, in_turn(play("ccd/hello"), queue("operators", answer=False))):
        await bed.call(LONG)
        joined = await probe.event("QueueCallerJoin")
        await probe.event("MusicOnHoldStart", Uniqueid=joined["Uniqueid"])


@pytest.mark.parametrize(("sound", "outcome"), [("ccd/hello", "PLAYED"), ("ccd/no-such-sound", "FAILED")])
async def test_plays_then_asks(bed: Testbed, probe: AmiProbe, sound: str, outcome: str) -> None:
    async with FakeAgi(bed.agi_port, in_turn(play(sound), queue("operators"))) as agi:
        await bed.call(LONG)
        await probe.event("AgentConnect")
    assert agi.questions[1].outcome == outcome


@pytest.mark.parametrize(("cause", "status"), [(17, 486), (34, 503), (21, 403)])
async def test_hangs_up_with_the_cause(bed: Testbed, call: Call, cause: int, status: int) -> None:
    async with FakeAgi(bed.agi_port, in_turn(hangup(cause))):
        caller = await call().ended()
    assert caller.status == status


async def test_unknown_queue_is_told_to_ccd(bed: Testbed, probe: AmiProbe) -> None:
    async with FakeAgi(bed.agi_port, in_turn(queue("no-such-queue", 5), queue("duty-doctor"))) as agi:
        await bed.call(LONG)
        assert (await probe.event("AgentConnect"))["Queue"] == "duty-doctor"
    assert agi.questions[1].outcome == "FAILED"
