"""Conditions as closures: each tests one thing of a call, and can say what it saw.

``test`` is the hot path; ``actual`` is only called when somebody asks why.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from ccd.directory.model import Caller, NumberKind
from ccd.routing.calendar import WEEKDAYS, Days, Hours, Period
from ccd.routing.model import Checked
from ccd.routing.when import CallerKind, When


@dataclass(frozen=True, slots=True)
class Moment:
    """The facts of one call as conditions read them; ``local`` is on the clinic's wall clock."""

    caller: Caller
    called: frozenset[str]
    """The called number in each of its known forms."""
    dialled: str
    local: datetime


Test = Callable[[Moment], bool]
Actual = Callable[[Moment], str]
Calendars = Mapping[str, tuple[Period, ...]]


@dataclass(frozen=True, slots=True)
class Condition:
    """One written condition: its words, its test, and how it shows what was there instead."""

    words: str
    test: Test
    actual: Actual

    def check(self, moment: Moment) -> Checked:
        """The condition evaluated, for a trace."""
        return Checked(condition=self.words, matched=self.test(moment), actual=self.actual(moment))


def caller_kind(caller: Caller) -> CallerKind:
    """The one kind that this caller is; a silent directory counts only when nobody was found."""
    if caller.known:
        return "known"
    if caller.number.kind is NumberKind.ANONYMOUS:
        return "anonymous"
    return "failed" if caller.failed else "unknown"


def called_test(patterns: tuple[str, ...], forms: Callable[[str], frozenset[str]]) -> Test:
    """Any form of the number equals any form of a pattern, or begins with one that ends in ``*``."""
    prefixes = tuple(pattern[:-1] for pattern in patterns if pattern.endswith("*"))
    exact = frozenset().union(*(forms(pattern) for pattern in patterns if not pattern.endswith("*")))
    return lambda moment: (
        not exact.isdisjoint(moment.called) or any(form.startswith(prefixes) for form in moment.called)
    )


def period_test(period: Period) -> Test:
    """The local moment lies in the period."""
    return lambda moment: period.covers(moment.local)


def calendar_test(periods: tuple[Period, ...]) -> Test:
    """The local moment lies in any of the periods."""
    return lambda moment: any(period.covers(moment.local) for period in periods)


def conditions(
    when: When, calendars: Calendars, forms: Callable[[str], frozenset[str]]
) -> Iterator[Condition]:
    """The conditions of one rule, in the order in which they are tried.

    KeyError when a calendar does not exist; loading refuses that before.
    """
    if when.called:
        yield Condition(_words("called", when.called), called_test(when.called, forms), _dialled)
    if when.caller:
        kinds = frozenset(when.caller)
        yield Condition(_words("caller", when.caller), lambda m: caller_kind(m.caller) in kinds, _kind)
    if when.tag:
        tags = frozenset(tag.casefold() for tag in when.tag)
        yield Condition(_words("tag", when.tag), lambda m: not tags.isdisjoint(_folded(m.caller)), _tags)
    yield from _times(when, calendars)


def _times(when: When, calendars: Calendars) -> Iterator[Condition]:
    if when.days:
        days = Period(days=tuple(map(Days.parse, when.days)))
        yield Condition(_words("days", when.days), period_test(days), _day)
    if when.hours:
        hours = Period(hours=tuple(map(Hours.parse, when.hours)))
        yield Condition(_words("hours", when.hours), period_test(hours), _time)
    if when.during:
        inside = calendar_test(_named(calendars, when.during))
        yield Condition(_words("during", when.during), inside, _day_and_time)
    if when.outside:
        within = calendar_test(_named(calendars, when.outside))
        yield Condition(_words("outside", when.outside), lambda m: not within(m), _day_and_time)


def _named(calendars: Calendars, names: tuple[str, ...]) -> tuple[Period, ...]:
    return tuple(period for name in names for period in calendars[name])


def _words(key: str, values: tuple[str, ...]) -> str:
    return f"{key} {', '.join(values)}"


def _folded(caller: Caller) -> frozenset[str]:
    return frozenset(tag.casefold() for tag in caller.tags)


def _dialled(moment: Moment) -> str:
    return moment.dialled or "nothing"


def _kind(moment: Moment) -> str:
    return caller_kind(moment.caller)


def _tags(moment: Moment) -> str:
    return ", ".join(sorted(moment.caller.tags)) or "no tags"


def _day(moment: Moment) -> str:
    return f"{WEEKDAYS[moment.local.weekday()]} {moment.local:%Y-%m-%d}"


def _time(moment: Moment) -> str:
    return f"{moment.local:%H:%M}"


def _day_and_time(moment: Moment) -> str:
    return f"{_day(moment)} {_time(moment)}"
