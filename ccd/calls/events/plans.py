"""What the dialplan asked ccd about a call, and what ccd knows of its way."""

from dataclasses import dataclass

from ccd.calls.events.channels import ChannelEvent
from ccd.calls.record import StepKind


@dataclass(frozen=True, kw_only=True)
class CallOffered(ChannelEvent):
    """Asterisk asked ccd for the call's first step over AGI.

    This marks the call as one that ccd routes.  ``rule`` and ``rules_version`` say how it was
    routed; both are empty when the answer was given without rules (shed, drained).
    """

    caller_number: str
    caller_name: str
    called_number: str
    rule: str
    rules_version: str
    withheld: bool = False


@dataclass(frozen=True, kw_only=True)
class StepTaken(ChannelEvent):
    """Asterisk took ccd's answer: it runs this step now (``at`` by ccd's own clock).

    ``target`` is the queue, the devices joined by ``&``, the sound, the box or the cause.  ``ended``
    says how the step before ended (``CCD_OUTCOME``).
    """

    kind: StepKind
    target: str
    ended: str = ""


@dataclass(frozen=True, kw_only=True)
class MessageLeft(ChannelEvent):
    """The caller's voice message is kept: ``file`` is its name."""

    file: str


@dataclass(frozen=True, kw_only=True)
class CallbackPromised(ChannelEvent):
    """A callback is promised durably, but Asterisk did not take the answer: the caller has hung up."""
