"""One written shift made ready: on which days it begins, and whether it still goes on.

A shift belongs to the day on which it begins: one of Friday from 20:00 to 08:00 ends on Saturday.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self

from ccd.routing.calendar import Days, Hours
from ccd.routing.people import PersonId
from ccd.routing.season import Season
from ccd.routing.shifts import Shift, hours

_WHOLE_DAY = Hours(0, 1440)


@dataclass(frozen=True, slots=True)
class Turn:
    """When its shifts begin, how long they last, and whose they are."""

    who: tuple[PersonId, ...]
    days: tuple[Days, ...]
    hours: tuple[Hours, ...]
    weeks: frozenset[str | int]
    season: Season
    penalty: int

    @classmethod
    def of(cls, written: Shift) -> Self:
        """Make ready what is written; it was checked before."""
        return cls(
            who=written.who,
            days=tuple(map(Days.parse, written.days)),
            hours=tuple(map(hours, written.hours)) or (_WHOLE_DAY,),
            weeks=frozenset(written.weeks),
            season=Season.parse(written.from_, written.to),
            penalty=written.penalty,
        )

    def begins_on(self, day: date) -> bool:
        """Whether such a shift begins on this day."""
        midnight = datetime.combine(day, time())
        return (
            (not self.days or any(days.covers(midnight) for days in self.days))
            and (not self.weeks or not self.weeks.isdisjoint(_week(day)))
            and self.season.covers(day)
        )

    def began(self, local: datetime) -> Iterator[date]:
        """The days on which those of these shifts began that cover the moment: today, yesterday, both."""
        minute, today = local.hour * 60 + local.minute, local.date()
        yesterday = today - timedelta(days=1)
        if self.begins_on(today) and any(_from_today(one, minute) for one in self.hours):
            yield today
        if self.begins_on(yesterday) and any(minute < one.end <= one.start for one in self.hours):
            yield yesterday


def _from_today(one: Hours, minute: int) -> bool:
    return one.start <= minute and (minute < one.end or one.end <= one.start)


def _week(day: date) -> tuple[str, int]:
    number = day.isocalendar().week
    return "odd" if number % 2 else "even", number
