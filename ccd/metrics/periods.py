"""The times that a report has rows for, those without any call included."""

from collections.abc import Iterator
from datetime import date, timedelta

from ccd.metrics.dimensions import TIMES, Dimension, Slot

_HOURS = range(24)


def keys(dimension: Dimension, first: Slot, last: Slot) -> list[str]:
    """Every key of a time from this hour of the clinic's clock to that one, both included.

    >>> keys(Dimension.WEEK, Slot(date(2026, 11, 13), 9), Slot(date(2026, 11, 23), 9))
    ['2026-W46', '2026-W47', '2026-W48']
    """
    slots = _hours(first, last) if dimension is Dimension.HOUR else _days(first.day, last.day)
    return sorted({TIMES[dimension](one) for one in slots})


def _days(first: date, last: date) -> Iterator[Slot]:
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        yield Slot(date.fromordinal(ordinal), 0)


def _hours(first: Slot, last: Slot) -> Iterator[Slot]:
    """Two days have every hour of the day between them already: the days between need no look."""
    for day in {first.day, min(first.day + timedelta(days=1), last.day), last.day}:
        for hour in _HOURS:
            if (first.day, first.hour) <= (day, hour) <= (last.day, last.hour):
                yield Slot(day, hour)
