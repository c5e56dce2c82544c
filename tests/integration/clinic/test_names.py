"""A caller's name and number are text: stored as Asterisk has them, shown so, without any effect."""

import pytest

from tests.integration.clinic.support import Clinic, Dialled
from tests.testbed.ami_probe import AmiProbe

pytestmark = pytest.mark.asterisk

NAMES: dict[bytes | None, str] = {
    "Иванова Мария Петровна".encode(): "Иванова Мария Петровна",
    "Müller".encode("latin-1"): "M\ufffdller",  # the only letter that Asterisk itself replaces
    None: "",
    b"": "",
    "Иванова".encode()[:-1]: "Иванов\ufffd",
    "Ы".encode() * 79: "Ы" * 39,  # cut by Asterisk at 80 bytes, in mid-letter
    b'O\'Brien "Bob" `x`': 'O\'Brien \\"Bob\\" `x`',  # escaped as SIP has it; Asterisk leaves it so
    b"${SHELL(id)},|&;={}(1)%0A": "${SHELL(id)},|&;={}(1)%0A",
    b"a\tb": "a\tb",
    b"<script>alert(1)</script>": "<script>alert(1)</script>",
    b"'; DROP TABLE calls; --": "'; DROP TABLE calls; --",
    b"Event: AgentConnect%0D%0A": "Event: AgentConnect%0D%0A",
}
"""A name's bytes in the INVITE, and what the record says."""
NUMBERS = {
    **{number: number for number in ("anonymous", "sip.user-name", "01", "+7(495)123-45-67", "0")},
    "7916%0d%0aQueue%3a%20operators": "7916  Queue: operators",
    "7916%27%20OR%20%271%27=%271": "7916' OR '1'='1",
}
"""The same of numbers; line breaks, which the dialplan makes harmless, can come in these only."""


async def wait_a_little(clinic: Clinic, probe: AmiProbe, *calls: Dialled) -> None:
    for call in calls:
        joined = await probe.event("QueueCallerJoin", Uniqueid=call.call_id)
        assert joined["Queue"] == "empty"
    await clinic.hang_up(probe, *calls)


async def test_every_name_is_text(clinic, probe):
    calls = [await clinic.dial(probe, "empty", name=name) for name in NAMES]
    await wait_a_little(clinic, probe, *calls)
    records = await clinic.records(*calls)
    assert [record["caller_name"] for record in records] == list(NAMES.values())
    kept = [clinic.rows("call_id = ?", call.call_id)[0]["caller_name"] for call in calls]
    assert kept == list(NAMES.values())
    assert {(record["rule"], record["queue"], *record["unknown"]) for record in records} == {
        ("empty", "empty")
    }


async def test_every_number_is_routed_and_is_text(clinic, probe):
    calls = [await clinic.dial(probe, "empty", number=number) for number in NUMBERS]
    await wait_a_little(clinic, probe, *calls)
    records = await clinic.records(*calls)
    assert [record["caller_number"] for record in records] == list(NUMBERS.values())
    kept = [clinic.rows("call_id = ?", call.call_id)[0]["caller_number"] for call in calls]
    assert kept == list(NUMBERS.values())
    assert {(record["rule"], record["queue"], *record["unknown"]) for record in records} == {
        ("empty", "empty")
    }
