"""A caller whom an operator passes on: to the duty doctor, and back when no doctor answers.

The rule: whoever is passed on reaches somebody.  The doctors' queue first, then the operator who
passed him on, then the default queue ahead of the others, without limit.

One transfer from operator to operator is enough for a patient: the next goes to the duty doctor.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated, Self
from urllib.parse import quote, unquote

from pydantic import Field

from ccd.calls.ids import Phone, QueueName
from ccd.routing.base import Model
from ccd.routing.question import KEY, StepAnswer
from ccd.routing.step_kinds import DialStep, QueueStep, Step, TransferStep
from ccd.routing.words import Duration, Name

ESCALATE, TRANSFER = "ESCALATE", "TRANSFER-"
"""How a step ends (``CCD_OUTCOME``) when a phone passes the caller on."""
_TOKEN = re.compile(r"e:([dor]):([A-Za-z0-9_./~%-]{0,200})", re.ASCII)
_DIAL = re.compile(r"[A-Za-z0-9]+/[A-Za-z0-9_.@:/+-]+", re.ASCII)
_EXTENSION = re.compile(r"[A-Za-z0-9+*#_.-]{1,64}", re.ASCII)


class Escalation(Model, title="passing callers on"):
    """How callers are passed on."""

    queue: Name = "duty-doctor"
    """Where the duty doctors are."""
    wait: Duration = 60
    """How long a doctor has to answer."""
    back: Duration = 30
    """How long the operator's phone rings when no doctor answered."""
    priority: Annotated[int, Field(ge=0, le=1000, strict=True)] = 50
    """In the doctors' queue, and in the default queue when nobody else answered."""
    transfers: Annotated[int, Field(ge=0, le=10, strict=True)] = 1
    """How often a caller may go from operator to operator; the next transfer leads to the duty doctor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOn:
    """Who has to do with a call that is passed on, as phones."""

    talked: tuple[Phone, ...] = ()
    """Those that talked with the caller, the last one last: it passes him on."""
    members: Collection[Phone] = ()
    """Of all queues."""
    doctors: Collection[Phone] = ()
    """Of the duty doctors' queue."""

    @property
    def operator(self) -> Phone:
        """Who passes the caller on; empty when nobody is known to have talked with him."""
        return self.talked[-1] if self.talked else Phone("")


@dataclass(frozen=True, slots=True)
class _Token:
    """Who was asked last (``d``: doctors, ``o``: the operator, ``r``: the rest), and the operator's phone."""

    stage: str
    operator: Phone

    @classmethod
    def parse(cls, text: str) -> Self | None:
        match = _TOKEN.fullmatch(text)
        if not match:
            return None
        phone = unquote(match[2], errors="replace")
        return cls(match[1], Phone(phone if _DIAL.fullmatch(phone) else ""))

    def __str__(self) -> str:
        return f"e:{self.stage}:{quote(self.operator, safe='')}"


class Handover:
    """Answers for callers who are passed on.  Nothing here raises, whatever comes."""

    def __init__(self, written: Escalation, default_queue: QueueName) -> None:
        self._written = written
        self._default = default_queue

    @staticmethod
    def concerns(token: str, outcome: str) -> bool:
        """Whether a question is about a caller who is passed on."""
        return token.startswith("e:") or outcome == ESCALATE or outcome.startswith(TRANSFER)

    @staticmethod
    def token(operator: Phone) -> str:
        """What a redirected call asks with: it goes to the doctors, and comes back to this phone."""
        return str(_Token("r", operator))

    @property
    def queue(self) -> QueueName:
        """Where the duty doctors are."""
        return QueueName(self._written.queue)

    def answer(self, token: str, outcome: str, who: PassedOn) -> StepAnswer:
        """The next step."""
        if outcome == ESCALATE:
            return self._doctors(who.operator)
        if outcome.startswith(TRANSFER):
            return self._transferred(outcome.removeprefix(TRANSFER), who)
        asked = _Token.parse(token)
        if asked and outcome == "REDIRECTED":
            return self._doctors(asked.operator)
        if asked and asked.stage == "d" and outcome.startswith(KEY):
            return self._doctors(asked.operator)  # he waited for a doctor, and has not stopped to
        if asked and asked.stage == "d" and asked.operator:
            back = DialStep(to=(asked.operator,), wait=self._written.back)
            return _then(back, _Token("o", asked.operator))
        return self._rest()

    def _doctors(self, operator: Phone) -> StepAnswer:
        written = self._written
        step = QueueStep(queue=QueueName(written.queue), wait=written.wait, priority=written.priority)
        return _then(step, _Token("d", operator))

    def _transferred(self, to: str, who: PassedOn) -> StepAnswer:
        member = next((phone for phone in who.members if phone.rpartition("/")[2] == to), None)
        if member and not {member, who.operator} & set(who.doctors) and self._enough(who):
            return self._doctors(who.operator)
        if member:
            return _then(DialStep(to=(member,), wait=self._written.back), _Token("d", who.operator))
        if _EXTENSION.fullmatch(to):
            return _then(TransferStep(to=to), _Token("d", who.operator))
        return self._rest()

    def _enough(self, who: PassedOn) -> bool:
        """Whether the caller was passed from operator to operator as often as he may be."""
        return len(set(who.talked).difference(who.doctors)) > self._written.transfers

    def _rest(self) -> StepAnswer:
        step = QueueStep(queue=self._default, priority=self._written.priority)
        return _then(step, _Token("r", Phone("")))


def _then(step: Step, token: _Token) -> StepAnswer:
    return StepAnswer(step=step, next_token=str(token))
