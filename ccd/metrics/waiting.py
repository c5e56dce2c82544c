"""How an offered call ended for the caller, and how long he waited for that."""

from typing import Any

from ccd.calls.record import CallRecord, Direction, Disposition, SegmentKind
from ccd.metrics.rules import Rules
from ccd.metrics.spread import bucket_of, one_in

Counts = dict[str, Any]
"""Some of the fields of Totals, those that are not zero."""

_WANTED = frozenset({SegmentKind.WAITING, SegmentKind.OFFERED, SegmentKind.TALKING})


_A_CENTURY = 100 * 366 * 24 * 3600
"""Seconds; so many of these can be added up that 64 bits never end."""


def milliseconds(seconds: float | None) -> int | None:
    """Whole milliseconds; None stays None.  Raises ValueError for more than a century, or no number."""
    if seconds is None:
        return None
    if not abs(seconds) <= _A_CENTURY:
        raise ValueError("no call is so long")
    return round(seconds * 1000)


def offered(record: CallRecord) -> bool:
    """Whether a patient called and wanted somebody; one who hung up in a menu did not get so far."""
    wanted = any(one.kind in _WANTED for one in record.segments)
    answered = record.disposition is Disposition.ANSWERED
    return record.direction is Direction.INBOUND and (wanted or answered)


def waited(how: str, wait: int | None, in_all: int | None, rules: Rules) -> Counts:
    """An offered call (or its wait in one queue) that ended so, a field of Totals, after ``wait`` ms.

    ``in_all`` is the wait of the whole call: an abandon is short by that.  Whatever is not known
    counts as neither within the threshold nor short.
    """
    counts: Counts = {"offered": 1, how: 1}
    if wait is None:
        return counts
    within = wait <= rules.answer_within * 1000
    if how == "answered":
        return counts | answered_after(wait) | {"answered_in": int(within)}
    if how == "abandoned":
        short = in_all is not None and max(wait, in_all) < rules.short_below * 1000
        return counts | {"abandoned_in": int(within), "abandoned_short": int(short)}
    return counts


def answered_after(wait: int) -> Counts:
    """A wait of so many ms that ended with an answer."""
    return {"waits": 1, "wait_ms": wait, "wait_longest": wait, "spread": one_in(bucket_of(wait))}
