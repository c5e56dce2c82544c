"""Where calls are kept, and read back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ccd.calls.ids import LinkedId, Phone
from ccd.calls.record import CallRecord
from ccd.routing.facts import History


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
