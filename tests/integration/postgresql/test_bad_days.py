"""The server is away in mid-call: callers reach the queue that is meant, each call is one whole record."""

import pytest

from tests.integration.clinic.agreement import disagreements
from tests.integration.clinic.support import Clinic, Dialled, talking, until
from tests.integration.clinic.test_one_record import agrees, in_every_state
from tests.testbed.ami_probe import AmiProbe

pytestmark = pytest.mark.asterisk


async def answered(clinic: Clinic, probe: AmiProbe) -> Dialled:
    """A patient who calls now reaches the queue of the rule, not the default one, and talks."""
    call = await clinic.dial(probe, "answers")
    joined = await probe.event("QueueCallerJoin", Linkedid=call.call_id)
    assert joined["Queue"] == "answers"
    await talking(probe, call)
    return call


async def test_the_server_restarts(clinic, probe):
    lasting, ending = await in_every_state(clinic, probe), await in_every_state(clinic, probe)
    clinic.server.halt()
    arrived = [await answered(clinic, probe), await answered(clinic, probe)]
    await clinic.hang_up(probe, *ending, arrived[0])
    clinic.server.go_on()
    await clinic.hang_up(probe, *lasting, arrived[1])
    await agrees(clinic, *lasting, *ending, *arrived)


async def test_the_server_hangs(clinic, probe):
    calls = await in_every_state(clinic, probe)
    clinic.server.freeze()
    for number in range(4):
        calls.append(await answered(clinic, probe))
        if number % 2:
            await clinic.hang_up(probe, calls[-1])
    await clinic.hang_up(probe, *calls[:3])
    clinic.server.thaw()
    await clinic.hang_up(probe, *calls[3::2])
    await agrees(clinic, *calls)


async def test_connections_are_ended_again_and_again(clinic, probe):
    calls = await in_every_state(clinic, probe)
    for _ in range(4):
        clinic.cut()
        calls.append(await answered(clinic, probe))
    clinic.cut()
    await clinic.hang_up(probe, *calls)
    clinic.cut()
    await agrees(clinic, *calls)


async def test_ccd_ends_and_starts_while_the_server_hangs(clinic, probe):
    calls = await in_every_state(clinic, probe)
    clinic.server.freeze()
    calls.append(await answered(clinic, probe))
    await clinic.hang_up(probe, *calls)
    await clinic.ccd.stop()
    assert (clinic.home / "ccd.spool").exists()
    heard = clinic.resynchronised()
    await clinic.ccd.start(desk=False)
    during = await answered(clinic, probe)
    clinic.server.thaw()
    await until(lambda: clinic.resynchronised() > heard, "ccd hears Asterisk")
    await clinic.hang_up(probe, during)
    await agrees(clinic, *calls)
    assert not (clinic.home / "ccd.spool").exists()
    (record,) = await clinic.known(during, but={"held", "segments"})
    assert record["rule"] == "answers"
    assert not await disagreements(record, clinic.asterisk)
