"""What remains of a call when ccd was away for a part of it."""

from ccd.calls.book import CallBook
from ccd.calls.ids import UniqueId
from ccd.calls.record import Disposition, EndedBy, SegmentKind, State
from ccd.calls.snapshot import WaitingNow
from tests.unit.calls.script import DOCTORS, OPERATORS, Script, answered_call, moment


def restarted(events) -> CallBook:
    """The book of a ccd that was killed after these events and read its calls back."""
    before = CallBook()
    for event in events:
        before.apply(event)
    after = CallBook()
    after.restore(list(before))
    return after


def entry(queue, waited: int) -> WaitingNow:
    return WaitingNow(queue=queue, unique_id=UniqueId("100.0"), waited=waited)


def test_a_restart_in_mid_talk_loses_nothing():
    call = Script()
    events = answered_call(call)
    book = restarted(events[:9])
    book.apply(
        call.at(5).resynchronised(call.alive("", "b1"), call.alive("100.1", "b1", "PJSIP/101-00000001"))
    )
    for event in events[9:]:
        book.apply(event)
    record = book.get(call.linked_id)
    assert record is not None
    assert (record.waited, record.talked, record.ended_by, record.unknown) == (2, 6, EndedBy.CALLER, ())
    assert len(record.segments) == 3


def test_an_end_nobody_saw_is_unknown_not_invented():
    call = Script()
    book = restarted(answered_call(call)[:9])
    (change,) = book.apply(call.at(60).resynchronised())
    record = change.after
    assert (record.state, record.disposition) == (State.ENDED, Disposition.ANSWERED)
    assert (record.ended_at, record.talked, record.ended_by) == (None, None, EndedBy.UNKNOWN)
    assert record.unknown == ("ended_at", "talked", "ended_by")


def test_a_waiting_caller_gone_unseen_may_have_been_answered():
    call = Script()
    book = restarted([call.started(), call.asked(), call.joined()])
    (change,) = book.apply(call.at(60).resynchronised())
    assert change.after.disposition is Disposition.UNKNOWN
    may_be = ("answered_at", "ended_at", "waited", "talked", "ended_by", "disposition")
    assert change.after.unknown == may_be


def test_answered_while_away_is_completed_by_asterisks_own_figures():
    call = Script()
    events = answered_call(call)
    book = restarted(events[:5])
    book.apply(
        call.at(5).resynchronised(call.alive("", "b1"), call.alive("100.1", "b1", "PJSIP/101-00000001"))
    )
    record = book.get(call.linked_id)
    assert record is not None
    assert (record.state, record.answered_at, record.phone) == (State.CONNECTED, None, "PJSIP/101")
    for event in events[9:]:
        book.apply(event)
    record = book.get(call.linked_id)
    assert record is not None
    assert (record.waited, record.talked, record.answered_at) == (2, 6, moment(3))
    assert record.unknown == ()


def test_moved_to_the_doctors_while_away():
    call = Script()
    book = restarted([call.started(), call.asked(), call.joined()])
    book.apply(call.at(50).resynchronised(call.alive(), waiting=(entry(DOCTORS, 4),)))
    record = book.get(call.linked_id)
    assert record is not None
    assert (record.state, record.queue) == (State.WAITING, "duty-doctor")
    assert record.segments[-1].began_at == moment(46)
    assert record.segments[0].seconds is None


def test_still_waiting_in_the_same_queue_stays_one_wait():
    call = Script()
    book = restarted([call.started(), call.asked(), call.joined()])
    book.apply(call.at(50).resynchronised(call.alive(), waiting=(entry(OPERATORS, 50),)))
    record = book.get(call.linked_id)
    assert record is not None
    assert len(record.segments) == 1


def test_asterisk_restarted_so_every_older_id_is_void():
    call = Script()
    book = restarted(answered_call(call)[:9])
    (change,) = book.apply(call.at(60).resynchronised(call.alive("", "b1"), booted=30))
    assert change.after.state is State.ENDED


def test_a_call_that_came_while_away_is_found():
    call, book = Script(), CallBook()
    (change,) = book.apply(call.at(20).resynchronised(call.alive(), waiting=(entry(OPERATORS, 15),)))
    assert change.before is None
    assert (change.after.arrived_at, change.after.caller_number) == (moment(0), "+79161234567")
    assert change.after.state is State.WAITING


def test_a_talk_lost_in_the_gap_is_closed():
    call = Script()
    book = restarted(answered_call(call)[:9])
    book.apply(call.at(30).resynchronised(call.alive()))
    record = book.get(call.linked_id)
    assert record is not None
    talk = record.segments[-1]
    assert (talk.kind, talk.result, talk.seconds) == (SegmentKind.TALKING, "unknown", None)


def test_resynchronising_twice_changes_nothing():
    call = Script()
    book = restarted(answered_call(call)[:9])
    alive = (call.alive("", "b1"), call.alive("100.1", "b1", "PJSIP/101-00000001"))
    book.apply(call.at(5).resynchronised(*alive))
    assert book.apply(call.at(6).resynchronised(*alive)) == ()


def test_who_answered_while_away_is_named_by_the_queue_in_the_end():
    """Found on a real Asterisk: ccd was killed while one phone rang, and another answered meanwhile."""
    call = Script()
    book = restarted([call.started(), call.asked(), call.joined(), call.ringing("101", "100.1")])
    book.apply(
        call.at(5).resynchronised(call.alive("", "b1"), call.alive("100.2", "b1", "PJSIP/102-00000002"))
    )
    record = book.get(call.linked_id)
    assert record is not None
    assert (record.phone, record.agent, record.queue) == ("PJSIP/102", "", "operators")
    for event in (call.at(9).completed(3, 6, "caller", "102", "100.2"), call.ended("100.2"), call.ended()):
        book.apply(event)
    record = book.get(call.linked_id)
    assert record is not None
    assert (record.agent, record.segments[-1].member, record.unknown) == ("Op 102", "Op 102", ())


def test_a_phone_met_by_a_transfer_while_away_is_no_agent_of_the_queue():
    call = Script()
    book = restarted(answered_call(call)[:9])
    book.apply(
        call.at(8).resynchronised(call.alive("", "b2"), call.alive("100.2", "b2", "PJSIP/102-00000002"))
    )
    record = book.get(call.linked_id)
    assert record is not None
    assert [(one.phone, one.queue) for one in record.segments[2:]] == [
        ("PJSIP/101", "operators"),
        ("PJSIP/102", ""),
    ]


def arrived_and_answered_in_a_gap(call: Script) -> CallBook:
    """Routed over AGI as ever, answered by phone 101 before ccd heard Asterisk again."""
    book = CallBook()
    book.apply(call.asked())
    book.apply(
        call.at(5).resynchronised(call.alive("", "b1"), call.alive("100.1", "b1", "PJSIP/101-00000001"))
    )
    return book


def test_a_wait_that_nobody_saw_is_told_by_the_queue_in_the_end():
    """Found on a real Asterisk: the link was cut when the call came."""
    call = Script()
    book = arrived_and_answered_in_a_gap(call)
    for event in (call.at(9).completed(2, 6, "caller"), call.ended("100.1"), call.ended()):
        book.apply(event)
    record = book.get(call.linked_id)
    assert record is not None
    assert (record.queue, record.waited, record.talked, record.unknown) == ("operators", 2, 6, ())
    assert [(one.kind.value, one.result) for one in record.segments] == [
        ("waiting", "connected"),
        ("talking", "caller"),
    ]


def test_a_wait_that_nobody_saw_and_nobody_told_of_is_unknown():
    call = Script()
    book = arrived_and_answered_in_a_gap(call)
    (change,) = book.apply(call.at(60).resynchronised())
    assert change.after.unknown == ("answered_at", "ended_at", "waited", "talked", "ended_by")
