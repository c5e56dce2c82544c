"""What works in the rules, but is most likely not meant.  Each finding is (location, sentence)."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta

import phonenumbers

from ccd.directory.caller import Caller, Number, NumberKind
from ccd.routing.calendar import WEEKDAYS, Days, Hours
from ccd.routing.conditions import Conditions, Moment
from ccd.routing.facts import Facts
from ccd.routing.rules import Calendar, Routing, Rule
from ccd.routing.when import When
from ccd.settings.document import Loc
from ccd.settings.shadows import shadowed

Found = Iterator[tuple[Loc, str]]

_EMERGENCY = ("112", "101", "102", "103", "104", "01", "02", "03", "04", "911")
"""Of the countries that ccd knows best; the region's own are added."""
_TIMES = ("days", "hours", "during", "outside")
_SHOWN = 3


def doubts(routing: Routing, region: str) -> Found:
    """Everything found, in no order."""
    for index, other in shadowed(routing.rules, region):
        yield (
            ("routing", "rules", index),
            f'is never reached: "{other.name}" before it takes all of its calls',
        )
    yield from _overlapping(routing.calendars)
    yield from _uncovered(routing, region)
    for loc, number in _numbers(routing):
        if _emergency(number, region):
            yield loc, f'"{number}" takes in an emergency number: nobody in need may be turned away'


def _overlapping(calendars: Mapping[str, tuple[Calendar, ...]]) -> Found:
    for name, periods in calendars.items():
        for later, period in enumerate(periods):
            for earlier, other in enumerate(periods[:later]):
                if _same_kind(period, other) and _overlap(period, other):
                    yield (
                        ("routing", "calendars", name, later),
                        f"overlaps {name}[{earlier}]: one of the two is not needed, or not meant",
                    )


def _same_kind(one: Calendar, other: Calendar) -> bool:
    plain = not (one.holidays or other.holidays)
    return plain and one.timezone == other.timezone and bool(one.days) == bool(other.days)


def _overlap(one: Calendar, other: Calendar) -> bool:
    days = not one.days or any(
        _days_meet(Days.parse(mine), Days.parse(theirs)) for mine in one.days for theirs in other.days
    )
    return days and (not (one.hours and other.hours) or bool(_minutes(one.hours) & _minutes(other.hours)))


def _days_meet(one: Days, other: Days) -> bool:
    if one.weekdays or other.weekdays:
        return bool(one.weekdays & other.weekdays)
    return one.first <= other.last and other.first <= one.last


def _minutes(hours: tuple[str, ...]) -> set[int]:
    spans = map(Hours.parse, hours)
    return {
        minute % 1440
        for one in spans
        for minute in range(one.start, one.end if one.start < one.end else one.end + 1440)
    }


def _uncovered(routing: Routing, region: str) -> Found:
    """Hours of the coming week in which no rule can hold, whoever calls."""
    if not routing.rules or any(not _time_part(rule) for rule in routing.rules):
        return
    conditions = Conditions(routing, region)
    parts = {str(part): conditions.of(part) for part in map(_only_times, routing.rules)}.values()
    samples = list(_week(routing, conditions))
    ends = [at for at, _ in samples[1:]] + [samples[0][0] + timedelta(days=7)]
    gaps = list[tuple[datetime, datetime]]()
    for (at, moment), end in zip(samples, ends, strict=True):
        if not any(all(one.test(moment) for one in part) for part in parts):
            joined = gaps and gaps[-1][1] == at and at.time() != time.min
            gaps[-1:] = [(gaps[-1][0], end)] if joined else [*gaps[-1:], (at, end)]
    if gaps:
        where = f'such calls wait in "{routing.default_queue}"'
        yield ("routing", "rules"), f"no rule covers the hours {_listed(gaps)}: {where}"


def _listed(gaps: list[tuple[datetime, datetime]]) -> str:
    """``20:00-20:30 every day``, or each with its day."""
    hours = [f"{first:%H:%M}-{last:%H:%M}".replace("-00:00", "-24:00") for first, last in gaps]
    for several in dict.fromkeys(hours):
        if hours.count(several) == 7 == len(hours):
            return f"{several} every day"
    inside = sorted(zip(gaps, hours, strict=True), key=lambda one: one[0][0].weekday())
    said = [f"{WEEKDAYS[gap[0].weekday()]} {several}" for gap, several in inside]
    more = f", and {len(said) - _SHOWN} times more" if len(said) > _SHOWN else ""
    return ", ".join(said[:_SHOWN]) + more


def _time_part(rule: Rule) -> bool:
    return any(getattr(rule.when, key) for key in _TIMES)


def _only_times(rule: Rule) -> When:
    return When.model_validate({key: value for key in _TIMES if (value := getattr(rule.when, key))})


def _week(routing: Routing, conditions: Conditions) -> Iterator[tuple[datetime, Moment]]:
    """The next seven days, at every minute at which something begins or ends, and every hour."""
    nobody = Caller(number=Number("", NumberKind.ANONYMOUS))
    written = [hours for periods in routing.calendars.values() for one in periods for hours in one.hours]
    written += [hours for rule in routing.rules for hours in rule.when.hours]
    edges = {edge % 1440 for hours in map(Hours.parse, written) for edge in (hours.start, hours.end)}
    first = datetime.now(UTC)
    for day in range(7):
        for minute in sorted(edges | set(range(0, 1440, 60))):
            moment = conditions.moment(Facts(caller=nobody, called_number="", now=first))
            midnight = moment.local.replace(hour=0, minute=0, second=0, microsecond=0)
            at = midnight + timedelta(days=day, minutes=minute)
            yield at, conditions.moment(Facts(caller=nobody, called_number="", now=at))


def _numbers(routing: Routing) -> Iterator[tuple[Loc, str]]:
    for section, book in (("lists", routing.lists), ("sources", routing.sources)):
        for name, numbers in book.items():
            yield from ((("routing", section, name, place), one) for place, one in enumerate(numbers))
    for index, rule in enumerate(routing.rules):
        at: Loc = ("routing", "rules", index)
        for key in ("called", "number"):
            yield from (((*at, "when", key, n), one) for n, one in enumerate(getattr(rule.when, key)))
        for place, step in enumerate(rule.steps):
            dialled = getattr(getattr(step, "dial", None), "to", ())
            yield from (((*at, "steps", place, "dial", "to", n), one) for n, one in enumerate(dialled))


def _emergency(number: str, region: str) -> bool:
    if phonenumbers.is_emergency_number(number, region):
        return True
    if number.endswith("*"):
        return any(one.startswith(number[:-1]) for one in _EMERGENCY)
    return number in _EMERGENCY
