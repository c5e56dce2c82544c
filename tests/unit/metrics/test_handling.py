"""Times of the clinic's people, and waits, as single calls give them."""

from datetime import UTC, datetime

from ccd.calls.ids import Phone, QueueName
from ccd.calls.record import Segment, SegmentKind
from ccd.metrics.handling import handling
from ccd.metrics.parts import _wait

NOON = datetime(2026, 11, 12, 12, tzinfo=UTC)
OPERATORS = QueueName("operators")


def stretch(kind: SegmentKind, result: str, seconds: float, held: float = 0) -> Segment:
    phone = Phone("PJSIP/101" if kind is SegmentKind.TALKING else "")
    return Segment(
        kind=kind, queue=OPERATORS, phone=phone, began_at=NOON, result=result, seconds=seconds, held=held
    )


def test_nobody_is_on_hold_for_longer_than_the_talk():
    counts = handling([stretch(SegmentKind.TALKING, "caller", 5, held=9)], wrapped_up=2)
    assert (counts["talk_ms"], counts["held_ms"], counts["handle_longest"]) == (0, 5000, 7000)


def test_whoever_waits_again_after_an_answer_was_answered_after_the_first_wait():
    waits = [stretch(SegmentKind.WAITING, "left", 3), stretch(SegmentKind.WAITING, "connected", 4)]
    again = [stretch(SegmentKind.TALKING, "transfer", 60), stretch(SegmentKind.WAITING, "abandoned", 50)]
    assert _wait([*waits, *again]) == 7000
