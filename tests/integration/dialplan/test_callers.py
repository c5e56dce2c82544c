"""What callers write in their names and numbers arrives, and breaks nothing on the way."""

import pytest

from tests.integration.dialplan.conftest import invites
from tests.testbed.ami_probe import AmiProbe
from tests.testbed.bed import Testbed
from tests.testbed.fake_agi import FakeAgi, in_turn, queue
from tests.testbed.phones import Patient

pytestmark = pytest.mark.asterisk


NAMES = {
    "quotes": (b'O"Brien \\', rb"O\"Brien \\"),  # PJSIP leaves the quoted pairs as they came
    "cyrillic": ("Иван Петров".encode(),) * 2,
    "latin-1": (b"J\xf6rg", "J\ufffdrg".encode()),  # PJSIP replaces what is not UTF-8
    "html": (b"<script>alert(1)</script>",) * 2,
    "encoded line breaks": (b"x%0d%0aagi_callerid: 1",) * 2,
    "open parenthesis": (b"mother (home, 2",) * 2,
    "variables": (b"${SHELL(id)} ${CCD_AGI}",) * 2,
    "empty": (b"", b""),
    "none": (None, b""),
}


@pytest.mark.parametrize(("sent", "expected"), NAMES.values(), ids=NAMES)
async def test_hostile_names_arrive(
    bed: Testbed, probe: AmiProbe, sent: bytes | None, expected: bytes
) -> None:
    before = invites(bed)
    async with FakeAgi(bed.agi_port, in_turn(queue("operators"))) as agi:
        await bed.call(Patient(name=sent, talk=120))
        question = await agi.question()
        await probe.event("AgentConnect")
    assert question.caller_name == expected
    assert question.caller_number == b"+79161234567"
    assert question.presentation == "allowed_not_screened"
    (on_phone,) = invites(bed) - before
    escaped = expected.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    shown = b'From: "%s" <sip:+79161234567@' % escaped if expected else b"From: <sip:+79161234567@"
    assert shown in on_phone


NUMBERS = {
    "line breaks": (b"79%0d%0aagi_arg_1%3a9", b"79  agi_arg_1:9"),
    "open parenthesis": (b"7916,1(2", b"7916,1(2"),
    "word": (b"anonymous", b"anonymous"),
    "long": (b"1" * 200, b"1" * 64),
    "empty": (b"", b""),
}


@pytest.mark.parametrize(("sent", "expected"), NUMBERS.values(), ids=NUMBERS)
async def test_hostile_numbers_arrive(bed: Testbed, probe: AmiProbe, sent: bytes, expected: bytes) -> None:
    async with FakeAgi(bed.agi_port, in_turn(queue("operators"))) as agi:
        await bed.call(Patient(number=sent, talk=120))
        question = await agi.question()
        await probe.event("AgentConnect")
    assert question.caller_number == expected
    assert question.caller_name == b"Ivanov Ivan"
    assert question.presentation == "allowed_not_screened"
    rows = bed.asterisk.queue_log()
    assert rows
    assert all(len(row.data) < 4 for row in rows)


async def test_anonymous_caller(bed: Testbed, probe: AmiProbe) -> None:
    hidden = b"P-Asserted-Identity: <sip:+79990001122@carrier.example>\nPrivacy: id\n"
    async with FakeAgi(bed.agi_port, in_turn(queue("operators"))) as agi:
        await bed.call(Patient(number="anonymous", name=b"Anonymous", headers=hidden, talk=120))
        question = await agi.question()
        await probe.event("AgentConnect")
    assert question.presentation == "prohib_not_screened"
    assert question.caller_number == b"+79990001122"


@pytest.mark.parametrize(
    ("did", "expected"),
    [
        ("+7495-1", b"+7495-1"),
        ("clinic.main", b"clinic.main"),
        ("7%0d%0aEvent%3a%20x", b"7Eventx"),
        ("7,1(2", b"712"),
        ("1", b"1"),
        ("(495)1234567", b"4951234567"),
        ("*7495", b"*7495"),
        ("%5B1%5D", b"1"),
        ("%D0%BA%D0%BB%D0%B8%D0%BD%D0%B8%D0%BA%D0%B0", b""),
        ("a", b"a"),
    ],
)
async def test_called_numbers_arrive(bed: Testbed, probe: AmiProbe, did: str, expected: bytes) -> None:
    async with FakeAgi(bed.agi_port, in_turn(queue("operators"))) as agi:
        await bed.call(Patient(did=did, talk=120))
        assert (await agi.question()).called_number == expected
        await probe.event("AgentConnect")


async def test_the_number_that_a_call_was_diverted_from_breaks_no_lines(
    bed: Testbed, probe: AmiProbe
) -> None:
    forged = b"Diversion: <sip:7495%0d%0aagi_arg_1%3a%20x@carrier.example>;reason=unconditional\n"
    async with FakeAgi(bed.agi_port, in_turn(queue("operators"))) as agi:
        await bed.call(Patient(did="7%0d%0aagi_arg_1%3a%20x", headers=forged, talk=120))
        environment = (await agi.question()).environment
        await probe.event("AgentConnect")
    assert environment["agi_rdnis"] == "7495  agi_arg_1: x"
    assert environment["agi_dnid"] == "7  agi_arg_1: x"


async def test_no_application_sees_a_line_break(bed: Testbed, probe: AmiProbe) -> None:
    async with FakeAgi(bed.agi_port, in_turn(queue("operators"))):
        await bed.call(Patient(number=b"79%0d%0aX%3a%20forged", did="7%0d%0aX%3a%20forged", talk=120))
        await probe.event("AgentConnect")
    ran = [frame for frame in probe.raw.split(b"\r\n\r\n") if b"\r\nAppData: " in frame]
    data = [frame.partition(b"\r\nAppData: ")[2] for frame in ran]
    assert any(line.startswith(b"CALLERID(num)=79  X: forged") for line in data)
    assert not any(b"\r\n" in line for line in data)
