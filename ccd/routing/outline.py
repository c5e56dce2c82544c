"""A plan as it is shown: the tree, each step's conditions as they stand, the branches that keys take."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from ccd.routing.actions import FULL, PLAN, SILENT, Ask, Go, Promise, Wait
from ccd.routing.conditions import Moment
from ccd.routing.facts import Facts
from ccd.routing.plan import Branch, Checked, PlanStep
from ccd.routing.running import promised
from ccd.routing.step_kinds import QueueStep, Step
from ccd.routing.tree import Plan, Planned


class Outline:
    """Shows plans at one moment; ``pressed`` are keys, each answering the next menu on the way."""

    def __init__(self, facts: Facts, moment: Callable[[Facts], Moment], pressed: str) -> None:
        self._facts = facts
        self._moment = moment
        self._keys = list(pressed)

    def of(self, tree: Plan, last: QueueStep) -> tuple[PlanStep, ...]:
        """The steps of a whole plan; the default queue alone when there are none."""
        return tuple(self._steps(tree, dict(self._facts.pressed), taken=True)) or (PlanStep(step=last),)

    def _steps(self, plan: Plan, known: dict[str, str], *, taken: bool) -> Iterator[PlanStep]:
        """``known`` are the keys known to be pressed on the way here; a menu adds its own."""
        for step in plan:
            checked = self._checked(step, known)
            goes = taken and all(one.matched for one in checked)
            yield PlanStep(
                step=_step(step, self._facts),
                plan=step.action.plan if isinstance(step.action, Go) else "",
                checked=checked,
                notes=tuple(_notes(step.action, step.branches)) if isinstance(step.action, Wait) else (),
                branches=tuple(self._branches(step, known, goes=goes)),
            )

    def _branches(self, step: Planned, known: dict[str, str], *, goes: bool) -> Iterator[Branch]:
        menu = step.action if isinstance(step.action, Ask) else None
        key = self._keys.pop(0) if menu and goes and self._keys else ""
        for name, plan in step.branches.items():
            way = _way(name, key, step.branches)
            inside = {**known, menu.name: name} if menu and name != SILENT else dict(known)
            shown = tuple(self._steps(plan, inside, taken=goes and way is True))
            yield Branch(name=name, steps=shown, taken=way)
            if way:
                known.update(inside)  # what was pressed there is known ever after

    def _checked(self, step: Planned, known: Mapping[str, str]) -> tuple[Checked, ...]:
        if not step.when:
            return ()
        moment = self._moment(replace(self._facts, pressed=dict(known)))
        return tuple(condition.check(moment) for condition in step.when)


def _way(name: str, key: str, branches: Mapping[str, Plan]) -> bool | None:
    """Whether this branch is taken: nobody can say of a queue, nor of a menu without a key."""
    if name == PLAN:
        return True
    if name == FULL or not key:
        return None
    return name == (key if key in branches else SILENT)


def _step(step: Planned, facts: Facts) -> Step | None:
    match step.action:
        case Go():
            return None
        case Wait(step=one) | Ask(step=one):
            return one
        case Promise() as promise:
            return promised(promise, facts.now)
        case one:
            return one


def _notes(wait: Wait, branches: Mapping[str, Plan]) -> Iterator[str]:
    if wait.prefer:
        yield f"first the {wait.prefer.who.replace('-', ' ')}, {wait.prefer.wait} s"
    yield from (f"from {ring.after} s on: members up to penalty {ring.penalty}" for ring in wait.rings)
    if wait.announcement:
        yield f"every {wait.announcement.every} s: {wait.announcement.sound}"
    if wait.offer:
        promise = wait.offer.step
        yield f"key {wait.offer.key}: called back within {promise.within} s, queue {promise.queue}"
    if wait.most:
        promised = wait.offer and FULL not in branches
        yield f"full with {wait.most} waiting{': called back instead' if promised else ''}"
