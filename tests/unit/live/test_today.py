"""Today's calls by queue: counted once, taken back when the record changes, gone at midnight."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ccd.calls.ids import LinkedId, Phone, QueueName
from ccd.calls.record import CallRecord, Direction, Disposition, Segment, SegmentKind, State
from ccd.live.today import Today
from ccd.metrics.rules import Rules
from ccd.metrics.totals import ZERO, Totals

MIDNIGHT = datetime(2026, 11, 12, tzinfo=UTC)
NOON = MIDNIGHT + timedelta(hours=12)


class Days:
    """A midnight that can be moved on."""

    def __init__(self) -> None:
        self.midnight = MIDNIGHT

    def __call__(self) -> datetime:
        return self.midnight


def ended(
    number: int = 1, disposition: Disposition = Disposition.ANSWERED, seconds: float = 5, **more: Any
) -> CallRecord:
    queue, leaves = QueueName("Operators"), NOON + timedelta(seconds=seconds)
    result = "connected" if disposition is Disposition.ANSWERED else "abandoned"
    wait = Segment(
        kind=SegmentKind.WAITING, queue=queue, began_at=NOON, ended_at=leaves, result=result, seconds=seconds
    )
    talk = Segment(
        kind=SegmentKind.TALKING,
        queue=queue,
        phone=Phone("PJSIP/101"),
        began_at=leaves,
        ended_at=leaves,
        result="caller",
        seconds=0,
    )
    facts: dict[str, Any] = {
        "arrived_at": NOON,
        "waited": seconds,
        "segments": (wait, talk) if disposition is Disposition.ANSWERED else (wait,),
    }
    return CallRecord(
        call_id=LinkedId(f"1.{number}"),
        state=State.ENDED,
        caller_number="+79161234567",
        caller_name="",
        called_number="74951234567",
        queue=queue,
        disposition=disposition,
        **facts | more,
    )


def today(days: Days | None = None) -> Today:
    return Today(Rules(answer_within=20, short_below=5), days or Days())


def of(counts: Today) -> Totals:
    return counts.totals().get("operators", ZERO)


def test_answered_in_time_or_not_and_given_up():
    counts = today()
    for record in (
        ended(1, seconds=20),
        ended(2, seconds=21),
        ended(3, Disposition.ABANDONED, 30),
        ended(4, Disposition.ABANDONED, 2),
    ):
        counts.saved(record)
    found = of(counts)
    assert (found.answered, found.answered_in) == (2, 1)
    assert (found.abandoned, found.abandoned_short) == (2, 1)


def test_a_record_that_changes_counts_once():
    counts = today()
    counts.saved(ended(1, Disposition.ABANDONED, 30))
    assert of(counts).abandoned == 1
    counts.saved(ended(1))
    counts.saved(ended(1))
    assert (of(counts).abandoned, of(counts).answered) == (0, 1)


def test_what_was_there_before_is_older_than_what_was_heard():
    counts = today()
    counts.saved(ended(1))
    counts.read([ended(1, Disposition.ABANDONED, 30), ended(2)])
    assert (of(counts).answered, of(counts).abandoned) == (2, 0)
    counts.read([ended(1, Disposition.ABANDONED, 30)])
    assert (of(counts).answered, of(counts).abandoned) == (2, 0)


def test_a_new_day_begins_with_nothing():
    days = Days()
    counts = today(days)
    counts.saved(ended(1))
    assert of(counts).answered == 1
    days.midnight = MIDNIGHT + timedelta(days=1)
    assert of(counts).answered == 0
    counts.saved(ended(1))
    counts.saved(replace(ended(2), arrived_at=NOON + timedelta(days=1)))
    assert of(counts).answered == 1


def test_a_call_of_ours_waits_for_nobody():
    counts = today()
    counts.saved(ended(1, direction=Direction.OUTBOUND))
    assert of(counts).answered == 0


def test_a_call_of_unknown_arrival_is_of_no_day():
    counts = today()
    counts.saved(ended(1, arrived_at=None))
    assert of(counts).answered == 0


def test_only_the_end_counts():
    counts = today()
    counts.saved(replace(ended(1), state=State.CONNECTED))
    assert of(counts) == ZERO
    counts.saved(ended(1))
    assert of(counts).answered == 1


def test_who_calls_as_the_day_begins_is_of_that_day():
    days = Days()
    today = Today(Rules(), days)
    today.saved(ended(arrived_at=MIDNIGHT + timedelta(days=1)))
    assert today.totals()["operators"].offered == 1
    days.midnight += timedelta(days=1)
    assert today.totals()["operators"].offered == 1
