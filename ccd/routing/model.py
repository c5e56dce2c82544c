"""A routing decision, as frozen values."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from ccd.calls.ids import LinkedId, QueueName, UniqueId
from ccd.directory.model import Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStep:
    """Wait in a queue.  ``wait`` is seconds, None for as long as it takes."""

    queue: QueueName
    wait: int | None = None
    priority: int = 0
    answer: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayStep:
    """Play a sound file by its Asterisk name."""

    sound: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HangupStep:
    """Hang up with a Q.850 cause."""

    cause: int = 16


Step = QueueStep | PlayStep | HangupStep


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRequest:
    """The dialplan asks what to do with a call now.

    ``token`` is empty at first, then whatever the last answer's ``next_token`` was;
    ``outcome`` is how the last step ended (``QUEUESTATUS`` and the like), empty at first.
    """

    linked_id: LinkedId
    unique_id: UniqueId
    called_number: str
    caller_number: str
    caller_name: str
    presentation: str = ""
    token: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepAnswer:
    """The next thing to do.  ``next_token`` holds only ``[A-Za-z0-9._~%:-]``."""

    step: Step
    next_token: str


def _nobody(_taken: bool) -> None:
    """Whoever does not care."""


@dataclass(frozen=True, slots=True)
class Decision:
    """An answer, and whom to tell whether Asterisk took it.

    ``settle`` is called once with True when it did, with False when the call went another way
    (late, hung up, cut off); never when the question turned out to be forged.
    """

    answer: StepAnswer
    settle: Callable[[bool], None] = _nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that rules may ask about: nothing else enters a decision.  ``now`` is aware."""

    caller: Caller
    called_number: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One condition as it was evaluated: for the trace that ``ccd explain`` shows."""

    condition: str
    matched: bool
    actual: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One rule as it was tried: the conditions up to the first that failed."""

    rule: str
    matched: bool
    checked: tuple[Checked, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutePlan:
    """The chosen rule and its steps.  ``rule`` is ``default`` when none matched."""

    rule: str
    steps: tuple[Step, ...]
    trace: tuple[Tried, ...] = field(default=(), compare=False)
