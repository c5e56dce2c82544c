"""Which plan leads to which, and how long each is with all that it leads to."""

from collections.abc import Iterator
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Any

from ccd.routing.limits import PLANNED, STEPS
from ccd.settings.document import Loc
from ccd.settings.walking import branches, every_step, lists_of_steps, own_steps

Measure = tuple[int, int]
"""The most questions on one way through, and all steps, branches and plans written out."""


class PlanGraph:
    """The named plans of a plain tree of any shape; places are below ``routing``."""

    def __init__(self, routing: Any) -> None:
        plans = routing.get("plans") if isinstance(routing, dict) else None
        self.plans: dict[str, Any] = plans if isinstance(plans, dict) else {}
        self.named = [found for loc, steps in lists_of_steps(routing) for found in _named(loc, steps)]
        """Each place that names a plan, with that name."""
        self.cut = set[tuple[str, str]]()
        """What was left out to break the loops: from which plan, to which."""
        self._edges = {
            (name, to): loc
            for name, steps in self.plans.items()
            for loc, to in _named(("plans", name), steps)
        }

    def loops(self) -> Iterator[tuple[list[str], Loc]]:
        """Each loop as the names on its way round, and the place that closes it."""
        while True:
            try:
                TopologicalSorter(self._targets).prepare()
            except CycleError as error:
                ring = list(reversed(error.args[1]))[:-1]
                first = min(range(len(ring)), key=lambda at: list(self.plans).index(ring[at]))
                chain = [*ring[first:], *ring[:first], ring[first]]
                self.cut.add((chain[-2], chain[-1]))
                yield chain, self._edges[chain[-2], chain[-1]]
            else:
                return

    @property
    def _targets(self) -> dict[str, set[str]]:
        targets = {name: set[str]() for name in self.plans}
        for name, to in self._edges.keys() - self.cut:
            if to in targets:
                targets[name].add(to)
        return targets

    @cached_property
    def _measures(self) -> dict[str, Measure]:
        """Of each plan; those that it leads to are measured first, so nothing is walked twice."""
        found: dict[str, Measure] = {}
        for name in TopologicalSorter(self._targets).static_order():
            found[name] = _measured(self.plans[name], found)
        return found

    def measured(self, steps: Any) -> Measure:
        """Of steps that may name plans; there are no loops among them."""
        return _measured(steps, self._measures)

    def too_long(self, name: str) -> bool:
        """True when the plan alone is more than a call can go through."""
        questions, size = self._measures.get(name, (0, 0))
        return questions > PLANNED or size > STEPS

    def followed(self, steps: Any) -> list[str]:
        """The plans that these steps name."""
        return [name for _loc, name in _named((), steps)]


def _named(loc: Loc, steps: Any) -> Iterator[tuple[Loc, str]]:
    for place, step in every_step(loc, steps):
        if isinstance(step.get("plan"), str):
            yield (*place, "plan"), step["plan"]


def _measured(steps: Any, known: dict[str, Measure]) -> Measure:
    """One after another: the sums."""
    each = [_step(step, known) for _loc, step in own_steps((), steps)]
    return sum(questions for questions, _ in each), sum(size for _, size in each)


def _step(step: dict[str, Any], known: dict[str, Measure]) -> Measure:
    menu, plan = step.get("menu"), step.get("plan")
    tries = menu.get("tries", 1) if isinstance(menu, dict) else 1
    ways = [_measured(below, known) for _loc, below in branches((), step)]
    if isinstance(plan, str):
        ways.append(known.get(plan, (0, 0)))
    longest = max((questions for questions, _ in ways), default=0)
    own = tries if isinstance(tries, int) else 1
    return own + longest, 1 + sum(size for _, size in ways)
