"""Whatever is wrong with asking, the caller reaches the default queue; no call may get lost."""

import pytest

from tests.integration.dialplan.conftest import LONG, RINGS, Behave, PutGlobal, hears, timeout_of
from tests.testbed.ami_probe import AmiProbe, Message
from tests.testbed.bed import Testbed
from tests.testbed.fake_agi import FakeAgi, Misbehaviour, in_turn, queue

pytestmark = pytest.mark.asterisk


def gave_up(probe: AmiProbe) -> bool:
    """Whether the dialplan has waited for an answer as long as it ever does."""
    return any(m.get("Event") == "Newexten" and m["Extension"] == "T" for m in probe.messages)


async def test_a_plan_without_end_is_left_for_the_default_queue(bed: Testbed, probe: AmiProbe) -> None:
    async with FakeAgi(bed.agi_port, lambda _: queue("no-such-queue", 5, token="again:0")) as agi:
        await bed.call(LONG)
        assert (await probe.event("AgentConnect", seconds=90))["Queue"] == "operators"
    assert len(agi.questions) == 60


async def test_nobody_listens_on_agi(bed: Testbed, probe: AmiProbe) -> None:
    await bed.call(LONG)
    assert (await probe.event("QueueCallerJoin"))["Queue"] == "operators"
    assert not gave_up(probe)
    await probe.event("AgentConnect")


async def test_agi_stays_silent(bed: Testbed, probe: AmiProbe, globals_: PutGlobal) -> None:
    """The moments are Asterisk's own, and the longest wait is wide: a machine may be slow."""

    def moment(event: Message) -> float:
        return float(event["Timestamp"])

    await globals_("PATIENCE", "")
    async with FakeAgi(bed.agi_port, lambda _: Misbehaviour.SILENT):
        phone = await bed.call(LONG)
        asking = await probe.event("Newexten", Application="AGI")
        joined = await probe.event("QueueCallerJoin")
        assert joined["Queue"] == "operators"
        assert 1.5 < moment(joined) - moment(asking) < 10
        assert gave_up(probe)
        await probe.event("AgentConnect")
        assert (await probe.action(timeout_of(joined["Channel"])))["Value"] == "0"
    assert phone.process.alive


@pytest.mark.parametrize("how", [Misbehaviour.DIES, Misbehaviour.GARBAGE, Misbehaviour.INCOMPLETE])
async def test_agi_misbehaves(bed: Testbed, probe: AmiProbe, how: Misbehaviour) -> None:
    async with FakeAgi(bed.agi_port, lambda _: how):
        await bed.call(LONG)
        joined = await probe.event("QueueCallerJoin")
        assert joined["Queue"] == "operators"
        assert not gave_up(probe)
        await probe.event("AgentConnect")
        assert (await probe.action(timeout_of(joined["Channel"])))["Value"] == "0"


async def test_ccd_dies_between_two_steps(bed: Testbed, probe: AmiProbe, agents: Behave) -> None:
    await agents(RINGS, "201")
    async with FakeAgi(bed.agi_port, in_turn(queue("duty-doctor", 1))):
        await bed.call(LONG)
        await probe.event("QueueCallerJoin", Queue="duty-doctor")
    assert (await probe.event("AgentConnect"))["Queue"] == "operators"


async def test_a_default_queue_that_returns_is_tried_again(
    bed: Testbed, probe: AmiProbe, globals_: PutGlobal
) -> None:
    await globals_("CCD_DEFAULT_QUEUE", "no-such-queue")
    await bed.call(LONG)
    await probe.event("Newexten", Application="Wait")
    await globals_("CCD_DEFAULT_QUEUE", "operators")
    assert (await probe.event("AgentConnect"))["Queue"] == "operators"


async def test_who_waits_for_the_default_queue_hears_ringing(
    bed: Testbed, probe: AmiProbe, globals_: PutGlobal
) -> None:
    """Ringing, because music needs a class that may not be there; silence sounds like a dead line."""
    await globals_("CCD_DEFAULT_QUEUE", "no-such-queue")
    await bed.call(LONG)
    waiting = await probe.event("Newexten", Application="Wait")
    await hears(probe, waiting["Channel"], 20)


async def test_no_default_queue_at_all_ends_in_congestion(
    bed: Testbed, probe: AmiProbe, globals_: PutGlobal
) -> None:
    await globals_("CCD_DEFAULT_QUEUE", "no-such-queue")
    await bed.call(LONG)
    waiting = await probe.event("Newexten", Application="Wait")
    await probe.action(
        {"Action": "Setvar", "Channel": waiting["Channel"], "Variable": "CCD_TRIED", "Value": "23"}
    )
    await probe.event("Newexten", Application="Congestion")
