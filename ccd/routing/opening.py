"""The first answer of a plan, as far as it is the same for every call: made once, not for each call.

Equal to what ``running.Run`` would answer; the plans that ask more of the moment are left to it.
"""

from dataclasses import dataclass
from datetime import datetime

from ccd.routing.actions import Ask, Go, Promise, Wait
from ccd.routing.program import Program
from ccd.routing.question import StepAnswer
from ccd.routing.queueing import LAST, since
from ccd.routing.step_kinds import Step
from ccd.routing.tokens import Token


@dataclass(frozen=True, slots=True)
class Opening:
    """The first step of a rule, and its token but for the version and the moment."""

    rule: str
    step: Step
    place: str
    waits: bool
    """The token ends with the moment."""

    def answer(self, version: str, now: datetime) -> tuple[str, StepAnswer]:
        """The rule's name and its first step."""
        joined = str(since(now)) if self.waits else "0"
        return self.rule, StepAnswer(step=self.step, next_token=f"{version}{self.place}{joined}")


def opening(program: Program, steps: dict[Step, Step]) -> Opening | None:
    """None when the first step depends on facts.

    ``steps`` are those of earlier rules: equal ones are kept once, so most are at hand in the cache
    of the processor.
    """
    node = program.nodes[0] if program.nodes else None
    if node is None or node.when or isinstance(node.action, Promise | Go):
        return None
    wait = node.action if isinstance(node.action, Wait) else None
    if wait and not wait.plain:
        return None
    token = Token(version="", rule=program.digest, phase=LAST if wait else "")
    step = node.action.step if isinstance(node.action, Wait | Ask) else node.action
    return Opening(program.rule, steps.setdefault(step, step), token.written(1)[:-1], wait is not None)
