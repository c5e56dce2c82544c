"""How a running plan is carried on: from a token and how the last step ended to the next step.

``start`` enters a place, ``resume`` is what follows when its step has ended.  Both give either an
answer or a token to go on from, which always lies further on in the program.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import assert_never

from ccd.routing import queueing
from ccd.routing.actions import PLAN, SILENT, Ask, Go, Promise, Wait
from ccd.routing.conditions import Condition, Moment
from ccd.routing.facts import Facts
from ccd.routing.limits import QUESTIONS
from ccd.routing.program import Node, Program
from ccd.routing.question import KEY, StepAnswer
from ccd.routing.step_kinds import (
    CallbackStep,
    DialStep,
    HangupStep,
    PlayStep,
    QueueStep,
    Step,
    VoicemailStep,
)
from ccd.routing.tokens import Token

_PRESSED = "PRESSED-"
Move = tuple[Step, Token] | Token
"""What to do now, or where to go on."""


@dataclass(frozen=True, slots=True)
class Run:
    """One question of a running plan; ``moment`` makes of facts what conditions read."""

    program: Program
    facts: Facts
    moment: Callable[[Facts], Moment]
    last: QueueStep
    """Where whoever came to the end waits."""

    def enter(self, token: Token) -> StepAnswer:
        """The first step from this place on that is not passed over."""
        nodes = self.program.nodes
        while token.node < len(nodes):
            node = nodes[token.node]
            move = self._start(node, token) if self._holds(node.when, token) else token.at(node.next)
            if not isinstance(move, Token):
                return self._answer(*move)
            token = move
        return self._answer(self.last, replace(token, joined=queueing.since(self.facts.now)))

    def resume(self, token: Token, outcome: str) -> StepAnswer:
        """What follows the step of this place, which ended so."""
        if token.node >= len(self.program.nodes):
            return self._answer(self._last(token, outcome), token)
        move = self._resume(self.program.nodes[token.node], token, outcome)
        return self.enter(move) if isinstance(move, Token) else self._answer(*move)

    def _last(self, token: Token, outcome: str) -> QueueStep:
        """Once more the default queue; a key, which means nothing there, takes nobody's place from him."""
        if not outcome.startswith(KEY):
            return self.last
        return replace(self.last, position=queueing.place(self.last, token, self.facts))

    def _start(self, node: Node, token: Token) -> Move:
        match node.action:
            case Wait():
                return queueing.start(node, token, self.facts, self._spare(node, token))
            case Ask(step=step):
                return step, token
            case Promise() as promise:
                return promised(promise, self.facts.now), token
            case Go():
                return token.at(node.branch(PLAN))
            case step:
                return step, token

    def _resume(self, node: Node, token: Token, outcome: str) -> Move:  # noqa: PLR0911 - one case per step
        onwards = token.at(node.next)
        match node.action:
            case Wait():
                return queueing.resume(
                    node, token, outcome, self.facts, self._spare(node, token)
                ) or self._bye(token)
            case Ask() as menu:
                return _answered(menu, node, token, outcome)
            case DialStep():
                return self._bye(token) if outcome == "ANSWERED" else onwards
            case VoicemailStep():
                return self._bye(token) if outcome == "RECORDED" else onwards
            case CallbackStep() | Promise():
                return self._bye(token) if outcome == "PLAYED" else onwards
            case HangupStep():
                return token.at(len(self.program.nodes))
            case PlayStep() | Go():
                return onwards
            case never:
                assert_never(never)

    def _bye(self, token: Token) -> Move:
        """The call is over; who asks once more all the same waits in the default queue."""
        return HangupStep(), token.at(len(self.program.nodes))

    def _answer(self, step: Step, token: Token) -> StepAnswer:
        return StepAnswer(step=step, next_token=token.written(min(token.asked + 1, QUESTIONS)))

    def _spare(self, node: Node, token: Token) -> int:
        """Questions that are left when this one and all that may follow the node are counted."""
        after = max(self.program.longest[target] for target in node.targets)
        return QUESTIONS - token.asked - 1 - after

    def _holds(self, when: tuple[Condition, ...], token: Token) -> bool:
        if not when:
            return True
        moment = self.moment(replace(self.facts, pressed=self._pressed(token)))
        return all(condition.test(moment) for condition in when)

    def _pressed(self, token: Token) -> dict[str, str]:
        """The keys pressed so far, by the menu's name; those of a stranger's token do not count."""
        nodes = self.program.nodes
        menus = ((nodes[place].action, key) for place, key in token.pressed if place < len(nodes))
        return {menu.name: key for menu, key in menus if isinstance(menu, Ask)}


def _answered(menu: Ask, node: Node, token: Token, outcome: str) -> Move:
    key = outcome.removeprefix(_PRESSED) if outcome.startswith(_PRESSED) else ""
    if key and key in menu.step.keys:
        return token.with_key(key).at(node.branch(key))
    if token.tries + 1 < menu.tries and outcome != "FAILED":
        return menu.step, replace(token, tries=token.tries + 1)
    return token.at(node.branch(SILENT))


def promised(promise: Promise, now: datetime) -> CallbackStep:
    """The promise of the time of day that comes next after ``now``."""
    local = now.astimezone(promise.zone)
    at = datetime.combine(local, promise.at, promise.zone).astimezone(UTC)
    if at <= now:
        at = datetime.combine(local + timedelta(days=1), promise.at, promise.zone).astimezone(UTC)
    return CallbackStep(
        queue=promise.queue, sound=promise.sound, within=promise.within, at=at, priority=promise.priority
    )
