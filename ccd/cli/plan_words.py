"""Steps and branches in words, as ``ccd explain`` shows them."""

from typing import assert_never

from ccd.routing.plan import Branch
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

_BRANCHES = {"silent": "nothing of these", "full": "when full or nobody is there"}


def step_words(step: Step) -> str:  # noqa: C901, PLR0911 - one case per step
    """A step in words."""
    match step:
        case QueueStep():
            return _queue_words(step)
        case PlayStep():
            return f"play {step.sound}"
        case DialStep():
            shown = f", shown {step.caller_id}" if step.caller_id else ""
            return f"dial {', '.join(step.to)}, {step.wait} s{shown}"
        case MenuStep():
            return f"menu {step.sound}, {step.wait} s for one of {' '.join(step.keys)}"
        case VoicemailStep():
            return f"voicemail {step.box}, {step.longest} s at most"
        case CallbackStep():
            at = f"at {step.at:%Y-%m-%d %H:%M %Z}, then " if step.at else ""
            return f"call back {at}within {step.within} s, queue {step.queue}"
        case TransferStep():
            return f"transfer to {step.to}"
        case HangupStep():
            return f"hang up, cause {step.cause}"
        case never:
            assert_never(never)


def branch_words(branch: Branch) -> str:
    """What has to happen for this branch."""
    return _BRANCHES.get(branch.name, f"key {branch.name}")


def _queue_words(step: QueueStep) -> str:
    wait = f"{step.wait} s" if step.wait else "no limit"
    priority = f", priority {step.priority}" if step.priority else ""
    return f"queue {step.queue}, {wait}{priority}{'' if step.answer else ', not answered yet'}"
