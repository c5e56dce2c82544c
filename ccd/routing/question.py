"""What the dialplan asks, and what it is answered."""

from collections.abc import Callable
from dataclasses import dataclass

from ccd.calls.ids import LinkedId, UniqueId
from ccd.routing.step_kinds import Step

KEY = "KEY-"
"""How a wait ends (``CCD_OUTCOME``) by a key, in every queue with ``context=ccd-keys``: offered or not."""


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
    """The next thing to do.  ``next_token`` holds only ``[A-Za-z0-9_./:~%@+*#&-]``, at most 900 of them."""

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
