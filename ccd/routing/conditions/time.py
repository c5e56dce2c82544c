"""Conditions on the moment: days, hours, and named calendars, each on the wall clock of its zone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from ccd.routing.calendar import WEEKDAYS, Days, Hours, Period
from ccd.routing.conditions.base import Condition, Moment, Test, said
from ccd.routing.holidays import public_holidays
from ccd.routing.rules import Calendar
from ccd.routing.when import When


@dataclass(frozen=True, slots=True)
class Zoned:
    """A period and the zone on whose wall clock it is read; None for the clinic's."""

    period: Period
    zone: tzinfo | None

    def covers(self, moment: Moment) -> bool:
        """True when the moment lies in the period."""
        return self.period.covers(moment.facts.now.astimezone(self.zone) if self.zone else moment.local)


Calendars = Mapping[str, tuple[Zoned, ...]]


def calendars(written: Mapping[str, tuple[Calendar, ...]]) -> Calendars:
    """The named calendars, ready to be asked."""
    return {name: tuple(map(_zoned, periods)) for name, periods in written.items()}


def _zoned(written: Calendar) -> Zoned:
    period = Period(
        days=tuple(map(Days.parse, written.days)),
        hours=tuple(map(Hours.parse, written.hours)),
        holidays=tuple(map(public_holidays, written.holidays)),
    )
    return Zoned(period, ZoneInfo(written.timezone) if written.timezone else None)


def conditions(when: When, named: Calendars) -> Iterator[Condition]:
    """The written ones among them.  KeyError for a calendar that does not exist; loading refuses that."""
    if when.days:
        yield _days(tuple(when.days))
    if when.hours:
        yield _hours(tuple(when.hours))
    if when.during:
        yield Condition(said("during", when.during), _inside(named, when.during), _day_and_time)
    if when.outside:
        within = _inside(named, when.outside)
        yield Condition(said("outside", when.outside), lambda m: not within(m), _day_and_time)


@lru_cache(maxsize=1_024)
def _days(written: tuple[str, ...]) -> Condition:
    """Rules with the same days share it: most of what they touch is then in the processor's cache."""
    return Condition(
        said("days", written), Zoned(Period(days=tuple(map(Days.parse, written))), None).covers, _day
    )


@lru_cache(maxsize=1_024)
def _hours(written: tuple[str, ...]) -> Condition:
    """The same for hours."""
    return Condition(
        said("hours", written), Zoned(Period(hours=tuple(map(Hours.parse, written))), None).covers, _time
    )


def _inside(named: Calendars, names: tuple[str, ...]) -> Test:
    """The moment lies in any period of any of the calendars."""
    periods = tuple(period for name in names for period in named[name])
    return lambda moment: any(period.covers(moment) for period in periods)


def _day(moment: Moment) -> str:
    return f"{WEEKDAYS[moment.local.weekday()]} {moment.local:%Y-%m-%d}"


def _time(moment: Moment) -> str:
    return f"{moment.local:%H:%M}"


def _day_and_time(moment: Moment) -> str:
    return f"{_day(moment)} {_time(moment)}"
