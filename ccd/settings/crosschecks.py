"""What needs two places at once: names used twice, names that nobody defined, rules never reached.

``mistakes`` reads the plain tree, so it finds them even when other parts are wrong; ``doubts``
reads the finished settings.  Both yield (location, sentence).
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from ccd.routing.rules import Rule
from ccd.routing.words import as_list, did_you_mean
from ccd.settings import plans, roster_checks, rule_checks
from ccd.settings.document import Loc
from ccd.settings.models import Settings
from ccd.settings.number_checks import numbers
from ccd.settings.walking import whens

Found = Iterator[tuple[Loc, str]]

_NAMED = {
    "during": ("calendar", "calendars"),
    "outside": ("calendar", "calendars"),
    "list": ("list", "lists"),
    "source": ("source", "sources"),
}
"""What conditions name: a noun for it, and its section."""


def mistakes(data: Any) -> Found:
    """What makes the settings unusable."""
    yield from _twice(data, ("routing", "rules"), "name")
    yield from _twice(data, ("directory", "sources"), "name")
    yield from _twice(data, ("desk", "topics"), "id")
    yield from _outcomes(data)
    yield from _unknown(_at(data, "routing"))
    yield from roster_checks.mistakes(_at(data, "routing"))
    yield from _below_routing(plans.mistakes(_at(data, "routing")))
    yield from _no_calendar(_at(data, "missed", "calendar"), _at(data, "routing", "calendars"))
    spoken, sign_in = _at(data, "desk", "languages"), _at(data, "desk", "language")
    if isinstance(spoken, list) and isinstance(sign_in or "ru", str) and (sign_in or "ru") not in spoken:
        yield ("desk", "language"), f'"{sign_in or "ru"}" is not among desk.languages'


def doubts(settings: Settings) -> Found:
    """What works, but is most likely not meant."""
    yield from _never_reached(settings.routing.rules)
    yield from rule_checks.doubts(settings.routing, settings.directory.region)
    yield from roster_checks.doubts(settings.routing, datetime.now(UTC))
    yield from numbers(settings.routing, settings.directory.region)
    yield from _below_routing(plans.doubts(settings.routing.model_dump(mode="json", exclude_unset=True)))
    agi, desk = settings.agi, settings.desk
    if agi.port == desk.port != 0:
        yield ("desk", "port"), f"agi.port is {agi.port} too; one of the two will not start"
    if agi.deadline >= 2:
        yield ("agi", "deadline"), "Asterisk gives up after 2 seconds: it will not wait for the answer"
    if settings.directory.deadline >= agi.deadline:
        yield ("directory", "deadline"), f"should be shorter than agi.deadline ({agi.deadline:g} seconds)"


def _never_reached(rules: tuple[Rule, ...]) -> Found:
    first = next((index for index, rule in enumerate(rules) if rule.when.empty), len(rules))
    for index in range(first + 1, len(rules)):
        yield (
            ("routing", "rules", index),
            f'is never reached: "{rules[first].name}" before it takes every call',
        )


def _below_routing(found: Found) -> Found:
    return ((("routing", *loc), sentence) for loc, sentence in found)


def _twice(data: Any, loc: Loc, key: str) -> Found:
    seen: dict[str, int] = {}
    for index, item in enumerate(_list(_at(data, *loc))):
        value = _at(item, key)
        if isinstance(value, str) and seen.setdefault(value, index) != index:
            first = f"{loc[-1]}[{seen[value]}]"
            yield (*loc, index, key), f'"{value}" is taken by {first}; each needs its own'


def _outcomes(data: Any) -> Found:
    """Each outcome has its own id, and each child among its siblings; one must be there to be required."""
    yield from _twice(data, ("desk", "outcomes"), "id")
    outcomes = _list(_at(data, "desk", "outcomes"))
    for index, one in enumerate(outcomes):
        below = _twice(one, ("children",), "id")
        yield from ((("desk", "outcomes", index, *loc), sentence) for loc, sentence in below)
    if _at(data, "desk", "outcome_required") is True and not outcomes:
        yield ("desk", "outcome_required"), "there is no outcome to choose; define some under desk.outcomes"


def _unknown(routing: Any) -> Found:
    """Conditions that name what no section of the routing defines."""
    for loc, when in whens(routing):
        for key, (noun, section) in _NAMED.items():
            if isinstance(when, dict) and key in when:
                for wrong in _undefined(as_list(when[key] or ()), noun, section, _at(routing, section)):
                    yield ("routing", *loc, key), wrong


def _no_calendar(name: Any, known: Any) -> Found:
    for wrong in _undefined([name] if name else [], "calendar", "routing.calendars", known):
        yield ("missed", "calendar"), wrong


def _undefined(names: Iterable[Any], noun: str, section: str, known: Any) -> Iterator[str]:
    known = known if isinstance(known, dict) else {}
    for name in names:
        if isinstance(name, str) and name not in known:
            yield f'no {noun} is named "{name}"{did_you_mean(name, known) or f"; define it under {section}"}'


def _at(data: Any, *keys: str | int) -> Any:
    """The value at a place; None where the tree has another shape."""
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
