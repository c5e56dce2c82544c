"""Stretches of a call, as pure functions over the tuple of segments.

A segment is open until its ``ended_at`` or ``result`` is set.  Nothing here guesses: what the
events do not say stays None.
"""

from collections.abc import Sequence
from datetime import datetime

from ccd.calls.ids import QueueName, UniqueId
from ccd.calls.record import WAITING, Segment, SegmentKind
from ccd.calls.values import lean, replace

Segments = tuple[Segment, ...]
BLANK = lean(Segment(kind=WAITING, queue=QueueName(""), began_at=None))
"""What every segment is made of, by ``replace``: in a third of the time that its class takes."""
AT_ONCE = 1.0
"""Seconds within which Asterisk tells all of one happening: a channel that changes bridges, a transfer."""


def is_open(segment: Segment) -> bool:
    """True while the segment lasts."""
    return not segment.result and segment.ended_at is None


def find_open(segments: Segments, kind: SegmentKind, leg: UniqueId | None = None) -> Segment | None:
    """The latest open segment of this kind (on this leg, when one is given)."""
    for segment in reversed(segments):
        if segment.kind is kind and (leg is None or segment.leg == leg) and is_open(segment):
            return segment
    return None


def find_last(segments: Segments, kind: SegmentKind, leg: UniqueId | None = None) -> Segment | None:
    """The latest segment of this kind, open or not."""
    for segment in reversed(segments):
        if segment.kind is kind and (leg is None or segment.leg == leg):
            return segment
    return None


def closed(segment: Segment, at: datetime | None, result: str, seconds: float | None = None) -> Segment:
    """The segment, ended.  ``seconds`` is Asterisk's own figure; else the clock's, if both ends are known."""
    if seconds is None:
        seconds = elapsed(segment.began_at, at)
    return replace(segment, ended_at=at, result=result, seconds=seconds)


def swap(segments: Segments, old: Segment, new: Segment) -> Segments:
    """``new`` in the place of ``old`` (the very same object)."""
    return tuple([new if segment is old else segment for segment in segments])


def elapsed(began_at: datetime | None, ended_at: datetime | None) -> float | None:
    """Seconds between two moments, never negative; None when either is not known."""
    if began_at is None or ended_at is None:
        return None
    seconds = (ended_at - began_at).total_seconds()
    return round(seconds, 3) if seconds > 0 else 0.0


def total(segments: Sequence[Segment]) -> float | None:
    """Seconds of all of these that are over; None when there are none, or one of them is not known."""
    seconds = 0.0
    for segment in segments:
        if not is_open(segment):
            if segment.seconds is None:
                return None
            seconds += segment.seconds
    if len(segments) > 1:
        return round(seconds, 3)
    return seconds if segments else None
