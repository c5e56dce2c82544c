"""Rules that are never reached: whatever meets their conditions meets those of an earlier rule, too.

Exact for choices of values, numbers with prefixes, days, hours and spans; other conditions count
only when they are written the same.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from ccd.directory.phones import normalise
from ccd.routing.calendar import Days, Hours
from ccd.routing.conditions.base import folded
from ccd.routing.rules import Rule
from ccd.routing.when import When

_NUMBERS = frozenset({"called", "number"})
_SPANS = frozenset({"abandoned_within", "calls_again_within", "reminded_within"})
_ANYTHING = ("", "")


def shadowed(rules: tuple[Rule, ...], region: str) -> Iterator[tuple[int, Rule]]:
    """The index of each such rule, and the first rule that takes its calls.

    Rules without conditions are left out: they take every call.
    """
    seen: dict[tuple[str, Any], list[tuple[int, dict[str, Any]]]] = defaultdict(list)
    for index, rule in enumerate(rules):
        written = _written(rule.when, region)
        places = {place for key in _sought(written) for place, other in seen[key] if _takes(other, written)}
        if places:
            yield index, rules[min(places)]
        for key in _anchors(written):
            seen[key].append((index, written))


def _written(when: When, region: str) -> dict[str, Any]:
    """The conditions, each as a value that can be compared."""
    written = {key: value for key, value in dict(when).items() if value or value == 0}
    return {key: _value(key, value, region) for key, value in written.items()}


def _value(key: str, value: Any, region: str) -> Any:
    if key in _NUMBERS:
        return frozenset(one if one.endswith("*") else normalise(one, region).e164 or one for one in value)
    if key == "days":
        return tuple(map(Days.parse, value))
    if key == "hours":
        return frozenset(minute for one in value for minute in _minutes(Hours.parse(one)))
    if isinstance(value, tuple):
        return frozenset(folded(one) if isinstance(one, str) else one for one in value)
    return value


def _minutes(hours: Hours) -> Iterator[int]:
    ends = hours.end if hours.start < hours.end else hours.end + 1440
    return (minute % 1440 for minute in range(hours.start, ends))


def _takes(earlier: dict[str, Any], later: dict[str, Any]) -> bool:
    """Every call that meets the later conditions meets the earlier ones."""
    return all(key in later and _implied(key, value, later[key]) for key, value in earlier.items())


def _implied(key: str, earlier: Any, later: Any) -> bool:
    if key in _NUMBERS:
        prefixes = tuple(one[:-1] for one in earlier if one.endswith("*"))
        return all(one in earlier or one.removesuffix("*").startswith(prefixes or ("\n",)) for one in later)
    if key == "days":
        return all(_within(one, earlier) for one in later)
    if key == "outside":
        return bool(earlier <= later)
    if key in _SPANS:
        return bool(later <= earlier)
    return bool(later <= earlier if isinstance(earlier, frozenset) else later == earlier)


def _within(days: Days, others: tuple[Days, ...]) -> bool:
    if days.weekdays:
        return days.weekdays <= frozenset().union(*(one.weekdays for one in others))
    return any(one.first <= days.first and days.last <= one.last for one in others)


def _anchors(written: dict[str, Any]) -> list[tuple[str, Any]]:
    """Under what a rule is found again: one of its choices, each value of it."""
    key = next((one for one, value in written.items() if _choice(one, value)), None)
    return [(key, value) for value in written[key]] if key else [_ANYTHING] if written else []


def _sought(written: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Under what a rule that takes these calls must be found."""
    yield _ANYTHING
    for key, value in written.items():
        if _choice(key, value):
            one = next(iter(value))
            yield key, one
            if key in _NUMBERS:
                yield from ((key, one[:length] + "*") for length in range(len(one)))


def _choice(key: str, value: Any) -> bool:
    return isinstance(value, frozenset) and key not in {"outside", "hours"}
