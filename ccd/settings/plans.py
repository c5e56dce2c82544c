"""What is wrong with plans: names that nobody defined, loops, more than one call can go through."""

from collections.abc import Iterator
from typing import Any

from ccd.routing.dialling import is_number, is_person
from ccd.routing.limits import PLANNED, QUESTIONS, STEPS
from ccd.routing.words import as_list, did_you_mean
from ccd.settings.document import Loc
from ccd.settings.plan_graph import PlanGraph
from ccd.settings.walking import branches, every_step, lists_of_steps, own_steps

Found = Iterator[tuple[Loc, str]]
_TRUNK = 'a number needs a trunk; write dial: { trunk: "PJSIP/{number}@trunk" } above the rules'


def mistakes(routing: Any) -> Found:
    """What makes plans unusable; places are below ``routing``, a plain tree of any shape."""
    graph = PlanGraph(routing)
    yield from _unknown(graph)
    yield from _dialled(routing)
    for chain, loc in graph.loops():
        yield loc, f"leads round in a circle: {' -> '.join(chain)}"
    if not graph.cut:
        yield from _too_long(graph, routing)


def doubts(routing: Any) -> Found:
    """Steps that no call comes to, and plans that nobody names."""
    graph = PlanGraph(routing)
    named = {name for _loc, name in graph.named}
    for name in graph.plans:
        if name not in named:
            yield ("plans", name), "is never reached: no step names this plan"
    for loc, steps in lists_of_steps(routing):
        yield from _after_the_end(loc, steps)


def _unknown(graph: PlanGraph) -> Found:
    for loc, name in graph.named:
        if name not in graph.plans:
            near = did_you_mean(name, graph.plans) or "; define it under plans"
            yield loc, f'no plan is named "{name}"{near}'


def _too_long(graph: PlanGraph, routing: Any) -> Found:
    """Only the lists that are too long by themselves: a rule is not wrong for a plan that is."""
    for loc, steps in lists_of_steps(routing):
        questions, size = graph.measured(steps)
        if any(graph.too_long(name) for name in graph.followed(steps)):
            continue
        if questions > PLANNED:
            yield loc, f"may take {questions} steps one after another; {PLANNED} of {QUESTIONS} are the most"
        elif size > STEPS:
            yield loc, f"has {size} steps with its branches and plans written out; {STEPS} are the most"


def _dialled(routing: Any) -> Found:
    people = routing.get("people") if isinstance(routing, dict) else None
    people = people if isinstance(people, dict) else {}
    trunk = bool(isinstance(routing, dict) and routing.get("dial"))
    for place, step in (found for loc, steps in lists_of_steps(routing) for found in every_step(loc, steps)):
        dial = step.get("dial")
        written = dial.get("to") if isinstance(dial, dict) else dial
        where = (*place, "dial", "to") if isinstance(dial, dict) else (*place, "dial")
        for index, target in enumerate(as_list(written or ())):
            wrong = _unreachable(target, people, trunk=trunk) if isinstance(target, str) else ""
            if wrong:
                yield (*where, index), wrong


def _unreachable(target: str, people: dict[str, Any], *, trunk: bool) -> str:
    if is_number(target):
        return "" if trunk else _TRUNK
    if not is_person(target):  # or nothing that could be dialled: that is said elsewhere
        return ""
    if target not in people:
        return f'nobody of people is "{target}"{did_you_mean(target, people) or "; define them under people"}'
    person = people[target]
    return "" if trunk or not isinstance(person, dict) or not person.get("number") else _TRUNK


def _after_the_end(loc: Loc, steps: Any) -> Found:
    own = list(own_steps(loc, steps))
    ends = next(
        (at for at, (_, step) in enumerate(own) if "hangup" in step and not step.get("when")), len(own)
    )
    if ends < len(own) - 1:
        yield own[ends + 1][0], "is never reached: the call is over before"
    for place, step in own:
        for below, branch in branches(place, step):
            yield from _after_the_end(below, branch)
