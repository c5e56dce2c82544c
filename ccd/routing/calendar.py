"""Hours and days on the wall clock of the clinic.

The wall clock is the one rule: a period is compared with the local time of day, so it holds on
the days when the clocks change (an hour that comes twice is in both times).  Each condition
stands alone: on Sunday at 03:00, ``20:00-08:00`` holds, and the day is Sunday.
"""

import re
from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from ccd.routing.words import did_you_mean

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"([0-9]{1,2}):([0-9]{2})\s*-\s*([0-9]{1,2}):([0-9]{2})")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Hours:
    """From one minute of the day (included) to another (not included); over midnight if it ends earlier."""

    start: int
    end: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``08:00-20:00``; ``24:00`` may end it.  ValueError has a sentence for the admin."""
        match = _HOURS.fullmatch(text.strip())
        if not match:
            raise ValueError(f'"{text}" must look like "08:00-20:00"')
        start, end = _minute(match[1], match[2]), _minute(match[3], match[4])
        if start == 1440:
            raise ValueError(f'"{text}" must start before 24:00; write 00:00')
        if start == end:
            raise ValueError(f'"{text}" is empty; write "00:00-24:00" for the whole day')
        return cls(start, end)

    def covers(self, local: datetime) -> bool:
        """True when the wall clock stands within these hours."""
        minute = local.hour * 60 + local.minute
        if self.start < self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end


@dataclass(frozen=True, slots=True)
class Days:
    """Weekdays (0 is Monday), or dates from first to last, both included."""

    weekdays: frozenset[int] = frozenset()
    first: date = date.max
    last: date = date.min

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``sat``, ``mon-fri``, ``fri-mon``, ``2026-12-31`` or ``2026-12-31..2027-01-08``.

        ValueError has a sentence for the admin.
        """
        written = re.sub(r"\s", "", text).casefold()
        first, dots, last = written.partition("..")
        if _DATE.fullmatch(first):
            return cls._dates(_date(first), _date(last) if dots else _date(first))
        first, dash, last = written.partition("-")
        begin, end = _weekday(first), _weekday(last if dash else first)
        return cls(frozenset((begin + offset) % 7 for offset in range((end - begin) % 7 + 1)))

    @classmethod
    def _dates(cls, first: date, last: date) -> Self:
        if last < first:
            raise ValueError(f'"{first}..{last}" ends before it begins')
        return cls(first=first, last=last)

    def covers(self, local: datetime) -> bool:
        """True when the local date is one of these days."""
        return local.weekday() in self.weekdays or self.first <= local.date() <= self.last


@dataclass(frozen=True, slots=True)
class Period:
    """Any of the days, any of the hours, any of the holidays; an empty tuple does not limit."""

    days: tuple[Days, ...] = ()
    hours: tuple[Hours, ...] = ()
    holidays: tuple[Container[date], ...] = ()

    def covers(self, local: datetime) -> bool:
        """True when both the date and the time of day fit."""
        return (
            (not self.days or any(days.covers(local) for days in self.days))
            and (not self.hours or any(hours.covers(local) for hours in self.hours))
            and (not self.holidays or any(local.date() in days for days in self.holidays))
        )


def _minute(hour: str, minute: str) -> int:
    total = int(hour) * 60 + int(minute)
    if int(minute) > 59 or total > 1440:
        raise ValueError(f'"{hour}:{minute}" is no time of day')
    return total


def _weekday(text: str) -> int:
    if text not in WEEKDAYS:
        raise ValueError(f'"{text}" is no day{did_you_mean(text, WEEKDAYS)}')
    return WEEKDAYS.index(text)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f'"{text}" is no date; write it like 2026-12-31') from None
