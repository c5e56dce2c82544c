"""How a queue step lets a caller wait: place, rung, music, keys."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.integration.dialplan.conftest import LONG, RINGS, Behave, Call
from tests.testbed.ami_probe import AmiProbe
from tests.testbed.bed import Testbed
from tests.testbed.fake_agi import FakeAgi, in_turn, queue
from tests.testbed.phones import Agent

pytestmark = pytest.mark.asterisk


@pytest_asyncio.fixture
async def rungs(bed: Testbed, probe: AmiProbe) -> AsyncIterator[None]:
    """102 stands on the second rung of skill for this test."""
    rung = {"Action": "QueuePenalty", "Queue": "operators", "Interface": "PJSIP/102"}
    assert (await probe.action({**rung, "Penalty": "1"}))["Response"] == "Success"
    yield
    await bed.quiet()
    await probe.action({**rung, "Penalty": "0"})


@pytest.mark.usefixtures("rungs")
async def test_rings_only_the_rung_it_is_told(bed: Testbed, probe: AmiProbe, agents: Behave) -> None:
    """The next step rings all again: nothing of the last one's rung is left."""
    await agents(Agent(refuse="486 Busy Here"), "101")
    async with FakeAgi(bed.agi_port, in_turn(queue("operators", 3, penalty="0"), queue("operators"))) as agi:
        await bed.call(LONG)
        await agi.question(1)
        rung = {message["Interface"] for message in probe.messages if message.get("Event") == "AgentCalled"}
        assert rung == {"PJSIP/101"}
        assert (await probe.event("AgentConnect"))["Interface"] == "PJSIP/102"


async def test_joins_at_the_place_it_is_told(bed: Testbed, probe: AmiProbe, agents: Behave) -> None:
    await agents(RINGS)
    async with FakeAgi(bed.agi_port, lambda _: queue("operators")):
        await bed.call(LONG)
        await probe.event("QueueCallerJoin", Position="1")
        await bed.call(LONG)
        await probe.event("QueueCallerJoin", Position="2")
    async with FakeAgi(bed.agi_port, in_turn(queue("operators", position="1"))):
        await bed.call(LONG)
        await probe.event("QueueCallerJoin", Position="1", Count="3")


@pytest.mark.parametrize("key", ["1", "*", "#"])
async def test_a_key_ends_the_wait(
    bed: Testbed, probe: AmiProbe, agents: Behave, call: Call, key: str
) -> None:
    await agents(RINGS, "101", "102")
    steps = in_turn(queue("operators", keys="yes", music="calm"), queue("duty-doctor"))
    async with FakeAgi(bed.agi_port, steps) as agi:
        caller = call()
        await probe.event("QueueCallerJoin")
        await caller.press(key)
        assert (await probe.event("AgentConnect"))["Queue"] == "duty-doctor"
    assert (agi.questions[1].token, agi.questions[1].outcome) == ("1", f"KEY-{key}")
    assert agi.questions[0].arguments[4:] == agi.questions[1].arguments[4:]


async def test_a_key_finds_nobody_to_ask(bed: Testbed, probe: AmiProbe, agents: Behave, call: Call) -> None:
    await agents(RINGS, "201")
    async with FakeAgi(bed.agi_port, in_turn(queue("duty-doctor"))):
        caller = call()
        await probe.event("QueueCallerJoin")
    await caller.press("1")
    assert (await probe.event("AgentConnect"))["Queue"] == "operators"


async def test_who_waits_without_ccd_is_asked_about_by_his_key(
    bed: Testbed, probe: AmiProbe, call: Call
) -> None:
    async with FakeAgi(bed.agi_port, in_turn(queue("operators"))) as agi:
        caller = call("7040001")
        await probe.event("QueueCallerJoin")
        await caller.press("1")
        question = await agi.question()
        await probe.event("AgentConnect")
    assert (question.called_number, question.token, question.outcome) == (b"7040001", "", "")
