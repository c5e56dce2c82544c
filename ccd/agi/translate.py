"""Between the dialplan's words and routing's: what was asked, and the answer as one ``MSet``.

The rule: every variable is set in every answer, empty where it says nothing, so that no value of an
earlier step is left; ``CCD_READY`` last, so that a torn answer is none.  See "The dialplan contract"
in ``docs/architecture.md``.
"""

import re
from functools import lru_cache
from typing import assert_never

from ccd.agi.environment import ARGUMENTS, Environment, HostileEnvironment, decoded
from ccd.calls.ids import LinkedId, UniqueId
from ccd.routing.question import StepAnswer, StepRequest
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

NUMBER_BYTES, NAME_BYTES = 64, 160
"""Where the dialplan, and QUESTION, cut the caller's number and name."""
QUESTION = (
    "${UNIQUEID} ${CHANNEL(linkedid)} ${URIENCODE(${CCD_DID})} ${CCD_NEXT} ${CCD_OUTCOME}"
    " ${URIENCODE(${CALLERID(num):0:64})} ${URIENCODE(${CALLERID(name):0:160})} ${CALLERID(num-pres)}"
)
"""The same values as the arguments', asked of the channel itself when the environment is hostile."""

_ID = re.compile(r"[A-Za-z0-9._-]{1,128}", re.ASCII)
"""Asterisk's ids: its system name, seconds, a number.  What else comes is another's, and not kept."""
_SAFE = re.compile(r"[A-Za-z0-9_./:~%@+*#&-]*", re.ASCII)
_NOTHING = dict.fromkeys(
    (
        *("CCD_ACTION", "CCD_QUEUE", "CCD_TIMEOUT", "CCD_PRIO", "CCD_ANSWER"),
        *("CCD_MUSIC", "CCD_POSITION", "CCD_PENALTY", "CCD_KEYS", "CCD_DIAL", "CCD_CALLERID"),
        *("CCD_DIGITS", "CCD_BOX", "CCD_SOUND", "CCD_CAUSE", "CCD_NEXT"),
    ),
    "",
)


class UnsafeAnswer(ValueError):  # noqa: N818  says what it is
    """A value that the dialplan's contract does not allow; the settings should have refused it."""


def asked(environment: Environment) -> StepRequest:
    """The question in a believed environment block.  Raises HostileEnvironment without good ids."""
    return _request(environment.unique_id, environment.arguments)


def asked_of_channel(values: str) -> StepRequest:
    """The question in the channel's answer to QUESTION.  Raises HostileEnvironment."""
    unique_id, *arguments = values.split(" ")
    if len(arguments) != ARGUMENTS:
        raise HostileEnvironment("the channel gave other values than it was asked for")
    return _request(unique_id, tuple(arguments))


def _request(unique_id: str, arguments: tuple[str, ...]) -> StepRequest:
    linked_id, called, token, outcome, number, name, presentation = arguments
    if not (_ID.fullmatch(linked_id) and _ID.fullmatch(unique_id)):
        raise HostileEnvironment("a call without an id of Asterisk's making")
    return StepRequest(
        linked_id=LinkedId(linked_id),
        unique_id=UniqueId(unique_id),
        called_number=decoded(called),
        caller_number=decoded(number, NUMBER_BYTES),
        caller_name=decoded(name, NAME_BYTES),
        presentation=presentation,
        token=token,
        outcome=outcome,
    )


@lru_cache(maxsize=1024)
def mset(answer: StepAnswer) -> str:
    """The AGI command that gives the answer to the dialplan.  Raises UnsafeAnswer.

    Rules have few different answers, so each is written once.
    """
    values = _NOTHING | _variables(answer.step) | {"CCD_NEXT": answer.next_token, "CCD_READY": "1"}
    for name, value in values.items():
        if not _SAFE.fullmatch(value):
            raise UnsafeAnswer(f"{name} may not be {value!r}")
    return 'EXEC MSet "' + ",".join(f"{name}={value}" for name, value in values.items()) + '"'


def _variables(step: Step) -> dict[str, str]:  # noqa: C901, PLR0911 - one case per step
    match step:
        case QueueStep():
            return {
                "CCD_ACTION": "queue",
                "CCD_QUEUE": _given(step.queue),
                "CCD_TIMEOUT": "" if step.wait is None else str(step.wait),
                "CCD_PRIO": str(step.priority),
                "CCD_ANSWER": "yes" if step.answer else "no",
                "CCD_MUSIC": step.music,
                "CCD_POSITION": "" if step.position is None else str(step.position),
                "CCD_PENALTY": "" if step.penalty is None else str(step.penalty),
                "CCD_KEYS": "yes" if step.keys else "no",
            }
        case PlayStep():
            return {"CCD_ACTION": "play", "CCD_SOUND": _given(step.sound)}
        case TransferStep():
            return {"CCD_ACTION": "transfer", "CCD_DIAL": _given(step.to)}
        case HangupStep():
            return {"CCD_ACTION": "hangup", "CCD_CAUSE": str(step.cause)}
        case DialStep():
            return {
                "CCD_ACTION": "dial",
                "CCD_DIAL": "&".join(map(_given, step.to)),
                "CCD_TIMEOUT": str(step.wait),
                "CCD_ANSWER": "yes" if step.answer else "no",
                "CCD_CALLERID": step.caller_id,
                "CCD_MUSIC": step.music,
            }
        case MenuStep():
            return {
                "CCD_ACTION": "menu",
                "CCD_SOUND": _given(step.sound),
                "CCD_DIGITS": _given(step.keys),
                "CCD_TIMEOUT": str(step.wait),
            }
        case VoicemailStep():
            return {
                "CCD_ACTION": "voicemail",
                "CCD_SOUND": step.sound,
                "CCD_BOX": _given(step.box),
                "CCD_TIMEOUT": str(step.longest),
            }
        case CallbackStep():
            return {"CCD_ACTION": "callback", "CCD_SOUND": step.sound}
    assert_never(step)


def _given(name: str) -> str:
    """A name that the step is nothing without."""
    if not name:
        raise UnsafeAnswer("a queue or a sound without a name")
    return name
