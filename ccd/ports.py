"""What the middle of the house needs of its edges, as Protocols.

``daemon`` plugs the real ones in; tests plug hand-written fakes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ccd.calls.ids import LinkedId, Phone
from ccd.calls.record import CallRecord
from ccd.directory.model import Caller


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
        """Write topic and note durably, before it returns; False when there is no such call."""
        ...
