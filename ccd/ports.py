"""What the middle of the house needs of its edges, as Protocols.

``daemon`` plugs the real ones in; tests plug hand-written fakes.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ccd.callbacks.promise import Promise
from ccd.callbacks.turn import Line
from ccd.calls.ids import LinkedId, Phone, QueueName, UniqueId
from ccd.calls.record import CallRecord
from ccd.directory.model import Caller
from ccd.missed.task import Task
from ccd.routing.model import CallbackStep, History, QueueStep, StepRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class CardShown:
    """A call as one phone's desk shows it.  ``caller`` is None while the lookup still runs."""

    phone: Phone
    record: CallRecord
    caller: Caller | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The line on top of every desk: who waits, how long, how many doctors are there."""

    waiting: int
    longest_since: datetime | None
    doctors: int
    stale: bool = False
    """True while ccd cannot hear Asterisk: everything shown may be old."""


class Screens(Protocol):
    """The desks, as tracking sees them.  Never blocks, never raises."""

    def show(self, card: CardShown) -> None:
        """The call on this phone is now so: ringing, talking, held, answered elsewhere, ended."""
        ...

    def board(self, board: Board) -> None:
        """The counts changed."""
        ...


class CallSaver(Protocol):
    """Where tracking puts every new state of a call.  Never blocks; order per call is kept."""

    def save(self, record: CallRecord) -> None:
        """Remember this state; it is written as soon as the database takes it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What an operator says of a call.  It never overwrites what another field knows."""

    call_id: LinkedId
    topic: str
    note: str
    by: str
    at: datetime
    outcome: str | None = None
    """None: as it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One change of what people say of a call, kept for ever.  ``field`` is topic, outcome or note."""

    call_id: LinkedId
    field: str
    before: str
    after: str
    by: str
    at: datetime


class HistorySource(Protocol):
    """Something that remembers earlier calls."""

    async def history(self, e164: str, now: datetime, but: LinkedId) -> History:
        """What came from this number before ``now``; the call that asks (``but``) is left out.

        Never raises: what cannot be read is not complete.
        """
        ...


class CallArchive(Protocol):
    """Reading calls back, and writing what people say of them."""

    async def open_calls(self) -> Sequence[CallRecord]:
        """Calls whose last saved state is not ``ended``: to be resumed after a restart."""
        ...

    async def calls(
        self,
        *,
        since: datetime | None = None,
        number: str = "",
        phone: Phone | None = None,
        limit: int = 100,
    ) -> Sequence[CallRecord]:
        """The newest calls first; ``number`` compares the last ten digits of the caller's."""
        ...

    async def annotate(self, note: Note) -> bool:
        """Write topic, outcome and note durably, and what they were; False when there is no such call."""
        ...


class Promises(Protocol):
    """Promises to call back, as a call meets them.  Nothing here raises, and nothing waits for long."""

    async def promise(self, ask: StepRequest, step: CallbackStep) -> bool:
        """Whether the promise is durable now; if not, the caller must not hear it."""
        ...

    def own_place(self, ask: StepRequest, step: CallbackStep) -> QueueStep:
        """Where the caller waits when nothing could be promised: in the queue, as if he had stayed."""
        ...

    async def kept_by(self, ask: StepRequest) -> Promise | None:
        """The promise that this call of ours keeps; None when it is no such call."""
        ...


class PromiseStore(Protocol):
    """Where promises are.  Each method may raise; what it returned is durable."""

    async def give(self, promise: Promise, patience: float | None = None) -> Promise:
        """Write a new one, or join it to the live one for the same number and queue.

        ``patience`` is seconds.  Raises TooManyPromisesError.
        """
        ...

    async def change(self, before: Promise, after: Promise) -> bool:
        """Write ``after`` if it still is as ``before``; whether it was."""
        ...

    async def live(self) -> Sequence[Promise]:
        """All whose patients may still be called."""
        ...


Since = Callable[[UniqueId], datetime | None]


class TooManyPromisesError(Exception):
    """The queue has as many live promises as it may have."""


class NotBegunError(Exception):
    """The call was not begun: Asterisk refused, or cannot be asked."""


class NoCallError(Exception):
    """The call is over, or Asterisk told nothing of its channel."""


class NotHeardError(Exception):
    """Asterisk gave no answer: nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A task of the worklist, and which user calls the patient now, if anybody: until when at most."""

    task: Task
    by: str = ""
    until: datetime | None = None

    def busy(self, now: datetime) -> bool:
        """Whether somebody calls him now."""
        return self.until is not None and now < self.until


class Switchboard(Protocol):
    """What Asterisk does for those who call patients back."""

    async def lines(self, queues: Iterable[QueueName], since: Since) -> dict[QueueName, Line]:
        """These queues now; a queue that Asterisk does not have is empty.  Raises NotHeardError.

        ``since`` says when the caller on a channel began to wait, None when it does not know.
        """
        ...

    async def call(self, promise: Promise) -> None:
        """Begin to call the patient, on a channel with the promise's ``attempt_id``.

        Raises NotBegunError when it surely did not, NotHeardError when it may have.
        """
        ...

    async def alive(self, call_id: LinkedId) -> bool:
        """Whether the channel of that id is there.  Raises NotHeardError."""
        ...
