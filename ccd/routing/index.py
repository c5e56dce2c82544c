"""Which rules can match a call at all: found by their exact conditions, not by trying them all.

A rule stands in the index under one of its conditions that can be looked up (a called number, a
tag, a list ...): the one whose values the fewest rules share.  Where many rules share a value
all the same, these are told apart by their other conditions, and so on.  Rules without such a
condition (only hours, ages, expressions) are candidates for every call.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from itertools import chain
from typing import Generic, Protocol, TypeVar

from ccd.routing.conditions.base import Condition, Key, Moment

_FEW = 8
"""So many rules are rather tried than told apart."""
_MANY = 64
"""More are put in order only as far as they are tried."""


class Ruled(Protocol):
    """A rule, as far as the index is concerned."""

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """All of them must hold."""
        ...


Rule = TypeVar("Rule", bound=Ruled)
Places = tuple[int, ...]
"""Of rules in their order."""
Values = dict[str, tuple[str, ...]]
"""What a call has of each key, by the key's name, once it was asked."""


class Index(Generic[Rule]):
    """The rules in their order, and a quick way to those that can match."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = tuple(rules)
        keys = [{key: values for one in rule.conditions for key, values in one.needs} for rule in rules]
        self._root = _Node(keys, range(len(keys)), frozenset())

    def candidates(self, moment: Moment) -> Iterator[Rule]:
        """The rules that can match, in their order; some may come twice.  All others cannot."""
        found: list[Places] = []
        self._root.collect(moment, {}, found)
        return map(self._rules.__getitem__, _in_order(found))


def _in_order(found: list[Places]) -> Iterable[int]:
    if len(found) == 1:
        return found[0]
    return sorted(chain.from_iterable(found)) if sum(map(len, found)) <= _MANY else merge(*found)


class _Node:
    """Rules told apart by one key each; ``used`` are the keys by which they were found."""

    __slots__ = ("_always", "_tables")

    def __init__(
        self, keys: Sequence[dict[Key, frozenset[str]]], places: Iterable[int], used: frozenset[Key]
    ) -> None:
        always, tables = _sorted_out(keys, tuple(places), used)
        self._always = always
        self._tables: list[tuple[Key, dict[str, Places | _Node]]] = [
            (
                key,
                {
                    value: tuple(those) if len(those) <= _FEW else _Node(keys, those, used | {key})
                    for value, those in table.items()
                },
            )
            for key, table in tables.items()
        ]

    def collect(self, moment: Moment, had: Values, found: list[Places]) -> None:
        """Add the rules here that can match to ``found``, in several parts, each in order."""
        if self._always:
            found.append(self._always)
        for key, table in self._tables:
            values = had.get(key.name)
            if values is None:
                values = had[key.name] = tuple(key.read(moment))
            for value in values:
                if (those := table.get(value)) is None:
                    continue
                if isinstance(those, _Node):
                    those.collect(moment, had, found)
                else:
                    found.append(those)


def _sorted_out(
    keys: Sequence[dict[Key, frozenset[str]]], places: Places, used: frozenset[Key]
) -> tuple[Places, dict[Key, dict[str, list[int]]]]:
    """The rules that cannot be told apart, and the others by the key and values that do it best."""
    shared = Counter((key, one) for at in places for key, values in keys[at].items() for one in values)
    always, tables = list[int](), dict[Key, dict[str, list[int]]]()
    for at in places:
        free = [(key, values) for key, values in keys[at].items() if key not in used]
        if not free:
            always.append(at)
            continue
        key, values = min(free, key=lambda pair: max(shared[pair[0], one] for one in pair[1]))
        table = tables.setdefault(key, {})
        for value in values:
            table.setdefault(value, []).append(at)
    return tuple(always), tables
