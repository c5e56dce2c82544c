"""Shapes of a single call, event by event."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccd.calls.book import CallBook
from ccd.calls.ids import UniqueId
from ccd.calls.record import CallRecord, Disposition, EndedBy, SegmentKind, State
from tests.unit.calls.script import DOCTORS, OPERATORS, Script, answered_call, moment


def play(events, book: CallBook | None = None) -> CallRecord:
    book = book or CallBook()
    for event in events:
        book.apply(event)
    record = book.get(events[0].linked_id)
    assert record is not None
    return record


def kinds(record: CallRecord) -> list[tuple[str, str]]:
    return [(one.kind.value, one.result) for one in record.segments]


def test_a_usual_call():
    record = play(answered_call(Script()))
    assert record.state is State.ENDED
    assert record.disposition is Disposition.ANSWERED
    assert (record.queue, record.phone, record.agent) == ("operators", "PJSIP/101", "Op 101")
    assert (record.waited, record.talked, record.ended_by) == (2, 6, EndedBy.CALLER)
    assert (record.arrived_at, record.answered_at, record.ended_at) == (moment(0), moment(3), moment(9))
    assert (record.rule, record.rules_version, record.caller_name) == ("everyone", "v1", "Иванова")
    assert kinds(record) == [("waiting", "connected"), ("offered", "answered"), ("talking", "caller")]
    assert record.unknown == ()


def test_states_on_the_way():
    book, seen = CallBook(), []
    for event in answered_call(Script()):
        seen += [change.after.state for change in book.apply(event)]
    assert [state for state, _ in itertools.groupby(seen)] == [
        State.ARRIVED,
        State.WAITING,
        State.OFFERED,
        State.CONNECTED,
        State.ARRIVED,
        State.ENDED,
    ]


def test_every_event_twice_changes_nothing():
    events = answered_call(Script())
    doubled = [event for event in events for _ in range(2)]
    assert play(doubled) == play(events)


def test_agent_hangs_up():
    call = Script()
    events = answered_call(call)[:9]
    events += [
        call.at(9).hanging_up("100.1"),
        call.completed(2, 6, "agent"),
        call.ended("100.1"),
        call.ended(),
    ]
    assert play(events).ended_by is EndedBy.AGENT


def test_patient_gives_up_waiting():
    call = Script()
    events = [call.started(), call.asked(), call.joined(), call.at(2).ringing()]
    events += [call.at(20).hanging_up(), call.left(), call.ended("100.1"), call.ended()]
    record = play(events)
    assert (record.disposition, record.ended_by) == (Disposition.ABANDONED, EndedBy.CALLER)
    assert (record.waited, record.talked, record.answered_at) == (20, None, None)
    assert kinds(record) == [("waiting", "abandoned"), ("offered", "ended")]


def test_a_timeout_of_the_queue_is_no_abandon():
    call = Script()
    events = [call.started(), call.asked(), call.joined(), call.at(40).left(), call.ended()]
    record = play(events)
    assert (record.disposition, record.ended_by) == (Disposition.UNANSWERED, EndedBy.SYSTEM)


def test_escalation_to_the_doctor_adds_both_waits():
    call = Script()
    events = [call.started(), call.asked(), call.joined(), call.at(1).ringing(), call.at(40).left()]
    events += [call.at(40.5).missed(), call.at(41).joined(DOCTORS), call.ringing("201", "100.2", DOCTORS)]
    events += [call.at(46).left(DOCTORS), call.connected(5, "201", "100.2", DOCTORS)]
    events += [
        call.at(60).completed(5, 14, "caller", "201", "100.2", DOCTORS),
        call.ended("100.2"),
        call.ended(),
    ]
    record = play(events)
    assert (record.queue, record.agent, record.waited, record.talked) == ("duty-doctor", "Op 201", 45, 14)
    assert kinds(record)[:2] == [("waiting", "left"), ("offered", "missed")]


def test_one_agent_misses_another_answers():
    call = Script()
    events = [call.started(), call.asked(), call.joined(), call.ringing("101", "100.1")]
    events += [call.at(15).missed("101", "100.1"), call.ended("100.1"), call.ringing("102", "100.2")]
    events += [call.at(18).left(), call.connected(18, "102", "100.2"), call.at(30).hanging_up()]
    events += [call.completed(18, 12, "caller", "102", "100.2"), call.ended()]
    record = play(events)
    assert (record.agent, record.waited) == ("Op 102", 18)
    assert ("offered", "missed") in kinds(record)


def test_ring_all_tells_who_was_too_slow():
    call = Script()
    events = [
        call.started(),
        call.asked(),
        call.joined(),
        call.ringing("101", "100.1"),
        call.ringing("102", "100.2"),
    ]
    events += [call.at(3).left(), call.connected(3, "102", "100.2"), call.ended("100.1")]
    record = play(events)
    assert [(one.phone, one.result) for one in record.segments if one.kind is SegmentKind.OFFERED] == [
        ("PJSIP/101", "elsewhere"),
        ("PJSIP/102", "answered"),
    ]


def test_a_miss_told_after_the_phones_end_is_still_a_miss():
    call = Script()
    events = [
        call.started(),
        call.asked(),
        call.joined(),
        call.ringing(),
        call.at(2).ended("100.1"),
        call.missed(),
    ]
    assert ("offered", "missed") in kinds(play(events))


def test_a_declining_phone_does_not_end_the_call():
    call = Script()
    events = [
        call.started(),
        call.asked(),
        call.joined(),
        call.ringing(),
        call.hanging_up("100.1"),
        call.missed(),
    ]
    events += [call.ended("100.1"), call.at(9).hanging_up(), call.left(), call.ended()]
    assert play(events).disposition is Disposition.ABANDONED


def test_hold_is_counted():
    call = Script()
    events = answered_call(call)
    events[9:9] = [call.at(4).held(), call.at(4.5).held(), call.at(6).unheld()]
    talk = play(events).segments[-1]
    assert (talk.held, talk.seconds) == (2.0, 6)


def test_a_hold_that_lasts_to_the_end_is_counted():
    call = Script()
    events = answered_call(call)
    events[9:9] = [call.at(5).held()]
    assert play(events).segments[-1].held == 4.0


def test_blind_transfer_names_the_second_phone():
    call = Script()
    events = answered_call(call)[:9]
    events += [
        call.at(5).transferred(),
        call.completed(2, 2, "transfer"),
        call.unbridged("100.1"),
        call.unbridged(),
    ]
    events += [call.ended("100.1"), call.started("100.2", "PJSIP/102-00000002")]
    events += [call.at(7).bridged("100.2", "b2", "PJSIP/102-00000002"), call.bridged("", "b2")]
    events += [
        call.at(12).hanging_up(),
        call.unbridged("100.2", "b2", "PJSIP/102-00000002"),
        call.ended("100.2"),
    ]
    events += [call.ended()]
    record = play(events)
    assert [(one.phone, one.result) for one in record.segments if one.kind is SegmentKind.TALKING] == [
        ("PJSIP/101", "transfer"),
        ("PJSIP/102", "caller"),
    ]
    assert (record.phone, record.talked, record.ended_by) == ("PJSIP/102", 7.0, EndedBy.CALLER)


def test_hangup_in_the_menu_before_any_queue():
    call = Script()
    record = play([call.asked(), call.started(), call.at(3).hanging_up(), call.ended()])
    assert (record.disposition, record.waited, record.arrived_at) == (Disposition.ABANDONED, None, moment(0))


def test_a_call_shorter_than_its_routing_is_still_recorded():
    call = Script()
    record = play([call.started(), call.at(0.2).hanging_up(), call.ended(), call.at(0.3).asked()])
    assert (record.state, record.disposition) == (State.ENDED, Disposition.ABANDONED)


def test_a_late_completion_still_corrects_the_record():
    events = answered_call(Script())
    completed = events.pop(10)
    record = play([*events, completed])
    assert (record.talked, record.ended_by, record.unknown) == (6, EndedBy.CALLER, ())


def test_forged_events_of_no_living_channel_are_ignored():
    book = CallBook()
    assert book.apply(Script("666.6").connected(waited=1)) == ()
    assert list(book) == []


def test_internal_calls_are_not_recorded():
    call, book = Script(), CallBook()
    changes = [book.apply(event) for event in (call.started(), call.bridged(), call.ended())]
    assert changes == [(), (), ()]


@given(st.permutations(range(9, 15)))
def test_the_order_of_the_last_events_does_not_matter(order):
    events = answered_call(Script())
    if order.index(14) < order.index(9):
        return  # the hangup request always precedes the caller's hangup
    record = play(events[:9] + [events[i] for i in order])
    assert (record.waited, record.talked, record.ended_by) == (2, 6, EndedBy.CALLER)
    assert (record.disposition, record.unknown) == (Disposition.ANSWERED, ())


@given(st.data())
def test_any_soup_of_events_ends_in_one_whole_record(data):
    call = Script()
    soup = [
        *answered_call(call),
        call.held(),
        call.unheld(),
        call.transferred(),
        call.joined(DOCTORS),
        call.missed(),
    ]
    book = CallBook()
    for event in data.draw(st.permutations(soup)):
        book.apply(event)
    book.apply(call.at(99).asked())
    book.apply(call.at(99).ended())
    record = book.get(call.linked_id)
    assert record is not None
    assert record.state is State.ENDED
    assert all(one.result for one in record.segments)
    assert list(book) == []


@pytest.mark.parametrize("queue", [OPERATORS, DOCTORS])
def test_a_call_that_ccd_never_routed_is_recorded_from_its_queue(queue):
    call = Script()
    record = play(
        [call.started(), call.at(2).joined(queue), call.at(5).hanging_up(), call.left(queue), call.ended()]
    )
    assert (record.rule, record.queue, record.waited) == ("", queue, 3)


def test_a_patient_whom_the_clinic_called_and_sent_to_a_queue_is_a_call():
    call, book = Script(), CallBook()
    operator, patient = "100.0", "100.9"
    book.apply(call.started(operator, "PJSIP/101-00000001"))
    book.apply(call.at(1).started(patient, "PJSIP/trunk-00000002"))
    book.apply(call.at(30).ended(operator))
    join = call.at(30.1).joined()
    book.apply(replace(join, unique_id=UniqueId(patient), caller_number="+79990001122"))
    record = book.get(call.linked_id)
    assert record is not None
    assert (record.state, record.caller_number, record.arrived_at) == (
        State.WAITING,
        "+79990001122",
        moment(30.1),
    )
    book.apply(call.at(40).hanging_up(patient))
    book.apply(call.at(40).ended(patient))
    record = book.get(call.linked_id)
    assert record is not None
    assert (record.disposition, record.ended_at) == (Disposition.ABANDONED, moment(40))


def test_the_same_when_the_operator_is_still_there_as_the_patient_joins():
    call, book = Script(), CallBook()
    join = replace(call.at(30).joined(), unique_id=UniqueId("100.9"))
    book.apply(call.at(0).started(channel="PJSIP/101-00000001"))
    book.apply(call.at(1).started("100.9"))
    book.apply(join)
    book.apply(call.at(31).ended())
    record = book.get(call.linked_id)
    assert record is not None
    assert record.state is State.WAITING


def test_who_hung_up_after_a_transfer_is_known_in_either_order():
    call = Script()
    events = answered_call(call)[:9]
    events += [
        call.at(5).transferred(),
        call.completed(2, 2, "transfer"),
        call.unbridged("100.1"),
        call.ended("100.1"),
    ]
    events += [call.started("100.2", "PJSIP/102-00000002"), call.bridged("", "b2")]
    events += [call.at(7).bridged("100.2", "b2", "PJSIP/102-00000002")]
    events += [call.at(12).unbridged("100.2", "b2", "PJSIP/102-00000002"), call.hanging_up("100.2")]
    events += [call.ended("100.2"), call.ended()]
    assert play(events).ended_by is EndedBy.AGENT


def test_a_hold_by_the_patients_own_phone_is_not_the_agents():
    call = Script()
    events = answered_call(call)
    events[9:9] = [
        call.at(4).held("100.0"),
        call.at(5).held(),
        call.at(6).unheld("100.0"),
        call.at(8).unheld(),
    ]
    assert play(events).segments[-1].held == 3.0


def test_a_call_picked_up_by_a_colleague_is_the_colleagues():
    call = Script()
    events = [call.started(), call.asked(), call.joined(), call.ringing("101", "100.1")]
    events += [call.at(3).left(), call.connected(3, "102", "100.5"), call.ended("100.1")]
    record = play(events)
    assert (record.phone, record.state) == ("PJSIP/102", State.CONNECTED)
    assert ("offered", "elsewhere") in kinds(record)


def test_a_stretch_whose_end_is_told_to_be_before_its_beginning_has_no_length():
    call = Script()
    record = play([call.at(5).started(), call.asked(), call.joined(), call.at(3).left(), call.ended()])
    assert (record.segments[0].seconds, record.waited) == (0, 0)


def test_a_queue_that_tells_of_a_talk_long_after_it_does_not_lengthen_it():
    """It counts on while somebody else talks with the caller."""
    call = Script()
    events = [call.started(), call.asked(), call.joined(), call.ringing(), call.at(2).connected(2)]
    events += [call.at(5).ended("100.1"), call.dialled("PJSIP/102", "100.2"), call.at(8).picked_up("100.2")]
    events += [call.at(30).completed(2, 28, "caller"), call.hanging_up(), call.ended()]
    talks = [one for one in play(events).segments if one.kind is SegmentKind.TALKING]
    assert [(one.phone, one.seconds) for one in talks] == [("PJSIP/101", 3), ("PJSIP/102", 22)]


def test_whom_the_dialplan_names_is_the_caller_whatever_his_channel_said():
    call = Script()
    asked = replace(call.asked(), caller_number="+79990001122")
    record = play([call.started(), asked, call.joined(), call.hanging_up(), call.ended()])
    assert record.caller_number == "+79990001122"
