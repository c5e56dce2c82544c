"""A plan as a tree of steps that are ready to run: what ``explain`` shows and ``program`` makes flat."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ccd.routing.actions import Action
from ccd.routing.conditions import Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One step.  Whoever comes to the end of a branch goes on with the step after this one."""

    action: Action
    when: tuple[Condition, ...] = ()
    branches: Mapping[str, "Plan"] = field(default_factory=dict)
    """By a menu's key, or SILENT, FULL, PLAN."""
    size: int = 1
    """How many nodes it becomes, its branches' included."""


Plan = tuple[Planned, ...]


def planned(action: Action, when: tuple[Condition, ...], branches: Mapping[str, Plan]) -> Planned:
    """A step with its size."""
    size = 1 + sum(size_of(plan) for plan in branches.values())
    return Planned(action=action, when=when, branches=branches, size=size)


def size_of(plan: Plan) -> int:
    """How many nodes the plan becomes."""
    return sum(step.size for step in plan)


def every_step(plan: Plan) -> Iterator[Planned]:
    """Each step at any depth, a plan that is named twice once only."""
    todo, seen = [plan], set[int]()
    while todo:
        part = todo.pop()
        if id(part) not in seen:
            seen.add(id(part))
            yield from part
            todo += [branch for step in part for branch in step.branches.values()]
