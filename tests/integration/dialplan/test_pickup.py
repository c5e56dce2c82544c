"""A colleague takes the call from his own phone while the queue rings another's."""

import pytest

from ccd.ami.translate import translate
from ccd.calls.events import AgentCompleted, AgentConnected
from tests.integration.dialplan.conftest import RINGS, Behave, Call, talking
from tests.testbed.ami_probe import AmiProbe
from tests.testbed.bed import Testbed
from tests.testbed.fake_agi import FakeAgi, in_turn, queue
from tests.testbed.softphone import Softphone

pytestmark = pytest.mark.asterisk


async def test_who_picks_a_call_up_is_who_talks(
    bed: Testbed, probe: AmiProbe, agents: Behave, call: Call, doctor: Softphone
) -> None:
    """Asterisk swaps the channels and goes on naming the member whom it had asked."""
    await agents(RINGS, "101", "102")
    async with FakeAgi(bed.agi_port, in_turn(queue("operators"))):
        caller = call()
        ringing = (await probe.event("AgentCalled"))["DestChannel"]
        await probe.event("DialState", DestChannel=ringing, DialStatus="RINGING")
        pick_up = {"Application": "PickupChan", "Data": ringing, "Async": "true"}
        await probe.action({"Action": "Originate", "Channel": "PJSIP/201", **pick_up})
        await (await doctor.rings()).answer()
        await talking(probe)
        await caller.hang_up()
        completed = await probe.event("AgentComplete")
    assert completed["MemberName"].startswith("Operator")
    told = [event for frame in probe.raw.split(b"\r\n\r\n") if (event := translate(frame))]
    talks = [event for event in told if isinstance(event, AgentConnected | AgentCompleted)]
    assert [(talk.phone, talk.member) for talk in talks] == [("PJSIP/201", "")] * 2
    assert {talk.leg for talk in talks} == {completed["DestUniqueid"]}
