"""Numbers in the rules that are most likely misspelt: they look like a whole number, but are none."""

import re
from collections.abc import Iterator

from ccd.directory.phones import normalise
from ccd.routing.rules import Routing
from ccd.settings.document import Loc

_WHOLE = re.compile(r"\+[0-9]+|[0-9]{7,}")
"""Shorter ones are extensions and emergency numbers, matched as dialled."""


def numbers(routing: Routing, region: str) -> Iterator[tuple[Loc, str]]:
    """Each number that no telephone can have, with its place; ``region`` is where local ones belong."""
    for loc, number in _written(routing):
        if _WHOLE.fullmatch(number) and not normalise(number, region).e164:
            yield (
                loc,
                f'"{number}" can be nobody\'s number ({region}); is a digit wrong, or missing?',
            )


def _written(routing: Routing) -> Iterator[tuple[Loc, str]]:
    for section, named in (("lists", routing.lists), ("sources", routing.sources)):
        for name, some in named.items():
            yield from _each(("routing", section, name), some)
    for at, rule in enumerate(routing.rules):
        yield from _each(("routing", "rules", at, "when", "called"), rule.when.called)
        yield from _each(("routing", "rules", at, "when", "number"), rule.when.number)


def _each(loc: Loc, some: tuple[str, ...]) -> Iterator[tuple[Loc, str]]:
    return (((*loc, at), number) for at, number in enumerate(some))
