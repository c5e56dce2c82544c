"""A part of a year: from one day to another, of one year or of every year."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Self

_DAY = re.compile(r"(?:([0-9]{4})-)?([0-9]{2})-([0-9]{2})")


@dataclass(frozen=True, slots=True)
class Season:
    """From one day to another, both included: of one year (three numbers each) or of every year (two)."""

    first: tuple[int, ...] = ()
    last: tuple[int, ...] = ()

    @classmethod
    def parse(cls, first: str, last: str) -> Self:
        """Read ``2026-06-01`` or ``06-01`` (every year); empty is open.  ValueError has a sentence."""
        begin, end = _numbers(first), _numbers(last)
        if 2 in {len(begin), len(end)} and len(begin) != len(end):
            raise ValueError(
                "from and to must both have a year (2026-06-01) or both be of every year (06-01)"
            )
        if len(begin) == len(end) == 3 and end < begin:
            raise ValueError(f'"{first}" to "{last}" ends before it begins')
        return cls(begin, end)

    def covers(self, day: date) -> bool:
        """True when the day lies in it; a season of every year may go over New Year."""
        if 2 in {len(self.first), len(self.last)}:
            here: tuple[int, ...] = (day.month, day.day)
            if self.last < self.first:
                return here >= self.first or here <= self.last
        else:
            here = (day.year, day.month, day.day)
        return (not self.first or self.first <= here) and (not self.last or here <= self.last)


def _numbers(text: str) -> tuple[int, ...]:
    if not text:
        return ()
    match = _DAY.fullmatch(text.strip())
    try:
        numbers = tuple(int(part) for part in match.groups() if part) if match else ()
        date(*(numbers if len(numbers) == 3 else (2024, *numbers)))
    except (TypeError, ValueError):
        raise ValueError(f'"{text}" is no date; write 2026-06-01, or 06-01 for every year') from None
    return numbers
