"""A step as the call's record keeps it."""

from typing import assert_never

from ccd.calls.record import StepKind
from ccd.routing.step_kinds import (
    CallbackStep,
    DialStep,
    HangupStep,
    MenuStep,
    PlayStep,
    QueueStep,
    Step,
    TransferStep,
    VoicemailStep,
)


def kind_and_target(step: Step) -> tuple[StepKind, str]:  # noqa: C901, PLR0911 - one case per step
    """What the step does, and to what (see ``ccd.calls.events.StepTaken``)."""
    match step:
        case QueueStep():
            return StepKind.QUEUE, step.queue
        case DialStep():
            return StepKind.DIAL, "&".join(step.to)
        case PlayStep():
            return StepKind.PLAY, step.sound
        case MenuStep():
            return StepKind.MENU, step.sound
        case VoicemailStep():
            return StepKind.VOICEMAIL, step.box
        case CallbackStep():
            return StepKind.CALLBACK, step.queue
        case HangupStep():
            return StepKind.HANGUP, str(step.cause)
        case TransferStep():
            return StepKind.TRANSFER, step.to
    assert_never(step)
