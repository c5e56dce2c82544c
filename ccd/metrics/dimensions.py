"""By what figures are told apart: who and what a call is about, and when it came."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Dimension(StrEnum):
    """What one row of a report stands for."""

    ALL = "all"
    """Everything in one row."""
    QUEUE = "queue"
    AGENT = "agent"
    DOCTOR = "doctor"
    """Who took a call in the duty doctors' queue."""
    TOPIC = "topic"
    OUTCOME = "outcome"
    DID = "did"
    SOURCE = "source"
    DIRECTION = "direction"
    DISPOSITION = "disposition"
    HOUR = "hour"
    """The hour of the day, 00 to 23, on the clinic's clock."""
    WEEKDAY = "weekday"
    """1 is Monday."""
    DAY = "day"
    WEEK = "week"
    """ISO 8601: ``2026-W47``."""
    MONTH = "month"

    @property
    def timely(self) -> bool:
        """True when its rows are times."""
        return self in TIMES


class Part(StrEnum):
    """What a fact is about: the whole call, or what one queue, agent or doctor had of it."""

    CALL = "call"
    QUEUE = "queue"
    AGENT = "agent"
    DOCTOR = "doctor"


PART = {
    Dimension.QUEUE: Part.QUEUE,
    Dimension.AGENT: Part.AGENT,
    Dimension.DOCTOR: Part.DOCTOR,
}
"""Dimensions whose rows are parts of calls; all others tell whole calls apart."""
KEPT = tuple(one for one in Dimension if one.value not in {"hour", "weekday", "day", "week", "month"})
"""Dimensions that totals are kept by; the times are read off the totals' own hour or day."""


@dataclass(frozen=True, slots=True)
class Slot:
    """An hour of the clinic's day, as a report sees it."""

    day: date
    hour: int


TIMES: dict[Dimension, Callable[[Slot], str]] = {
    Dimension.HOUR: lambda slot: f"{slot.hour:02d}",
    Dimension.WEEKDAY: lambda slot: str(slot.day.isoweekday()),
    Dimension.DAY: lambda slot: slot.day.isoformat(),
    Dimension.WEEK: lambda slot: f"{slot.day:%G}-W{slot.day:%V}",
    Dimension.MONTH: lambda slot: f"{slot.day:%Y-%m}",
}
"""The key of a time's row."""


def part_of(dimension: Dimension) -> Part:
    """Whose facts a row of this dimension sums up."""
    return PART.get(dimension, Part.CALL)
