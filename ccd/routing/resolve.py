"""Written steps to a tree that is ready to run: names looked up, conditions compiled, once."""

from collections.abc import Callable
from datetime import time
from typing import assert_never
from zoneinfo import ZoneInfo

from ccd.calls.ids import QueueName
from ccd.routing.actions import (
    FULL,
    PLAN,
    SILENT,
    Action,
    Announcement,
    Ask,
    Go,
    Offer,
    Prefer,
    Promise,
    Ring,
    Wait,
)
from ccd.routing.conditions import Condition
from ccd.routing.conditions.base import folded
from ccd.routing.dialling import dial_step
from ccd.routing.protection import longest_wait, most_waiting
from ccd.routing.rules import Routing
from ccd.routing.step_kinds import CallbackStep, HangupStep, MenuStep, PlayStep, QueueStep, VoicemailStep
from ccd.routing.steps import (
    CallbackRule,
    DialRule,
    HangupRule,
    MenuRule,
    PlayRule,
    QueueRule,
    StepRule,
    VoicemailRule,
)
from ccd.routing.tree import Plan, Planned, planned
from ccd.routing.waiting import OfferRule, PreferRule
from ccd.routing.when import When


class Resolver:
    """Makes plans of one routing's steps; each named plan is made once for a priority, and shared."""

    def __init__(self, routing: Routing, conditions: Callable[[When], tuple[Condition, ...]]) -> None:
        self._routing = routing
        self._conditions = conditions
        self._zone = ZoneInfo(routing.timezone)
        self._phones = {folded(person.name): person.phone for person in reversed([*routing.people.values()])}
        self._plans: dict[tuple[str, int], Plan] = {}

    def plan(self, steps: tuple[StepRule, ...], priority: int = 0) -> Plan:
        """Steps ready to run; ``priority`` is that of the last wait before them, which a promise keeps.

        KeyError for a plan or a person that does not exist, NoTrunkError for a number without a
        trunk, RecursionError for plans that lead to one another; loading refuses them all before.
        """
        made = list[Planned]()
        for step in steps:
            priority = step.queue.priority if step.queue else priority
            made.append(self._step(step, priority))
        return tuple(made)

    def _step(self, step: StepRule, priority: int) -> Planned:
        branches = {key: self.plan(steps, priority) for key, steps in _branches(step).items()}
        if step.plan is not None:
            branches = {PLAN: self._named(step.plan, priority)}
        return planned(self._action(step, priority), self._conditions(step.when), branches)

    def _named(self, name: str, priority: int) -> Plan:
        if (name, priority) not in self._plans:
            self._plans[name, priority] = self.plan(self._routing.plans[name], priority)
        return self._plans[name, priority]

    def _action(self, step: StepRule, priority: int) -> Action:
        match step.queue or step.dial or step.menu or step.callback:
            case QueueRule() as queue:
                return self._wait(queue)
            case DialRule() as dial:
                return dial_step(dial, self._routing)
            case MenuRule() as menu:
                return _ask(menu)
            case CallbackRule() as callback:
                return self._callback(callback, priority)
            case None:
                return _simple(step)
            case never:
                assert_never(never)

    def _wait(self, queue: QueueRule) -> Wait:
        step = QueueStep(
            queue=QueueName(queue.name),
            wait=queue.wait,
            priority=queue.priority,
            answer=queue.answer,
            music=queue.music,
        )
        announce = queue.announce
        return Wait(
            step=step,
            rings=tuple(Ring(after=ring.after, penalty=ring.penalty) for ring in queue.rings),
            announcement=Announcement(sound=announce.sound, every=announce.every) if announce else None,
            offer=_offer(queue.callback, step) if queue.callback else None,
            prefer=self._prefer(queue.prefer) if queue.prefer else None,
            most=queue.max_waiting or most_waiting(self._routing.queues, queue.name),
            longest=longest_wait(self._routing.queues, queue.name),
        )

    def _prefer(self, prefer: PreferRule) -> Prefer:
        return Prefer(who=prefer.who, wait=prefer.wait, phones=self._phones)

    def _callback(self, written: CallbackRule, priority: int) -> CallbackStep | Promise:
        queue, sound, within = QueueName(written.queue), written.sound, written.within
        if written.at is None:
            return CallbackStep(queue=queue, sound=sound, within=within, priority=priority)
        at, zone = time.fromisoformat(written.at), self._zone
        return Promise(queue=queue, sound=sound, within=within, at=at, zone=zone, priority=priority)


def _branches(step: StepRule) -> dict[str, tuple[StepRule, ...]]:
    if step.menu:
        silent = {SILENT: step.menu.silent} if step.menu.silent else {}
        return {**step.menu.options, **silent}
    return {FULL: step.queue.full} if step.queue and step.queue.full else {}


def _simple(step: StepRule) -> Action:
    """A step that needs nothing but its own words."""
    match step.play or step.voicemail or step.hangup or step.plan:
        case PlayRule(sound=sound):
            return PlayStep(sound=sound)
        case VoicemailRule(box=box, sound=sound, longest=longest):
            return VoicemailStep(box=box, sound=sound, longest=longest)
        case HangupRule(cause=cause):
            return HangupStep(cause=cause)
        case plan:
            return Go(plan=plan or "")


def _ask(menu: MenuRule) -> Ask:
    step = MenuStep(sound=menu.sound, keys="".join(menu.options), wait=menu.wait)
    return Ask(name=menu.name, step=step, tries=menu.tries)


def _offer(written: OfferRule, wait: QueueStep) -> Offer:
    step = CallbackStep(
        queue=QueueName(written.queue) if written.queue else wait.queue,
        sound=written.sound,
        within=written.within,
        priority=wait.priority,
    )
    return Offer(key=written.key, step=step)
