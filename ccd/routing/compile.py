"""Written rules made into closures, once; nothing is parsed while a call waits."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from ccd.calls.ids import QueueName
from ccd.routing.conditions import Condition, Conditions, Moment
from ccd.routing.model import HangupStep, PlayStep, QueueStep, RoutePlan, Step, Tried
from ccd.routing.rules import Routing
from ccd.routing.steps import HangupRule, PlayRule, QueueRule, StepRule


@dataclass(frozen=True, slots=True)
class Compiled:
    """One rule, ready: its conditions in order, and the plan that it gives."""

    conditions: tuple[Condition, ...]
    plan: RoutePlan

    def matches(self, moment: Moment) -> bool:
        """True when all conditions hold; stops at the first that does not."""
        for condition in self.conditions:  # noqa: SIM110 - twice as quick as all(), for every call
            if not condition.test(moment):
                return False
        return True

    def tried(self, moment: Moment) -> Tried:
        """The conditions up to the first that failed."""
        checked = []
        for condition in self.conditions:
            checked.append(condition.check(moment))
            if not checked[-1].matched:
                break
        return Tried(rule=self.plan.rule, matched=self.matches(moment), checked=tuple(checked))


def compiled(routing: Routing, conditions: Conditions) -> Iterator[Compiled]:
    """Each rule, in order.

    KeyError when a calendar, list or source does not exist; loading refuses that before.
    """
    for rule in routing.rules:
        plan = RoutePlan(rule=rule.name, steps=tuple(map(_step, rule.steps)))
        yield Compiled(conditions.of(rule.when), plan)


def _step(written: StepRule) -> Step:
    match written.queue or written.play or written.hangup:
        case QueueRule(name=name, wait=wait, priority=priority, answer=answer):
            return QueueStep(queue=QueueName(name), wait=wait, priority=priority, answer=answer)
        case PlayRule(sound=sound):
            return PlayStep(sound=sound)
        case HangupRule(cause=cause):
            return HangupStep(cause=cause)
        case None:  # pragma: no cover - a StepRule has one
            raise AssertionError
        case never:
            assert_never(never)
