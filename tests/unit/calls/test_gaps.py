"""What remains of a call when ccd was away for a part of it."""

from dataclasses import replace

from ccd.calls.book import CallBook
from ccd.calls.ids import LinkedId, Phone, UniqueId
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
    assert (record.waited, record.talked, record.ended_by) == (2, 6, EndedBy.CALLER)
    assert record.unknown == ("held",)
    assert len(record.segments) == 3


def test_an_end_nobody_saw_is_unknown_not_invented():
    call = Script()
    book = restarted(answered_call(call)[:9])
    (change,) = book.apply(call.at(60).resynchronised())
    record = change.after
    assert (record.state, record.disposition) == (State.ENDED, Disposition.ANSWERED)
    assert (record.ended_at, record.talked, record.ended_by) == (None, None, EndedBy.UNKNOWN)
    assert record.unknown == ("ended_at", "talked", "held", "ended_by", "segments")


def test_a_waiting_caller_gone_unseen_may_have_been_answered():
    call = Script()
    book = restarted([call.started(), call.asked(), call.joined()])
    (change,) = book.apply(call.at(60).resynchronised())
    assert change.after.disposition is Disposition.UNKNOWN
    may_be = ("answered_at", "ended_at", "waited", "talked", "ended_by", "disposition", "segments")
    assert change.after.unknown == may_be


def test_the_queues_last_word_counts_when_both_channels_are_gone_by_then():
    """Asterisk leaves out a channel that is gone when it writes ``AgentComplete``."""
    call = Script()
    book = restarted(answered_call(call)[:5])
    book.apply(
        call.at(5).resynchronised(call.alive("", "b1"), call.alive("100.1", "b1", "PJSIP/101-00000001"))
    )
    book.apply(call.at(9).ended("100.1"))
    book.apply(call.ended())
    last_word = replace(
        call.completed(2, 6, "caller"), linked_id=LinkedId(""), unique_id=UniqueId(""), leg=UniqueId("")
    )
    assert book.apply(replace(last_word, phone=Phone("PJSIP/102"))) == ()
    (change,) = book.apply(last_word)
    record = change.after
    assert (record.waited, record.talked, record.ended_by) == (2, 6, EndedBy.CALLER)
    assert record.unknown == ("held", "segments")
    assert book.apply(last_word) == ()


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
    assert record.unknown == ("held", "segments")


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
    assert (record.agent, record.segments[-1].member, record.unknown) == (
        "Op 102",
        "Op 102",
        ("held", "segments"),
    )


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
    assert (record.queue, record.waited, record.talked, record.unknown) == (
        "operators",
        2,
        6,
        ("held", "segments"),
    )
    assert [(one.kind.value, one.result) for one in record.segments] == [
        ("waiting", "connected"),
        ("talking", "caller"),
    ]


def test_a_wait_that_nobody_saw_and_nobody_told_of_is_unknown():
    call = Script()
    book = arrived_and_answered_in_a_gap(call)
    (change,) = book.apply(call.at(60).resynchronised())
    assert change.after.unknown == (
        "answered_at",
        "ended_at",
        "waited",
        "talked",
        "held",
        "ended_by",
        "segments",
    )


def test_a_call_offered_while_the_snapshot_was_taken_is_left_alone():
    call, book = Script(), CallBook()
    book.apply(call.at(10).asked())
    assert book.apply(call.at(9.9).resynchronised()) == ()
    for event in (call.at(10.1).started(), call.joined()):
        book.apply(event)
    record = book.get(call.linked_id)
    assert record is not None
    assert record.state is State.WAITING


def test_a_hold_that_a_gap_hid_is_unknown():
    call, book = Script(), CallBook()
    events = answered_call(call)
    for event in [*events[:9], call.at(4).held()]:
        book.apply(event)
    book.apply(
        call.at(600).resynchronised(call.alive("", "b1"), call.alive("100.1", "b1", "PJSIP/101-00000001"))
    )
    record = book.get(call.linked_id)
    assert record is not None
    assert (record.state, record.segments[-1].held) == (State.CONNECTED, None)


def test_a_merged_call_goes_on_after_a_restart():
    call, older = Script(), Script("50.0")
    book = restarted(answered_call(call)[:9])
    legs = (("100.0", "PJSIP/trunk-00000000"), ("100.1", "PJSIP/101-00000001"))
    channels = [replace(call.alive(leg, "b9", channel), linked_id=older.linked_id) for leg, channel in legs]
    told = book.apply(call.resynchronised(*channels))
    assert {(change.after.call_id, change.after.state) for change in told} == {("100.0", State.CONNECTED)}
    book.apply(older.at(20).hanging_up("100.0"))
    book.apply(older.at(20).ended("100.0"))
    record = book.get(call.linked_id)
    assert record is not None
    assert (record.ended_at, record.ended_by) == (moment(20), EndedBy.CALLER)


def test_a_call_that_just_ended_is_not_found_again():
    call, book = Script(), CallBook()
    for event in answered_call(call)[:9]:
        book.apply(event)
    book.apply(call.at(9).hanging_up())
    book.apply(call.at(9).ended())
    assert book.apply(call.resynchronised(call.alive("100.1", "", "PJSIP/101-00000001"))) == ()
    book.apply(call.completed(waited=2, talked=6, reason="caller"))
    record = book.get(call.linked_id)
    assert record is not None
    assert (record.talked, record.ended_by) == (6, EndedBy.CALLER)


def test_the_queues_name_of_a_local_phone_survives_a_gap():
    call = Script()
    offer = replace(call.at(1).ringing(), phone=Phone("Local/101@from-queue/n"))
    book = restarted([call.started(), call.asked(), call.joined(), offer])
    local = call.at(5).alive("100.1", "b1", "Local/101@from-queue-00000001;1")
    book.apply(call.resynchronised(call.alive("", "b1"), local))
    record = book.get(call.linked_id)
    assert record is not None
    assert record.phone == "Local/101@from-queue/n"


def test_an_answer_told_again_after_the_snapshot_fills_it_in():
    call = Script()
    events = answered_call(call)
    book = restarted(events[:5])
    book.apply(
        call.at(3).resynchronised(call.alive("", "b1"), call.alive("100.1", "b1", "PJSIP/101-00000001"))
    )
    book.apply(events[6])
    record = book.get(call.linked_id)
    assert record is not None
    assert (record.answered_at, record.waited, record.agent) == (moment(3), 2, "Op 101")
    assert [one.kind for one in record.segments].count(SegmentKind.TALKING) == 1


def test_offers_that_a_gap_hid_leave_the_segments_unknown():
    call = Script()
    book = restarted([call.started(), call.asked(), call.joined()])
    book.apply(call.at(20).resynchronised(call.alive(), waiting=(entry(OPERATORS, 20),)))
    for event in (call.at(30).hanging_up(), call.left(), call.ended()):
        book.apply(event)
    record = book.get(call.linked_id)
    assert record is not None
    assert (record.waited, record.unknown) == (30, ("segments",))


def test_a_found_call_did_not_wait_before_it_came():
    call, book = Script(), CallBook()
    (change,) = book.apply(call.at(20).resynchronised(call.alive(), waiting=(entry(OPERATORS, 21),)))
    assert change.after.arrived_at == moment(-1)
