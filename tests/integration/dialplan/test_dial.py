"""Steps that ring phones and outside numbers in place of a queue."""

import pytest

from tests.integration.dialplan.conftest import LONG, RINGS, Behave, Call, invites
from tests.testbed.ami_probe import AmiProbe
from tests.testbed.bed import Testbed
from tests.testbed.fake_agi import Answer, FakeAgi, in_turn, queue, step
from tests.testbed.phones import Agent, Patient
from tests.testbed.softphone import Softphone

pytestmark = pytest.mark.asterisk


def dial(to: str, seconds: int = 60, **more: str) -> Answer:
    return step("dial", **{"dial": to, "timeout": str(seconds), "callerid": "", "music": "", **more})


async def test_rings_all_and_ends_the_call_after_the_talk(
    bed: Testbed, probe: AmiProbe, agents: Behave, call: Call, doctor: Softphone
) -> None:
    await agents(RINGS, "101")
    async with FakeAgi(bed.agi_port, in_turn(dial("PJSIP/101&PJSIP/201"))) as agi:
        caller = call()
        await probe.event("DialState", DialStatus="RINGING", DestCallerIDNum="101")
        answered = await (await doctor.rings()).answer()
        ended = await probe.event("DialEnd", DialStatus="ANSWER")
        await probe.event("BridgeEnter", Uniqueid=ended["Uniqueid"])
        await answered.hang_up()
        await caller.ended()
    assert ended["DestChannel"].startswith("PJSIP/201-")
    assert len(agi.questions) == 1


@pytest.mark.parametrize(
    ("to", "behaviour", "outcome"),
    [
        ("PJSIP/201", RINGS, "NOANSWER"),
        ("PJSIP/201", Agent(refuse="486 Busy Here"), "BUSY"),
        ("PJSIP/201", Agent(refuse="503 Service Unavailable"), "CONGESTION"),
        ("PJSIP/no-such-phone", None, "CHANUNAVAIL"),
        ("Nonsense/1", None, "CHANUNAVAIL"),
        ("201", None, "FAILED"),
        ("", None, "CHANUNAVAIL"),
    ],
)
async def test_without_a_talk_asks_again_with_the_outcome(
    bed: Testbed, probe: AmiProbe, agents: Behave, to: str, behaviour: Agent | None, outcome: str
) -> None:
    await agents(behaviour or RINGS, "201")
    seconds = 1 if behaviour is RINGS else 60
    async with FakeAgi(bed.agi_port, in_turn(dial(to, seconds), queue("operators"))) as agi:
        await bed.call(LONG)
        await probe.event("AgentConnect")
    assert agi.questions[1].outcome == outcome


@pytest.mark.parametrize(
    ("shown", "expected"),
    [("+74951234567", b"From: <sip:+74951234567@"), ("", b'From: "Ivanov Ivan" <sip:+79161234567@')],
)
async def test_shows_the_number_of_the_policy_to_the_called_alone(
    bed: Testbed, probe: AmiProbe, agents: Behave, shown: str, expected: bytes
) -> None:
    await agents(Agent(refuse="486 Busy Here"), "201")
    async with FakeAgi(bed.agi_port, in_turn(dial("PJSIP/201", callerid=shown), queue("operators"))) as agi:
        await bed.call(LONG)
        connected = await probe.event("AgentConnect")
    (invite,) = invites(bed, "201")
    assert expected in invite
    assert (b"+79161234567" in invite) is not bool(shown)
    assert (connected["CallerIDNum"], connected["CallerIDName"]) == ("+79161234567", "Ivanov Ivan")
    assert agi.questions[1].caller_number == b"+79161234567"


async def test_a_hidden_caller_shows_the_number_of_the_policy(
    bed: Testbed, probe: AmiProbe, agents: Behave
) -> None:
    await agents(RINGS, "201")
    hidden = b"P-Asserted-Identity: <sip:+79990001122@carrier.example>\nPrivacy: id\n"
    async with FakeAgi(bed.agi_port, in_turn(dial("PJSIP/201", callerid="+74951234567"))):
        await bed.call(Patient(number="anonymous", name=b"Anonymous", headers=hidden, talk=120))
        await probe.event("DialState", DialStatus="RINGING")
    assert b"From: <sip:+74951234567@" in bed.phones["201"].received()[0]


async def test_the_music_is_the_steps_own(bed: Testbed, probe: AmiProbe, agents: Behave) -> None:
    await agents(RINGS)
    steps = (dial("PJSIP/201", 1, music="calm"), queue("operators", 1, music="calm"), queue("operators"))
    async with FakeAgi(bed.agi_port, in_turn(*steps)):
        await bed.call(LONG)
        await probe.event("MusicOnHoldStart", Class="default")
    heard = [m["Class"] for m in probe.messages if m.get("Event") == "MusicOnHoldStart"]
    assert heard == ["calm", "calm", "default"]


@pytest.mark.parametrize("answer", ["", "no"])
async def test_who_hangs_up_while_it_rings_leaves_nothing(
    bed: Testbed, probe: AmiProbe, call: Call, doctor: Softphone, answer: str
) -> None:
    async with FakeAgi(bed.agi_port, in_turn(dial("PJSIP/201", answer=answer))) as agi:
        caller = call()
        began = await probe.event("DialBegin")
        ringing = await doctor.rings()
        await (caller.rung() if answer else caller.answered())
        await caller.hang_up()
        await ringing.ended()
        await probe.event("Hangup", Uniqueid=began["DestUniqueid"])
        await probe.event("Hangup", Uniqueid=began["Uniqueid"])
    assert began["ChannelStateDesc"] == ("Ring" if answer else "Up")
    assert len(agi.questions) == 1
