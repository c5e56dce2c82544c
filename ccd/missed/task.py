"""The task of a number: made of all that happened with it, so it can be made again at any time.  Pure.

    nothing -> open (a call is missed) -> closed (through, called, promised, message, done) -> open ...

The order in which things are told does not matter, nor how often; only when they happened does.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce

from ccd.calls.ids import LinkedId, QueueName
from ccd.missed.happening import Happening, Kind

Deadline = Callable[[datetime], datetime]
"""By when a call that was missed at a moment is to be answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Call this number back.  Every time is aware."""

    number: str
    """The patient's, E.164."""
    call_id: LinkedId
    """The first call that was missed: the task's own name."""
    name: str
    """What his phone says he is called; empty when it says nothing."""
    called_number: str
    """What he had dialled: he is shown the same number."""
    queue: QueueName
    since: datetime
    """When the first call was missed."""
    last_at: datetime
    """When the last one was."""
    due_by: datetime
    calls: int = 1
    """How many of his calls were missed."""
    attempts: int = 0
    """How often the clinic called in vain."""
    tried_at: datetime | None = None
    """When it did last."""
    closed: Kind | None = None
    """How it was settled; None while it is open."""
    closed_at: datetime | None = None
    closed_by: str = ""
    """The call that settled it; of DONE the user's name."""

    @property
    def open(self) -> bool:
        """Whether the patient is to be called back."""
        return self.closed is None


def task(number: str, happenings: Iterable[Happening], deadline: Deadline) -> Task | None:
    """The task of this number; None when no call of it was missed."""
    told = sorted(set(happenings), key=lambda one: (one.until, one.kind is not Kind.MISSED, one.at, one.by))
    made = reduce(lambda before, one: _next(number, before, one), told, None)
    return replace(made, due_by=deadline(made.since)) if made else None


def _next(number: str, before: Task | None, one: Happening) -> Task | None:
    if one.kind is Kind.MISSED:
        return _again(before, one) if before and before.open else _new(number, one)
    if before is None or not before.open:
        return before
    if one.kind is Kind.TRIED:
        return replace(before, attempts=before.attempts + 1, tried_at=one.at)
    return replace(before, closed=one.kind, closed_at=one.at, closed_by=one.by)


def _new(number: str, one: Happening) -> Task:
    return Task(
        number=number,
        call_id=LinkedId(one.by),
        name=one.name,
        called_number=one.called_number,
        queue=one.queue,
        since=one.at,
        last_at=one.at,
        due_by=one.at,
    )


def _again(before: Task, one: Happening) -> Task:
    """He called once more in vain: the deadline stays that of the first call."""
    return replace(before, calls=before.calls + 1, last_at=one.at, name=before.name or one.name)
