"""Transfers make channels change their linkedid: the patient's call stays one record."""

from ccd.calls.book import CallBook
from ccd.calls.ids import Phone
from ccd.calls.record import EndedBy, SegmentKind
from ccd.calls.shelf import KEEP_ENDED
from tests.unit.calls.script import DOCTORS, Script, answered_call, moment


def play(book: CallBook, events) -> None:
    for event in events:
        book.apply(event)


def test_attended_transfer_merges_the_consultation_into_the_patients_call():
    patient, consult, book = Script(), Script("200.0"), CallBook()
    play(book, answered_call(patient)[:9])
    play(book, [consult.at(5).started("200.0", "PJSIP/101-00000003")])
    play(book, [consult.at(5).started("200.1", "PJSIP/201-00000004")])
    play(book, [consult.at(6).bridged("200.0", "b2", "PJSIP/101-00000003")])
    play(book, [consult.at(6).bridged("200.1", "b2", "PJSIP/201-00000004")])
    play(book, [patient.at(8).transferred("attended"), patient.completed(2, 5, "transfer")])
    play(book, [patient.unbridged(), patient.bridged("", "b2")])
    play(book, [patient.at(8.1).bridged("200.1", "b2", "PJSIP/201-00000004")])
    play(book, [patient.ended("100.1"), consult.ended("200.0")])
    play(book, [patient.at(20).hanging_up(), patient.unbridged("200.1", "b2"), patient.ended("200.1")])
    play(book, [patient.ended()])
    record = book.get(patient.linked_id)
    assert record is not None
    assert [(one.phone, one.result) for one in record.segments if one.kind is SegmentKind.TALKING] == [
        ("PJSIP/101", "transfer"),
        ("PJSIP/201", "caller"),
    ]
    assert (record.ended_by, record.ended_at) == (EndedBy.CALLER, moment(20))
    assert list(book) == []
    assert book.get(consult.linked_id) is None


def test_a_patients_call_keeps_its_id_when_it_joins_an_older_call():
    older, patient, book = Script("50.0"), Script(), CallBook()
    play(book, [older.started("50.0", "PJSIP/102-00000000")])
    play(book, answered_call(patient)[:9])
    play(book, [older.at(5).bridged("100.0", "b9")])
    play(book, [older.at(9).hanging_up("100.0"), older.ended("100.0")])
    record = book.get(patient.linked_id)
    assert record is not None
    assert record.ended_at == moment(9)
    assert book.get(older.linked_id) is None


def test_two_patients_in_one_bridge_keep_a_record_each():
    one, two, book = Script(), Script("200.0"), CallBook()
    play(book, answered_call(one)[:9])
    play(book, [two.started(), two.asked(), two.joined()])
    play(book, [one.at(5).bridged("200.0", "b1"), one.at(9).ended("200.0"), one.ended()])
    records = [book.get(call.linked_id) for call in (one, two)]
    assert [record and record.ended_at for record in records] == [moment(9), moment(9)]
    assert list(book) == []


def test_two_patients_whom_an_agent_joins_keep_a_record_each_and_talk_to_no_phone():
    """Asterisk gives the younger call's channels the older one's linkedid as soon as they share a bridge."""
    one, two, book = Script(), Script("200.0"), CallBook()
    play(book, answered_call(one)[:9])
    play(book, [two.at(6).started(), two.asked(), two.joined(), two.ringing("101", "200.1")])
    play(book, [two.at(7).connected(1, "101", "200.1"), two.bridged("200.0", "b2")])
    play(book, [two.bridged("200.1", "b2", "PJSIP/101-00000004")])
    play(book, [one.at(8).transferred("attended"), one.unbridged(), one.bridged("100.0", "b2")])
    play(book, [two.completed(1, 1, "transfer", leg="200.1"), two.unbridged("200.1", "b2")])
    play(book, [one.ended("100.1"), two.ended("200.1"), one.at(8.1).bridged("200.0", "b2")])
    play(book, [one.at(20).hanging_up("200.0"), one.unbridged("200.0", "b2"), one.ended("200.0")])
    play(book, [one.at(21).ended()])
    first, second = (book.get(call.linked_id) for call in (one, two))
    assert first is not None
    assert second is not None
    assert [record.ended_at for record in (first, second)] == [moment(21), moment(20)]
    phones = {seg.phone for record in (first, second) for seg in record.segments if seg.leg}
    assert phones == {"PJSIP/101"}
    assert list(book) == []


def test_old_calls_are_forgotten():
    book = CallBook()
    for number in range(KEEP_ENDED + 10):
        play(book, answered_call(Script(f"{number}.0")))
    assert book.get(Script("0.0").linked_id) is None
    assert book.get(Script(f"{KEEP_ENDED}.0").linked_id) is not None


def test_a_consultation_through_the_doctors_queue_is_no_patients_call():
    patient, consult, book = Script(), Script("200.0"), CallBook()
    book.agents = {Phone("PJSIP/101"): "Op 101", Phone("PJSIP/201"): "Doctor 201"}
    play(book, answered_call(patient)[:9])
    changes = [
        *book.apply(consult.at(5).started("200.0", "PJSIP/101-00000003")),
        *book.apply(consult.joined(DOCTORS)),
        *book.apply(consult.ringing("201", "200.1", DOCTORS)),
        *book.apply(consult.at(7).connected(2, "201", "200.1", DOCTORS)),
    ]
    assert {change.after.call_id for change in changes} == {patient.linked_id}
    (asked,) = [one for one in changes[-1].after.segments if one.kind is SegmentKind.CONSULTING]
    assert (asked.phone, asked.to, asked.result) == ("PJSIP/101", "duty-doctor", "")
    play(book, [consult.bridged("200.0", "b2", "PJSIP/101-00000003")])
    play(book, [consult.bridged("200.1", "b2", "PJSIP/201-00000004")])
    play(book, [patient.at(9).transferred("attended"), patient.completed(2, 6, "transfer")])
    play(book, [patient.unbridged(), patient.bridged("", "b2")])
    play(book, [patient.bridged("200.1", "b2", "PJSIP/201-00000004")])
    record = book.get(patient.linked_id)
    assert record is not None
    assert (record.queue, record.agent, record.phone) == ("duty-doctor", "Op 201", "PJSIP/201")
    assert [one.call_id for one in book] == [patient.linked_id]
