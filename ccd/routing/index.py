"""Which rules can match a call at all: found by their exact conditions, not by trying them all.

A rule stands in the index under one of its conditions that can be looked up (a called number, a
tag, a list ...): the one whose values the fewest rules share.  Where many rules share a value
all the same, these are told apart by their other conditions, and so on.  Rules without such a
condition (only hours, ages, expressions) are candidates for every call.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import chain
from operator import itemgetter
from typing import Generic, Protocol, TypeVar

from ccd.routing.conditions.base import Condition, Key, Moment, Read, Test

_FEW = 8
"""So many rules are rather tried than told apart."""
_MANY = 64
"""More are put in order only as far as they are tried."""
_PLACE = itemgetter(0)


class Ruled(Protocol):
    """A rule, as far as the index is concerned."""

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """All of them must hold."""
        ...


Rule = TypeVar("Rule", bound=Ruled)
Keys = Mapping[Key, tuple[frozenset[str], Condition]]
"""By what a rule can be looked up: the values, and the condition that asks for them."""
Entry = tuple[int, tuple[Test, ...], Rule]
"""A rule at its place, and the tests that are left when it was found so."""
Values = dict[str, tuple[str, ...]]
"""What a call has of each key, by the key's name, once it was asked."""


class Index(Generic[Rule]):
    """The rules in their order, and a quick way to those that can match."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        keys = [
            {key: (values, one) for one in rule.conditions for key, values in one.needs} for rule in rules
        ]
        self._root = _Node(_Plan(rules, keys, _reads(keys)), range(len(keys)), frozenset())

    def first(self, moment: Moment) -> Rule | None:
        """The first rule whose conditions all hold."""
        for _, tests, rule in self._found(moment):
            for test in tests:
                if not test(moment):
                    break
            else:
                return rule
        return None

    def candidates(self, moment: Moment) -> Iterator[Rule]:
        """The rules that can match, in their order; some may come twice.  All others cannot."""
        return (rule for _, _, rule in self._found(moment))

    def _found(self, moment: Moment) -> Iterable[Entry[Rule]]:
        found: list[tuple[Entry[Rule], ...]] = []
        self._root.collect(moment, {}, found)
        if len(found) == 1:
            return found[0]
        if sum(map(len, found)) > _MANY:
            return merge(*found, key=_PLACE)
        entries = [*chain.from_iterable(found)]
        entries.sort(key=_PLACE)
        return entries


class _Node(Generic[Rule]):
    """Rules told apart by one key each; ``used`` are the keys by which they were found."""

    __slots__ = ("_always", "_tables")

    def __init__(self, plan: "_Plan[Rule]", places: Iterable[int], used: frozenset[Key]) -> None:
        always, tables = _sorted_out(plan.keys, tuple(places), used)
        self._always = tuple(_entry(plan, at, used) for at in always)
        self._tables: list[tuple[str, Read, dict[str, tuple[Entry[Rule], ...] | _Node[Rule]]]] = [
            (
                key.name,
                plan.reads[key],
                {one: _leaf(plan, those, used | {key}) for one, those in table.items()},
            )
            for key, table in tables.items()
        ]

    def collect(self, moment: Moment, had: Values, found: list[tuple[Entry[Rule], ...]]) -> None:
        """Add the rules here that can match to ``found``, in several parts, each in order."""
        if self._always:
            found.append(self._always)
        for name, read, table in self._tables:
            values = had.get(name)
            if values is None:
                values = had[name] = tuple(read(moment))
            for value in values:
                if (those := table.get(value)) is None:
                    continue
                if isinstance(those, _Node):
                    those.collect(moment, had, found)
                else:
                    found.append(those)


@dataclass(frozen=True, slots=True)
class _Plan(Generic[Rule]):
    """What the tree is made of: the rules, their keys, and how each key is read off a call."""

    rules: Sequence[Rule]
    keys: Sequence[Keys]
    reads: Mapping[Key, Read]


def _reads(keys: Sequence[Keys]) -> dict[Key, Read]:
    """How to read each key, knowing every value that any rule has of it."""
    used: dict[Key, set[str]] = {}
    for ours in keys:
        for key, (values, _) in ours.items():
            used.setdefault(key, set()).update(values)
    return {key: key.among(frozenset(values)) for key, values in used.items()}


def _leaf(
    plan: _Plan[Rule], places: list[int], used: frozenset[Key]
) -> tuple[Entry[Rule], ...] | _Node[Rule]:
    if len(places) > _FEW:
        return _Node(plan, places, used)
    return tuple(_entry(plan, at, used) for at in places)


def _entry(plan: _Plan[Rule], at: int, used: frozenset[Key]) -> Entry[Rule]:
    """The rule without the tests that are sure to hold: who has been found by a key has it."""
    sure = [one for key, (_, one) in plan.keys[at].items() if key in used and one.enough]
    tests = (one.test for one in plan.rules[at].conditions if not any(one is known for known in sure))
    return at, tuple(tests), plan.rules[at]


def _sorted_out(
    keys: Sequence[Keys], places: tuple[int, ...], used: frozenset[Key]
) -> tuple[list[int], dict[Key, dict[str, list[int]]]]:
    """The rules that cannot be told apart, and the others by the key and values that do it best."""
    shared = Counter((key, one) for at in places for key, (values, _) in keys[at].items() for one in values)
    always, tables = list[int](), dict[Key, dict[str, list[int]]]()
    for at in places:
        free = [(key, values) for key, (values, _) in keys[at].items() if key not in used]
        if not free:
            always.append(at)
            continue
        key, values = min(free, key=lambda pair: max(shared[pair[0], one] for one in pair[1]))
        table = tables.setdefault(key, {})
        for value in values:
            table.setdefault(value, []).append(at)
    return always, tables
