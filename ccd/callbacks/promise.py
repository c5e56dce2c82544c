"""A promise to call a patient back, and every way in which it can change.

Its one rule: a promise that ended stays as it is.  A change that does not fit the state gives back
the same promise, so whatever is told twice or too late changes nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from ccd.calls.ids import PROMISED, LinkedId, QueueName

PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))
"""After the first, second and third call that the patient did not take; a fourth is the last."""
AGAIN = timedelta(minutes=1)
"""How long until the next try when the call could not even be begun."""
MOST = 50
"""How many live promises a queue may have: whoever sends false caller IDs cannot make more calls of ccd."""


class Standing(StrEnum):
    """Where a promise stands."""

    WAITING = "waiting"
    CALLING = "calling"
    """The patient's phone is being called, or he waits on the line for an agent."""
    KEPT = "kept"
    """Somebody of the clinic talked with him."""
    UNREACHABLE = "unreachable"
    """He took none of the calls."""
    EXPIRED = "expired"
    """The deadline passed: the clinic broke its promise."""
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"
    """He called again by himself and got through."""


NOBODY = LinkedId("")
LIVE = frozenset({Standing.WAITING, Standing.CALLING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One promise.  Every time is aware."""

    promise_id: int = 0
    """0 until it is stored."""
    call_id: LinkedId
    """The call in which it was given."""
    number: str
    """The patient's, E.164."""
    name: str
    """What his phone says he is called; empty when it says nothing."""
    called_number: str
    """What he had dialled: he sees the same number when he is called."""
    queue: QueueName
    priority: int = 0
    joined_at: datetime
    """When he began to wait: the place that he keeps."""
    promised_at: datetime
    """When he was promised a call; of several times, the last."""
    due_by: datetime
    at: datetime | None = None
    """The moment that was promised; None: when it is his turn."""
    state: Standing = Standing.WAITING
    attempts: int = 0
    last_attempt_at: datetime | None = None
    next_attempt_at: datetime | None = None
    """Not before this; None: any time."""
    answered_by: LinkedId = NOBODY
    """The call in which it was kept."""

    @property
    def live(self) -> bool:
        """Whether the patient may still be called."""
        return self.state in LIVE

    @property
    def attempt_id(self) -> LinkedId:
        """The id that the latest attempt's channel, and so its call, has in Asterisk; empty before the first.

        Known before the call is begun: after a crash Asterisk can be asked for it.
        """
        if self.last_attempt_at is None:
            return NOBODY
        moment = int(self.last_attempt_at.timestamp())
        return LinkedId(f"{ATTEMPT}{self.promise_id}-{self.attempts}-{moment}")


ATTEMPT = PROMISED
"""How the id of every call begins that keeps a promise."""


def joined(first: Promise, second: Promise) -> Promise:
    """One promise of two to the same patient: the older place, the newer deadline.

    He called again, so he can be reached: no call that he missed counts any more.  The pause after the
    last one stays, for a caller ID can be false: nobody can make the clinic ring a stranger on and on.
    """
    if not first.live:
        return second
    return replace(
        first,
        priority=max(first.priority, second.priority),
        joined_at=min(first.joined_at, second.joined_at),
        promised_at=max(first.promised_at, second.promised_at),
        due_by=max(first.due_by, second.due_by),
        at=second.at,
        attempts=0 if first.state is Standing.WAITING else first.attempts,
    )


def tried(promise: Promise, now: datetime) -> Promise:
    """The call is about to be begun."""
    if promise.state is not Standing.WAITING:
        return promise
    return replace(
        promise,
        state=Standing.CALLING,
        attempts=promise.attempts + 1,
        last_attempt_at=now,
        next_attempt_at=None,
    )


def not_begun(promise: Promise, now: datetime) -> Promise:
    """Asterisk did not begin the call: the patient missed nothing."""
    if promise.state is not Standing.CALLING:
        return promise
    attempts = 0 if _asked_again(promise) else promise.attempts - 1
    return replace(promise, state=Standing.WAITING, attempts=attempts, next_attempt_at=now + AGAIN)


def missed(promise: Promise, now: datetime) -> Promise:
    """The patient did not take the call, or hung up before an agent came."""
    if promise.state is not Standing.CALLING:
        return promise
    again = _asked_again(promise)
    if promise.attempts > len(PAUSES) and not again:
        return replace(promise, state=Standing.UNREACHABLE)
    pause = PAUSES[min(max(promise.attempts, 1), len(PAUSES)) - 1]
    attempts = 0 if again else promise.attempts
    return replace(promise, state=Standing.WAITING, attempts=attempts, next_attempt_at=now + pause)


def _asked_again(promise: Promise) -> bool:
    """Whether he was promised a call anew while his phone was called: that attempt counts no more.

    Until it is over the attempt keeps its number, for its id is made of it.
    """
    began = promise.last_attempt_at
    return began is not None and promise.promised_at > began


def kept(promise: Promise, call_id: LinkedId) -> Promise:
    """An agent talks with the patient, in this call of ours."""
    return replace(promise, state=Standing.KEPT, answered_by=call_id) if promise.live else promise


def superseded(promise: Promise) -> Promise:
    """The patient got through by himself."""
    return replace(promise, state=Standing.SUPERSEDED) if promise.live else promise


def cancelled(promise: Promise) -> Promise:
    """Somebody of the clinic took it back (or called the patient by hand)."""
    return replace(promise, state=Standing.CANCELLED) if promise.live else promise


def expired(promise: Promise, now: datetime) -> Promise:
    """The deadline has passed; a call that is being made is not given up for it."""
    broken = promise.state is Standing.WAITING and promise.due_by <= now
    return replace(promise, state=Standing.EXPIRED) if broken else promise
