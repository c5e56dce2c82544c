"""Plans as they stand in the plain tree of the files, whatever else is wrong there."""

from collections.abc import Iterator
from typing import Any

from ccd.settings.document import Loc

Placed = Iterator[tuple[Loc, Any]]


def lists_of_steps(routing: Any) -> Placed:
    """Each rule's and each plan's own steps, with their place below ``routing``."""
    for index, rule in enumerate(_list(_get(routing, "rules"))):
        yield ("rules", index, "steps"), _get(rule, "steps")
    for name, steps in _items(_get(routing, "plans")):
        yield ("plans", name), steps


def every_step(loc: Loc, steps: Any) -> Placed:
    """Each step at any depth, a branch's before what follows; plans that are named are not followed."""
    for place, step in own_steps(loc, steps):
        yield place, step
        for below, branch in branches(place, step):
            yield from every_step(below, branch)


def own_steps(loc: Loc, steps: Any) -> Placed:
    """The steps of one list; a name stands for ``plan: name``, one step for a list of one."""
    if isinstance(steps, str):
        yield loc, {"plan": steps}
    elif isinstance(steps, dict):
        yield loc, steps
    for index, step in enumerate(_list(steps)):
        if isinstance(step, dict):
            yield (*loc, index), step


def branches(loc: Loc, step: Any) -> Placed:
    """The lists of steps that a step leads to."""
    for key, steps in _items(_get(step, "menu", "options")):
        yield (*loc, "menu", "options", key), steps
    for way in (("menu", "silent"), ("queue", "full")):
        steps = _get(step, *way)
        if steps is not None:
            yield (*loc, *way), steps


def whens(routing: Any) -> Placed:
    """Everything that stands under a ``when:``, of rules and of steps."""
    for index, rule in enumerate(_list(_get(routing, "rules"))):
        yield ("rules", index, "when"), _get(rule, "when")
    for loc, steps in lists_of_steps(routing):
        for place, step in every_step(loc, steps):
            if _get(step, "when") is not None:
                yield (*place, "when"), step["when"]


def _get(data: Any, *keys: str) -> Any:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def _items(value: Any) -> list[tuple[str, Any]]:
    return list(value.items()) if isinstance(value, dict) else []


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
