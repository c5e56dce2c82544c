"""Calls that go through a plan: what the dialplan would do, without one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from ccd.agi.translate import mset
from ccd.routing.facts import Facts
from ccd.routing.limits import QUESTIONS
from ccd.routing.protection import FIRST
from ccd.routing.question import StepAnswer
from ccd.routing.ruleset import RuleSet
from ccd.routing.step_kinds import DialStep, HangupStep, MenuStep, QueueStep, Step
from tests.unit.routing.facts import facts


@dataclass
class Walk:
    """One call under the rules; ``steps`` are what it was given so far."""

    rules: RuleSet
    facts: Facts = field(default_factory=facts)
    steps: list[Step] = field(default_factory=list)
    token: str = ""
    rule: str = ""

    def begin(self) -> Step:
        self.rule, answer = self.rules.first(self.facts)
        return self._take(answer)

    def end(self, outcome: str, seconds: float | None = None, **known) -> Step:
        """The present step ended so; gives the next one.  ``known`` are facts that are others now."""
        took = (getattr(self.steps[-1], "wait", None) or 0) if seconds is None else seconds
        self.facts = replace(self.facts, now=self.facts.now + timedelta(seconds=took), **known)
        return self._take(self.rules.next(self.token, outcome, self.facts))

    def through(self, outcomes: Iterable[str]) -> list[Step]:
        """All steps of a call whose steps end so."""
        self.begin()
        for outcome in outcomes:
            self.end(outcome)
        return self.steps

    def to_the_end(self, outcome: Callable[[Step], str]) -> list[Step]:
        """All steps until the call is over, or waits for good; fails when it never does."""
        step = self.begin()
        while not over(step):
            assert len(self.steps) < QUESTIONS
            step = self.end(outcome(step))
        return self.steps

    def _take(self, answer: StepAnswer) -> Step:
        self.steps.append(answer.step)
        self.token = answer.next_token
        return answer.step


def over(step: Step) -> bool:
    """No question follows: the call is hung up, or the caller waits without limit."""
    return isinstance(step, HangupStep) or (isinstance(step, QueueStep) and step.wait is None)


def assert_safe(answer: StepAnswer) -> None:
    """The answer can be given to the dialplan, by its contract."""
    assert len(answer.next_token) <= 900
    assert mset(answer)  # raises UnsafeAnswer
    step = answer.step
    match step:
        case QueueStep():
            assert step.wait is None or 1 <= step.wait <= 86_400
            assert 0 <= step.priority <= FIRST
            assert step.position is None or step.position >= 1
        case DialStep():
            assert step.to
            assert 1 <= step.wait <= 600
        case MenuStep():
            assert step.keys
        case HangupStep():
            assert 1 <= step.cause <= 127
        case _:
            pass
