"""The ways into the dialplan, and whom it asks."""

import pytest

from tests.integration.dialplan.conftest import LONG, RINGS, Behave, Call, PutGlobal, talking, timeout_of
from tests.testbed.ami_probe import AmiProbe
from tests.testbed.bed import Testbed
from tests.testbed.fake_agi import FakeAgi, in_turn, queue
from tests.testbed.phones import Patient
from tests.testbed.softphone import Softphone

pytestmark = pytest.mark.asterisk


async def test_the_admins_own_limit_still_ends_the_call(
    bed: Testbed, probe: AmiProbe, agents: Behave
) -> None:
    await agents(RINGS)
    async with FakeAgi(bed.agi_port, in_turn(queue("operators"))) as agi:
        await bed.call(Patient(did="7010000", talk=120))
        joined = await probe.event("QueueCallerJoin")
        limit = float((await probe.action(timeout_of(joined["Channel"])))["Value"])
        assert 0 < limit < 6  # not the question's own
        await probe.event("Hangup", Uniqueid=joined["Uniqueid"])
    assert len(agi.questions) == 1


@pytest.mark.parametrize("special", ["h", "i", "t", "T", "e"])
async def test_asterisks_own_extensions_bring_no_call(bed: Testbed, call: Call, special: str) -> None:
    async with FakeAgi(bed.agi_port, in_turn(queue("operators"))) as agi:
        await call(special).ended()
    assert not agi.questions


async def test_enters_by_gosub_and_does_not_come_back(
    bed: Testbed, probe: AmiProbe, call: Call, doctor: Softphone
) -> None:
    async with FakeAgi(bed.agi_port, in_turn(queue("duty-doctor"))) as agi:
        caller = call("7000001")
        answered = await (await doctor.rings()).answer()
        await talking(probe)
        await answered.hang_up()
        await caller.ended()
    assert (await agi.question()).called_number == b"7000001"
    answer = await probe.action({"Action": "Getvar", "Variable": "CCD_CAME_BACK"})
    assert answer["Value"] == ""


@pytest.mark.parametrize("did", ["7020001", "7030001"], ids=["somebody's argument", "no argument"])
async def test_without_an_argument_for_ccd_the_called_number_is_the_dialled_one(
    bed: Testbed, probe: AmiProbe, did: str
) -> None:
    async with FakeAgi(bed.agi_port, in_turn(queue("operators"))) as agi:
        await bed.call(Patient(did=did, talk=120))
        assert (await agi.question()).called_number == did.encode()
        await probe.event("AgentConnect")


async def test_a_script_answers_in_place_of_a_server(
    bed: Testbed, probe: AmiProbe, globals_: PutGlobal
) -> None:
    script = bed.asterisk.home / "agi-bin" / "answer"
    script.write_text(
        '#!/bin/sh\nwhile read line && [ "$line" ]; do :; done\n'
        'echo EXEC MSet "\\"CCD_ACTION=queue,CCD_QUEUE=duty-doctor,CCD_ANSWER=yes,CCD_READY=1\\""\n'
        "read answer\n"
    )
    script.chmod(0o755)
    await globals_("CCD_AGI", "answer")
    await bed.call(LONG)
    assert (await probe.event("AgentConnect"))["Queue"] == "duty-doctor"
