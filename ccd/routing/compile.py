"""Written rules made into closures: the plan of a call, and its steps by token.

The rule here: whatever comes in, a call gets a step.  A stranger's token, a rule that is gone,
a plan at its end: each leads to the default queue without limit.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import assert_never
from zoneinfo import ZoneInfo

from ccd.calls.ids import QueueName
from ccd.directory.phones import normalise
from ccd.routing.calendar import Days, Hours, Period
from ccd.routing.conditions import Condition, Moment, conditions
from ccd.routing.model import Facts, HangupStep, PlayStep, QueueStep, RoutePlan, Step, StepAnswer, Tried
from ccd.routing.rules import DEFAULT, Calendar, HangupRule, PlayRule, QueueRule, Routing, StepRule
from ccd.routing.tokens import Token


@dataclass(frozen=True, slots=True)
class Compiled:
    """One rule, ready: its conditions in order, and the plan that it gives."""

    conditions: tuple[Condition, ...]
    plan: RoutePlan

    def matches(self, moment: Moment) -> bool:
        """True when all conditions hold; stops at the first that does not."""
        return all(condition.test(moment) for condition in self.conditions)

    def tried(self, moment: Moment) -> Tried:
        """The conditions up to the first that failed."""
        checked = []
        for condition in self.conditions:
            checked.append(condition.check(moment))
            if not checked[-1].matched:
                break
        return Tried(rule=self.plan.rule, matched=self.matches(moment), checked=tuple(checked))


class RuleSet:
    """All rules of a clinic, compiled once, asked for every call.

    ``region`` is the ISO 3166 code that local numbers belong to: a rule's number matches however
    the trunk writes it.  ``version`` names the rules' content.
    """

    def __init__(self, routing: Routing, region: str = "RU") -> None:
        self.version = sha256(routing.model_dump_json().encode()).hexdigest()[:12]
        self._region = region
        self._zone = ZoneInfo(routing.timezone)
        self._rules = tuple(self._compile(routing))
        self._last = QueueStep(queue=QueueName(routing.default_queue))
        self._default = RoutePlan(rule=DEFAULT, steps=(self._last,))
        self._plans = {rule.plan.rule: rule.plan for rule in reversed(self._rules)} | {DEFAULT: self._default}

    def plan(self, facts: Facts) -> RoutePlan:
        """The plan of the first rule that matches, else of ``default``; without a trace."""
        moment = self._moment(facts)
        return next((rule.plan for rule in self._rules if rule.matches(moment)), self._default)

    def explain(self, facts: Facts) -> RoutePlan:
        """The same plan, with every rule that was tried for it."""
        moment, trace = self._moment(facts), list[Tried]()
        for rule in self._rules:
            trace.append(rule.tried(moment))
            if trace[-1].matched:
                break
        plan = self.plan(facts)
        return RoutePlan(rule=plan.rule, steps=plan.steps, trace=tuple(trace))

    def answer(self, facts: Facts, token: str = "", outcome: str = "") -> StepAnswer:
        """What now?  Without a token the first step of the call's plan, else the step it names."""
        return self.step(token, outcome) if token else self.first(self.plan(facts))

    def first(self, plan: RoutePlan) -> StepAnswer:
        """The first step of a plan."""
        return self._at(plan, Token(plan.rule, 0))

    def step(self, token: str, outcome: str = "") -> StepAnswer:  # noqa: ARG002 - no step depends on it yet
        """The step that a token names; the default queue for one that names none.  Never raises."""
        known = Token.parse(token) or Token(DEFAULT, 0)
        return self._at(self._plans.get(known.rule, self._default), known)

    def _at(self, plan: RoutePlan, token: Token) -> StepAnswer:
        step = plan.steps[token.index] if token.index < len(plan.steps) else self._last
        return StepAnswer(step=step, next_token=str(token.after()))

    def _moment(self, facts: Facts) -> Moment:
        return Moment(
            caller=facts.caller,
            called=self._forms(facts.called_number),
            dialled=facts.called_number,
            local=facts.now.astimezone(self._zone),
        )

    def _forms(self, number: str) -> frozenset[str]:
        return frozenset({number, normalise(number, self._region).e164} - {""})

    def _compile(self, routing: Routing) -> Iterator[Compiled]:
        calendars = {name: tuple(map(_period, periods)) for name, periods in routing.calendars.items()}
        for rule in routing.rules:
            plan = RoutePlan(rule=rule.name, steps=tuple(map(_step, rule.steps)))
            yield Compiled(tuple(conditions(rule.when, calendars, self._forms)), plan)


def _period(written: Calendar) -> Period:
    return Period(tuple(map(Days.parse, written.days)), tuple(map(Hours.parse, written.hours)))


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
