"""Consultations and transfers, event by event, as a real Asterisk 22 tells of them."""

from typing import Any

import pytest

from ccd.calls.book import CallBook
from ccd.calls.ids import Phone
from ccd.calls.record import CallRecord, EndedBy, SegmentKind, StepKind
from tests.unit.calls.script import DOCTORS, OPERATORS, Script, answered_call

AGENT, SECOND, DOCTOR = "PJSIP/101-00000001", "PJSIP/101-00000004", "PJSIP/201-00000005"
NEAR, FAR = "Local/201@internal-00000000;1", "Local/201@internal-00000000;2"
TALKED = ("talking", "PJSIP/101", "transfer", "PJSIP/201")


def new_book() -> CallBook:
    book = CallBook()
    book.agents = {Phone("PJSIP/101"): "Op 101", Phone("PJSIP/201"): "Doctor 201"}
    return book


def play(*events: Any) -> CallRecord:
    book = new_book()
    for event in events:
        book.apply(event)
    assert list(book) == [], "the call is over"
    record = book.get(Script().linked_id)
    assert record is not None
    return record


def shape(record: CallRecord) -> list[tuple[str, str, str, str]]:
    """All but the wait and the offer that it began with."""
    return [(one.kind.value, one.phone, one.result, one.to) for one in record.segments[2:]]


def talking(call: Script) -> list[Any]:
    return answered_call(call)[:9]


def asks(other: Script) -> list[Any]:
    """The operator puts the caller on hold and rings the doctor from a second line."""
    return [
        other.at(5).started("200.0", SECOND),
        other.started("200.1", DOCTOR),
        other.dialled("PJSIP/201", "200.1"),
    ]


def meets(other: Script) -> list[Any]:
    return [
        other.at(6).picked_up("200.1"),
        other.bridged("200.1", "b2", DOCTOR),
        other.bridged("200.0", "b2", SECOND),
    ]


def handed_over(call: Script) -> list[Any]:
    """REFER with Replaces: the doctor takes the operator's place in the caller's bridge."""
    return [
        call.at(7).bridged("200.1", "b1", DOCTOR, swapped="100.1"),
        call.transferred("attended", second="200.0"),
        call.completed(2, 4, "transfer"),
        call.unbridged("100.1"),
        call.ended("100.1"),
        call.ended("200.0"),
    ]


def gone(call: Script) -> list[Any]:
    return [call.at(12).hanging_up(), call.unbridged(), call.ended()]


def test_attended_by_the_phones_refer():
    call, other = Script(), Script("200.0")
    record = play(*talking(call), *asks(other), *meets(other), *handed_over(call), *gone(call))
    assert shape(record) == [
        TALKED,
        ("consulting", "PJSIP/101", "transfer", "PJSIP/201"),
        ("talking", "PJSIP/201", "caller", ""),
    ]
    assert (record.talked, record.agent) == (9, "Doctor 201")


def test_attended_while_the_doctor_still_rings():
    call, other = Script(), Script("200.0")
    record = play(
        *talking(call),
        *asks(other),
        call.at(6).transferred("attended", second="200.0"),
        call.completed(2, 3, "transfer"),
        call.unbridged(),
        call.ended("100.1"),
        other.ended("200.0"),
        call.at(9).picked_up("200.1"),
        call.bridged("200.1", "b3", DOCTOR),
        call.bridged("", "b3"),
        *gone(call),
    )
    assert shape(record) == [
        TALKED,
        ("consulting", "PJSIP/101", "transfer", "PJSIP/201"),
        ("offered", "PJSIP/201", "answered", ""),
        ("talking", "PJSIP/201", "caller", ""),
    ]


@pytest.mark.parametrize(("status", "result"), [("busy", "busy"), ("missed", "missed")])
def test_the_doctor_is_not_reached_and_the_operator_comes_back(status, result):
    call, other = Script(), Script("200.0")
    record = play(
        *talking(call),
        *asks(other),
        other.at(6).not_picked_up(status, "200.1"),
        other.ended("200.1"),
        other.ended("200.0"),
        *answered_call(call.at(9))[9:],
    )
    assert shape(record) == [
        ("talking", "PJSIP/101", "caller", ""),
        ("consulting", "PJSIP/101", result, "PJSIP/201"),
    ]


def test_the_operator_comes_back_from_the_doctor():
    call, other = Script(), Script("200.0")
    ends = [other.at(7).ended("200.1"), other.ended("200.0")]
    record = play(*talking(call), *asks(other), *meets(other), *ends, *answered_call(call)[9:])
    assert shape(record)[1] == ("consulting", "PJSIP/101", "returned", "PJSIP/201")
    assert record.segments[-1].seconds == 2


def test_the_caller_hangs_up_while_the_operator_asks():
    call, other = Script(), Script("200.0")
    record = play(*talking(call), *asks(other), *meets(other), *answered_call(call)[9:])
    assert shape(record)[1] == ("consulting", "PJSIP/101", "caller", "PJSIP/201")


OUTSIDE = "PJSIP/79165550011@trunk"


@pytest.mark.parametrize("given", [False, True])
def test_who_is_asked_outside_has_a_record_until_the_caller_is_given_to_him(given):
    call, other, book = Script(), Script("200.0"), new_book()
    rings = [*asks(other)[:2], other.dialled(OUTSIDE, "200.1")]
    back = [other.at(7).hanging_up("200.0"), other.ended("200.1"), other.ended("200.0")]
    rest = handed_over(call) if given else back
    last = [call.at(12).hanging_up(), call.unbridged(), call.ended("200.1"), call.ended()]
    for event in (*talking(call), *rings, *meets(other), *rest, *last):
        book.apply(event)
    assert list(book) == []
    mine, his = book.get(call.linked_id), book.get(other.linked_id)
    assert mine is not None
    assert his is not None
    assert shape(mine)[1] == ("consulting", "PJSIP/101", "transfer" if given else "returned", OUTSIDE)
    assert (his.caller_number, his.talked) == ("79165550011", 1)
    assert his.segments[-1].result == ("transfer" if given else "agent")


def test_after_a_restart_nobody_knows_whether_the_doctor_was_reached():
    call, other, before, book = Script(), Script("200.0"), new_book(), new_book()
    for event in (*talking(call), *asks(other), *meets(other)):
        before.apply(event)
    book.restore(before)
    book.apply(
        call.at(8).resynchronised(
            call.alive("", "b1"),
            call.alive("100.1", "b1", AGENT),
            other.alive("200.0", "b2", SECOND),
            other.alive("200.1", "b2", DOCTOR),
        )
    )
    for event in (other.at(9).ended("200.1"), other.ended("200.0"), *answered_call(call.at(10))[9:]):
        book.apply(event)
    record = book.get(call.linked_id)
    assert record is not None
    assert shape(record)[1] == ("consulting", "PJSIP/101", "unknown", "PJSIP/201")
    assert list(book) == []


def by_keys(call: Script) -> list[Any]:
    """The feature code of an attended transfer: the operator leaves the caller for a Local channel."""
    return [
        call.at(5).held(),
        call.started("100.2", NEAR),
        call.started("100.3", FAR),
        call.bridged("100.2", "b2", NEAR),
        call.unbridged("100.1"),
        call.bridged("100.1", "b2", AGENT),
        call.started("100.4", DOCTOR),
        call.dialled("PJSIP/201", "100.4", by="100.3"),
    ]


def comes_back(call: Script) -> list[Any]:
    return [
        call.unbridged("100.1", "b2", AGENT),
        call.bridged("100.1", "b1", AGENT),
        call.unheld(),
        call.ended("100.2"),
        call.ended("100.3"),
        call.ended("100.4"),
    ]


def test_by_keys_and_back_again():
    call = Script()
    record = play(*talking(call), *by_keys(call), *comes_back(call.at(8)), *answered_call(call)[9:])
    assert shape(record) == [
        ("talking", "PJSIP/101", "caller", ""),
        ("consulting", "PJSIP/101", "missed", "PJSIP/201"),
    ]
    assert record.segments[2].held == 3


def test_by_keys_all_three_talk():
    call = Script()
    talks = [
        call.at(6).picked_up_by("100.3", "100.4"),
        call.bridged("100.4", "b3", DOCTOR),
        call.bridged("100.3", "b3", FAR),
    ]
    joins = [
        call.at(7).bridged("100.2", "b1", NEAR),
        call.bridged("100.1", "b1", AGENT),
        call.transferred("attended", second="100.1", stays=True),
    ]
    leaves = [call.at(9).hanging_up("100.1"), call.completed(2, 6, "agent"), call.ended("100.1")]
    record = play(*talking(call), *by_keys(call), *talks, *joins, *leaves, *gone(call))
    assert shape(record) == [
        ("talking", "PJSIP/101", "agent", ""),
        ("consulting", "PJSIP/101", "joined", "PJSIP/201"),
        ("talking", "PJSIP/201", "caller", ""),
    ]
    assert record.segments[2].held == 2


def test_asterisk_rings_whoever_transferred_when_nobody_answers():
    call = Script()
    rings = [call.at(6).hanging_up("100.1"), call.bridged("100.2", "b1", NEAR)]
    moved = [call.transferred("attended", second="100.1"), call.completed(2, 3, "transfer")]
    back = [
        call.at(20).ended("100.2"),
        call.ended("100.3"),
        call.ended("100.4"),
        call.at(22).started("100.6", "PJSIP/101-00000009"),
        call.bridged("100.6", "b1", "PJSIP/101-00000009"),
        call.ended("100.1"),
    ]
    record = play(*talking(call), *by_keys(call), *rings, *moved, *back, *gone(call.at(30)))
    assert shape(record) == [
        TALKED,
        ("consulting", "PJSIP/101", "transfer", "PJSIP/201"),
        ("offered", "PJSIP/201", "missed", ""),
        ("talking", "PJSIP/101", "caller", ""),
    ]


@pytest.mark.parametrize("late", [False, True])
def test_the_desk_sends_the_caller_to_the_doctor(late):
    """The queue's own last word counts what came afterwards: it is not believed."""
    call = Script()
    step = call.at(5).step(StepKind.QUEUE, DOCTORS, "REDIRECTED")
    left = [call.at(5).unbridged(), call.unbridged("100.1"), call.ended("100.1")]
    rest = [call.at(5.1).joined(DOCTORS), call.at(20).completed(2, 17, "caller"), *gone(call)[::2]]
    record = play(*talking(call), *([*left, step] if late else [step, *left]), *rest)
    assert shape(record)[0] == ("talking", "PJSIP/101", "transfer", DOCTORS)
    assert record.talked == 2


def test_a_call_is_picked_up_at_another_phone():
    call = Script()
    record = play(
        call.at(0).started(),
        call.asked(),
        call.dialled("PJSIP/101", "100.1"),
        call.at(3).picked_up("200.0", "PJSIP/201"),
        call.ended("100.1"),
        *gone(call),
    )
    assert [(one.phone, one.member, one.result) for one in record.segments] == [
        ("PJSIP/101", "Op 101", "elsewhere"),
        ("PJSIP/201", "Doctor 201", "caller"),
    ]


@pytest.mark.parametrize("leg", ["100.2", ""], ids=["told with its channel", "of which the channel is gone"])
def test_a_phone_forwards_the_queues_call(leg):
    """The caller may hang up before the Local channel is optimised away: the queue then tells no channel."""
    call = Script()
    forwards = [
        call.at(1).ringing("101", "100.1"),
        call.started("100.2", NEAR),
        call.started("100.3", FAR),
        call.forwarded("201", "100.1"),
        call.dialled("Local/201@internal", "100.2"),
        call.started("100.4", DOCTOR),
        call.dialled("PJSIP/201", "100.4", by="100.3"),
    ]
    answers = [
        call.at(3).picked_up_by("100.3", "100.4"),
        call.picked_up("100.2"),
        call.left(),
        call.connected_at("Local/201@internal", 3, "100.2"),
    ]
    last = call.at(12).completed(3, 9, "caller", "101", leg)
    record = play(call.started(), call.asked(), call.joined(), *forwards, *answers, last, *gone(call))
    assert [(one.kind.value, one.queue, one.phone, one.result, one.to) for one in record.segments[1:]] == [
        ("offered", OPERATORS, "PJSIP/101", "forwarded", "201"),
        ("offered", OPERATORS, "PJSIP/201", "answered", ""),
        ("talking", OPERATORS, "PJSIP/201", "caller", ""),
    ]
    assert record.agent == "Doctor 201"


def test_a_phone_forwards_while_another_of_the_queues_rings():
    call = Script()
    forwards = [
        call.at(1).ringing("101", "100.1"),
        call.ringing("102", "100.5"),
        call.started("100.2", NEAR),
        call.forwarded("201", "100.1"),
        call.dialled("Local/201@internal", "100.2"),
    ]
    record = play(call.started(), call.asked(), call.joined(), *forwards, *gone(call))
    offered = [(one.queue, one.phone) for one in record.segments if one.kind is SegmentKind.OFFERED]
    assert offered[2] == (OPERATORS, "Local/201@internal")


@pytest.mark.parametrize("reason", ["caller", "agent"])
def test_a_blind_transfer_of_which_the_queue_tells_first_that_somebody_hung_up(reason):
    """Within milliseconds of the transfer the caller gave up: a busy Asterisk tells of both in any order."""
    call = Script()
    record = play(
        *talking(call),
        call.at(7).unbridged("100.1"),
        call.completed(2, 4, reason),
        call.transferred(),
        call.ended("100.1"),
        call.unbridged(),
        *gone(call),
    )
    assert shape(record) == [("talking", "PJSIP/101", "transfer", "102")]


def test_a_caller_who_hangs_up_the_moment_that_the_colleague_answers():
    """His hangup is told before the answer, three milliseconds of a talk after it."""
    call = Script()
    record = play(
        *talking(call),
        call.at(7).transferred(),
        call.completed(2, 4, "transfer"),
        call.unbridged("100.1"),
        call.ended("100.1"),
        call.hanging_up(),
        call.started("100.2", DOCTOR),
        call.bridged("100.2", "b2", DOCTOR),
        call.bridged("", "b2"),
        call.unbridged(),
        call.ended(),
    )
    assert shape(record)[-1] == ("talking", "PJSIP/201", "caller", "")
    assert record.ended_by is EndedBy.CALLER


def test_a_colleague_whose_channel_left_before_the_callers_hangup_was_told():
    call = Script()
    record = play(
        *talking(call),
        call.at(7).transferred(),
        call.completed(2, 4, "transfer"),
        call.unbridged("100.1"),
        call.ended("100.1"),
        call.started("100.2", DOCTOR),
        call.bridged("100.2", "b2", DOCTOR),
        call.bridged("", "b2"),
        call.at(9).unbridged("100.2", "b2"),
        call.unbridged("", "b2"),
        call.hanging_up(),
        call.ended(),
    )
    assert shape(record)[-1] == ("talking", "PJSIP/201", "caller", "")
