"""What single calls add, told by their facts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ccd.callbacks.promise import Standing
from ccd.calls.ids import LinkedId, Phone, QueueName
from ccd.calls.record import CallRecord, Direction, Disposition, Segment, SegmentKind, State
from ccd.metrics.dimensions import Part
from ccd.metrics.facts import Around, Other, facts
from ccd.metrics.rules import Rules
from ccd.metrics.totals import Totals

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
RULES = Rules(answer_within=20, short_below=5, doctors_queue=QueueName("doctors"))


def stretch(kind: str, queue: str = "", member: str = "", seconds: float | None = 10, **more: Any) -> Segment:
    return Segment(
        kind=SegmentKind(kind), queue=QueueName(queue), member=member, began_at=NOON, seconds=seconds, **more
    )


def call(*segments: Segment, **fields: Any) -> CallRecord:
    known: dict[str, Any] = {
        "call_id": LinkedId("1.1"),
        "state": State.ENDED,
        "arrived_at": NOON,
        "caller_number": "+79161234567",
        "caller_name": "",
        "called_number": "100",
        "disposition": Disposition.ANSWERED,
        "waited": 10.0,
    }
    return CallRecord(segments=segments, **(known | fields))


def parts(record: CallRecord, around: Around | None = None) -> dict[tuple[str, str], Totals]:
    found = facts(record, NOON, around or Around(), RULES)
    return {(str(one.part), one.value): one.totals for one in found}


def whole(record: CallRecord, around: Around | None = None) -> Totals:
    return parts(record, around)[Part.CALL, ""]


ANSWERED = call(
    stretch("waiting", "operators", result="connected"),
    stretch("offered", "operators", "Oleg", result="missed", phone=Phone("PJSIP/102")),
    stretch("offered", "operators", "Anna", 4, result="answered"),
    stretch("talking", "operators", "Anna", 60, result="transfer", held=15.0),
    stretch("waiting", "doctors", seconds=30, result="connected"),
    stretch("talking", "doctors", "Dr Kim", 120, result="caller"),
    queue=QueueName("doctors"),
    wrapped_up=7.5,
    outcome="booked.repeat",
)


def test_a_call_that_lasts_adds_nothing():
    assert facts(replace(ANSWERED, state=State.CONNECTED), NOON, Around(), RULES) == ()


def test_a_transferred_call_is_one_call_of_two_people():
    found = parts(ANSWERED)
    assert set(found) == {
        ("call", ""),
        ("queue", "operators"),
        ("queue", "doctors"),
        ("agent", "Oleg"),
        ("agent", "Anna"),
        ("doctor", "Dr Kim"),
    }
    one = found["call", ""]
    assert (one.inbound, one.offered, one.answered, one.answered_in) == (1, 1, 1, 1)
    assert (one.talk_ms, one.held_ms, one.wrap_ms, one.handled) == (165_000, 15_000, 7_500, 1)
    assert (one.transfers, one.transferred, one.retransferred, one.booked) == (1, 1, 0, 1)


def test_the_doctors_queue_may_be_spelt_in_capitals():
    rules = replace(RULES, doctors_queue=QueueName("DOCTORS"))
    assert facts(ANSWERED, NOON, Around(), rules) == facts(ANSWERED, NOON, Around(), RULES)


def test_each_has_their_own_part_of_it():
    found = parts(ANSWERED)
    anna, oleg, kim = found["agent", "Anna"], found["agent", "Oleg"], found["doctor", "Dr Kim"]
    assert (anna.answered, anna.wait_ms, anna.talk_ms, anna.wrap_ms, anna.booked) == (1, 4000, 45_000, 0, 0)
    assert (oleg.offered, oleg.answered, oleg.rings_missed) == (1, 0, 1)
    assert (kim.talk_ms, kim.wrap_ms, kim.booked) == (120_000, 7_500, 1)
    assert found["queue", "doctors"].answered_in == 0
    assert found["queue", "operators"].answered_in == 1


def left(waited: float | None, **fields: Any) -> CallRecord:
    return call(
        stretch("waiting", "operators", seconds=waited, result="abandoned"),
        disposition=Disposition.ABANDONED,
        queue=QueueName("operators"),
        waited=waited,
        **fields,
    )


def test_short_abandons_stand_apart_and_are_not_lost():
    short, real, unknown = whole(left(4.9)), whole(left(5.0)), whole(left(None))
    assert (short.abandoned, short.abandoned_short, short.lost_new) == (1, 1, 0)
    assert (real.abandoned, real.abandoned_short, real.lost_new) == (1, 0, 1)
    assert (unknown.abandoned, unknown.abandoned_in, unknown.abandoned_short) == (1, 0, 0)


def test_who_waited_long_before_a_second_queue_is_no_short_abandon_there():
    first = stretch("waiting", "operators", seconds=40, result="left")
    second = stretch("waiting", "night", seconds=2, result="abandoned")
    found = parts(call(first, second, disposition=Disposition.ABANDONED, waited=42.0))
    assert (found["queue", "operators"].overflowed, found["queue", "operators"].abandoned) == (1, 0)
    night = found["queue", "night"]
    assert (night.abandoned, night.abandoned_in, night.abandoned_short) == (1, 1, 0)


def other(hours: float, **fields: Any) -> Other:
    known: dict[str, Any] = {"topic": "", "inbound": True, "answered": True}
    return Other(at=NOON + timedelta(hours=hours), **(known | fields))


def test_a_loss_is_taken_back_when_the_patient_gets_through_within_a_day():
    known = left(30, patient_ids=("7",))
    assert whole(known).lost_known == 1
    assert whole(known, Around(others=(other(24),))).lost_known == 0
    assert whole(known, Around(others=(other(24.01), other(-1), other(3, answered=False)))).lost_known == 1


def test_the_same_topic_within_a_day_is_a_repetition():
    asked = replace(ANSWERED, topic="result")
    again = other(23, topic="result", answered=False)
    assert (whole(asked).topical, whole(asked).repeated) == (1, 0)
    assert whole(asked, Around(others=(again,))).repeated == 1
    assert parts(asked, Around(others=(again,)))["doctor", "Dr Kim"].repeated == 1
    assert whole(asked, Around(others=(replace(again, topic="price"),))).repeated == 0
    assert whole(asked, Around(others=(replace(again, inbound=False),))).repeated == 0


def test_nobody_hung_up_in_a_menu_is_offered_to_anybody():
    one = whole(call(stretch("menu"), disposition=Disposition.ABANDONED))
    assert (one.inbound, one.offered, one.abandoned) == (1, 0, 0)


def test_what_the_clinic_began_is_not_offered_but_handled():
    one = whole(call(stretch("talking", "", "Anna", 60), direction=Direction.OUTBOUND))
    assert (one.outbound, one.outbound_answered, one.offered, one.talk_ms) == (1, 1, 0, 60_000)


def test_a_talk_of_unknown_length_is_in_no_average():
    one = whole(call(stretch("talking", "operators", "Anna", None)))
    assert (one.answered, one.talked_with, one.handled, one.talk_ms) == (1, 1, 0, 0)


def test_a_promise_counts_where_it_was_given():
    asked = call(stretch("waiting", "operators", result="left"), disposition=Disposition.CALLBACK)
    one = whole(asked, Around(promise=Standing.UNREACHABLE))
    assert (one.callback, one.promised, one.promise_kept, one.promise_broken, one.lost_new) == (1, 1, 0, 1, 1)


def test_who_dials_a_patient_answers_nothing_and_whoever_is_rung_does():
    dialled = call(stretch("talking", "", "Anna", 60), direction=Direction.OUTBOUND)
    handed_on = call(stretch("talking", "", "Oleg", 60))
    called_back = call(
        stretch("offered", "operators", "Anna", 4, result="answered"),
        stretch("talking", "operators", "Anna", 60),
        direction=Direction.OUTBOUND,
    )
    answered = [parts(dialled)["agent", "Anna"], parts(handed_on)["agent", "Oleg"]]
    answered.append(parts(called_back)["agent", "Anna"])
    assert [one.answered for one in answered] == [0, 1, 1]


def test_a_call_that_somebody_talked_in_lacks_its_outcome_of_whom_it_was_last():
    talked = replace(ANSWERED, outcome="")
    lacking = {key: one.without_outcome for key, one in parts(talked).items() if one.without_outcome}
    assert lacking == {("call", ""): 1, ("queue", "doctors"): 1, ("doctor", "Dr Kim"): 1}
    assert whole(ANSWERED).without_outcome == 0
    assert whole(replace(talked, disposition=Disposition.ABANDONED)).without_outcome == 0
