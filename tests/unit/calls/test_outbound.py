"""Calls that the clinic begins: by an agent's phone, or by ccd for a promise."""

from typing import Any

import pytest

from ccd.calls.book import CallBook
from ccd.calls.ids import Phone
from ccd.calls.record import CallRecord, Direction, Disposition, EndedBy
from tests.unit.calls.script import Script, moment

PATIENT, OPERATOR = "PJSIP/trunk-00000002", "PJSIP/101-00000001"
DIALLED = "PJSIP/trunk/sip:79165550011@192.0.2.7"


def dialled(call: Script) -> list[Any]:
    """Agent 101 dials a patient by hand; his phone is the call's first channel."""
    return [
        call.at(0).started(channel=OPERATOR),
        call.started("100.1", PATIENT),
        call.dialled(DIALLED),
    ]


def play(events: list[Any]) -> CallRecord | None:
    book = CallBook()
    book.agents = {Phone("PJSIP/101"): "Op 101", Phone("PJSIP/102"): "Op 102"}
    for event in events:
        book.apply(event)
    assert list(book) == [], "the call is over"
    return book.get(events[0].linked_id)


def answered(call: Script) -> list[Any]:
    return [
        *dialled(call),
        call.at(4).picked_up(),
        call.bridged("100.1", channel=PATIENT),
        call.bridged(channel=OPERATOR),
    ]


def shape(record: CallRecord | None) -> list[tuple[str, str, str]]:
    assert record is not None
    return [(one.kind.value, one.phone, one.result) for one in record.segments]


@pytest.mark.parametrize(
    ("first", "result", "by"),
    [("", "agent", EndedBy.AGENT), ("100.1", "caller", EndedBy.CALLER)],
)
def test_an_agent_calls_a_patient(first, result, by):
    call = Script()
    events = [*answered(call), call.at(10).hanging_up(first), call.unbridged("100.1", channel=PATIENT)]
    record = play([*events, call.unbridged(channel=OPERATOR), call.ended(), call.ended("100.1")])
    assert record is not None
    assert (record.direction, record.caller_number, record.agent) == (
        Direction.OUTBOUND,
        "79165550011",
        "Op 101",
    )
    assert shape(record) == [("offered", DIALLED, "answered"), ("talking", "PJSIP/101", result)]
    assert (record.disposition, record.ended_by, record.talked) == (Disposition.ANSWERED, by, 6)
    assert (record.arrived_at, record.answered_at, record.unknown) == (moment(0), moment(4), ())


@pytest.mark.parametrize("late", [False, True])
def test_the_patient_is_busy(late):
    call = Script()
    told = [call.at(2).hanging_up("100.1"), call.not_picked_up("busy"), call.ended("100.1")]
    end = [call.at(3).hanging_up(), call.ended()]
    record = play([*dialled(call), *(end + told if late else told + end)])
    assert shape(record) == [("offered", DIALLED, "busy")]
    assert record is not None
    assert (record.disposition, record.ended_by) == (Disposition.UNANSWERED, EndedBy.SYSTEM)


def test_the_agent_gives_up():
    call = Script()
    record = play([*dialled(call), call.at(5).hanging_up(), call.ended("100.1"), call.ended()])
    assert record is not None
    assert (record.disposition, record.ended_by) == (Disposition.ABANDONED, EndedBy.AGENT)


def test_a_second_way_out_is_the_same_call():
    call = Script()
    first = [*dialled(call), call.at(1).not_picked_up("unreachable"), call.ended("100.1")]
    second = [call.started("100.2", PATIENT), call.dialled(DIALLED, "100.2"), call.at(5).picked_up("100.2")]
    record = play([*first, *second, call.at(9).hanging_up("100.2"), call.ended("100.2"), call.ended()])
    assert shape(record) == [
        ("offered", DIALLED, "unreachable"),
        ("offered", DIALLED, "answered"),
        ("talking", "PJSIP/101", "caller"),
    ]


def test_the_patient_is_passed_on_to_a_colleague():
    call = Script()
    doctor = "PJSIP/201-00000003"
    moved = [call.at(6).transferred(leg="100.0"), call.unbridged(channel=OPERATOR), call.ended()]
    rings = [call.at(7).started("100.3", doctor), call.dialled("PJSIP/201", "100.3", by="100.1")]
    talks = [call.at(8).picked_up_by("100.1", "100.3"), call.bridged("100.3", "b2", doctor)]
    end = [call.at(12).hanging_up("100.1"), call.ended("100.3"), call.ended("100.1")]
    record = play([*answered(call), *moved, *rings, *talks, *end])
    assert shape(record)[1:] == [
        ("talking", "PJSIP/101", "transfer"),
        ("offered", "PJSIP/201", "answered"),
        ("talking", "PJSIP/201", "caller"),
    ]


def test_phones_of_the_clinic_among_themselves_have_no_record():
    call = Script()
    events: list[Any] = [call.started(channel=OPERATOR), call.started("100.1", "PJSIP/102-00000002")]
    assert (
        play([*events, call.dialled("PJSIP/102"), call.picked_up(), call.ended("100.1"), call.ended()])
        is None
    )


def test_whoever_is_no_agent_and_dials_out_has_no_record():
    call = Script()
    events: list[Any] = [call.started(channel="PJSIP/other-00000001"), call.started("100.1", PATIENT)]
    assert play([*events, call.dialled(DIALLED), call.ended("100.1"), call.ended()]) is None


@pytest.mark.parametrize(
    ("linked_id", "answers"),
    [
        ("ccd-callback-17-2-1795287137", "callback:17"),
        ("ccd-missed-1795287137-1795280000.7", "1795280000.7"),
    ],
)
def test_a_call_that_ccd_began_says_what_it_answers(linked_id, answers):
    call = Script(linked_id)
    record = play([call.started(), call.asked(), call.joined(), call.at(5).hanging_up(), call.ended()])
    assert record is not None
    assert (record.direction, record.answers) == (Direction.OUTBOUND, answers)


def test_a_patient_called_for_a_promise_who_hangs_up_waiting_has_given_up_himself():
    call = Script("ccd-callback-17-1-1795287137")
    record = play([call.started(), call.asked(), call.joined(), call.at(5).hanging_up(), call.ended()])
    assert record is not None
    assert (record.disposition, record.ended_by) == (Disposition.ABANDONED, EndedBy.CALLER)


def test_whom_an_agent_calls_back_is_spelt_as_the_worklist_does():
    call = Script("ccd-missed-1795287137-1795280000.7")
    events = [call.started(channel=OPERATOR), call.dialled("PJSIP/89161234567@outside"), call.ended()]
    record = play(list(events))
    assert record is not None
    assert record.caller_number == "+79161234567"
