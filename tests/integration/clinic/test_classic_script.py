"""A call is routed by the classic script as well, started by Asterisk itself in place of a connection."""

import sys
from pathlib import Path

import pytest

from tests.integration.clinic.agreement import disagreements
from tests.integration.clinic.support import talking, until

pytestmark = pytest.mark.asterisk


@pytest.fixture
async def classic(clinic, probe):
    """CCD_AGI names the script, as an admin would set it."""
    script = Path(sys.executable).with_name("ccd-agi")
    before = (await probe.action({"Action": "Getvar", "Variable": "CCD_AGI"}))["Value"]
    value = f"{script},--address=127.0.0.1:{clinic.agi_port}"
    await probe.action({"Action": "Setvar", "Variable": "CCD_AGI", "Value": value})
    yield
    await probe.action({"Action": "Setvar", "Variable": "CCD_AGI", "Value": before})


async def test_the_classic_script_routes_a_call(clinic, probe, classic):
    call = await clinic.dial(probe, "answers", name="Иванова".encode())
    joined = await probe.event("QueueCallerJoin", Linkedid=call.call_id)
    assert float(joined["Timestamp"]) - call.began < 2
    await talking(probe, call)
    await clinic.hang_up(probe, call)
    (record,) = await clinic.known(call)
    assert (record["rule"], record["caller_name"]) == ("answers", "Иванова")
    assert not await disagreements(record, clinic.asterisk)
    log = clinic.asterisk.home / "log/full"
    said = f"Launched AGI Script {sys.prefix}"
    await until(lambda: said in log.read_text(errors="replace"), "Asterisk has started the script itself")
