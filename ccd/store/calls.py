"""Calls in the database: saved by tracking, read and annotated by the desk and ``ccd calls``."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime

import structlog
from sqlalchemy import Select, or_, select

from ccd.calls.ids import LinkedId, Phone
from ccd.calls.record import CallRecord, State
from ccd.ports.calls import Edit, Note
from ccd.store.clock import Clock, utc_now
from ccd.store.database import Database
from ccd.store.edits import annotate, edit, edits_of
from ccd.store.errors import StoreError
from ccd.store.reading import records_of
from ccd.store.report_marks import mark
from ccd.store.rows import last_digits
from ccd.store.tables.calls import call_phones, calls
from ccd.store.writer import CallWriter

_LOG = structlog.get_logger()
_AT_ONCE = 10_000
"""Values in one statement: PostgreSQL takes 32,767, SQLite 250,000."""
Listener = Callable[[CallRecord], None]


class CallStore(CallWriter):
    """The CallSaver (see CallWriter) and the CallArchive of ccd.

    ``run`` it in a task as long as anything saves; before the end, ``flush``.
    """

    def __init__(self, database: Database, *, now: Clock = utc_now) -> None:
        super().__init__(database, now=now)
        self._listeners: list[Listener] = []
        self._at_the_end: list[Listener] = []
        """Those, and who listens to ended calls only."""
        self._told_spoilt: set[str] = set()

    def listen(self, listener: Listener, *, ended: bool = False) -> None:
        """Tell this one of every state that is saved, or of those in which a call has ``ended``.

        It must neither block nor raise.
        """
        self._at_the_end.append(listener)
        if not ended:
            self._listeners.append(listener)

    def save(self, record: CallRecord) -> None:
        """Remember this state, and tell who listens.  Never blocks."""
        super().save(record)
        self._tell(record)

    def tell(self, records: Iterable[CallRecord]) -> None:
        """These states were saved by another way: tell who listens."""
        for record in records:
            self._tell(record)

    def _tell(self, record: CallRecord) -> None:
        for listener in self._at_the_end if record.state is State.ENDED else self._listeners:
            listener(record)

    async def open_calls(self) -> Sequence[CallRecord]:
        """Calls whose last durable state is not ``ended``, oldest first; raises StoreError."""
        wanted = select(calls).where(calls.c.state != State.ENDED).order_by(calls.c.listed_at)
        return await self._fetch(wanted)

    async def known(self, call_ids: Iterable[str]) -> Sequence[CallRecord]:
        """Those of these calls that are in the database; raises StoreError."""
        wanted = list(dict.fromkeys(call_ids))
        some = [wanted[begin : begin + _AT_ONCE] for begin in range(0, len(wanted), _AT_ONCE)]
        found = [await self._fetch(select(calls).where(calls.c.call_id.in_(ids))) for ids in some]
        return [record for records in found for record in records]

    async def spoilt(self, call_ids: Collection[str]) -> Collection[str]:
        """Of calls that are not ``known``, those that are there and cannot be read; raises StoreError."""
        wanted, found = list(call_ids), list[str]()
        async with self._database.reading() as connection:
            for begin in range(0, len(wanted), _AT_ONCE):
                there = select(calls.c.call_id).where(calls.c.call_id.in_(wanted[begin : begin + _AT_ONCE]))
                found += await connection.scalars(there)
        return found

    async def begun(self, since: datetime, until: datetime) -> Sequence[CallRecord]:
        """Calls that arrived between these moments and are over, oldest first; raises StoreError."""
        wanted = select(calls).where(
            calls.c.listed_at >= since, calls.c.listed_at < until, calls.c.state == State.ENDED
        )
        return await self._fetch(wanted.order_by(calls.c.listed_at))

    async def newest(self, call_id: LinkedId) -> CallRecord | None:
        """The newest state of a call, durable or not; raises StoreError."""
        waiting = (record for record in self.unwritten if record.call_id == call_id)
        return next(waiting, None) or next(iter(await self.known([call_id])), None)

    async def of_channel(self, leg: LinkedId) -> CallRecord | None:
        """The newest state of the call whose caller has this channel, durable or not; raises StoreError."""
        waiting = (record for record in self.unwritten if leg in {record.call_id, record.caller_leg})
        wanted = select(calls).where(or_(calls.c.call_id == leg, calls.c.caller_leg == leg))
        return next(waiting, None) or next(iter(await self._fetch(wanted.limit(1))), None)

    async def calls(
        self,
        *,
        since: datetime | None = None,
        number: str = "",
        phone: Phone | None = None,
        limit: int = 100,
    ) -> Sequence[CallRecord]:
        """The newest calls first; ``number`` compares the last ten digits of the caller's.

        ``phone`` is one that talked with the caller, also when it passed the call on.  A call of
        unknown arrival stands where it was first saved.  Raises StoreError.
        """
        wanted, listed_at = select(calls), calls.c.listed_at
        if phone is not None:
            listed_at = call_phones.c.listed_at
            wanted = wanted.join(call_phones).where(call_phones.c.phone == phone)
        wanted = wanted.order_by(listed_at.desc()).limit(limit)
        if since is not None:
            wanted = wanted.where(listed_at >= since)
        if number:
            digits = last_digits(number)
            wanted = wanted.where(
                calls.c.caller_digits == digits if digits else calls.c.caller_number == number
            )
        return await self._fetch(wanted)

    async def annotate(self, note: Note) -> bool:
        """Write topic, outcome and note durably, and what they were; False when there is no such call.

        A call whose first state still waits is written first.  Raises StoreError when the
        database does not take it in time: then nothing was written.
        """
        waited = self.waits(note.call_id)
        if await self._annotate(note):
            return True
        if not waited and not self.waits(note.call_id):
            return False
        if not await self.flush(self._database.patience):
            raise StoreError("the call itself is not written yet")
        return await self._annotate(note)

    async def edits(self, call_ids: Collection[LinkedId]) -> Sequence[Edit]:
        """Every change that people made to what these calls say, the oldest first; raises StoreError."""
        async with self._database.reading() as connection:
            return [edit(row) for row in (await connection.execute(edits_of(call_ids))).mappings()]

    async def _annotate(self, note: Note) -> bool:
        async with self._database.writing() as connection:
            await mark(connection, note.call_id)
            return await annotate(connection, note)

    async def _fetch(self, wanted: Select[tuple[object, ...]]) -> list[CallRecord]:
        """The records that can be read; a row that was spoilt on the disk hides no other."""
        async with self._database.reading() as connection:
            rows = (await connection.execute(wanted)).mappings()
            records, spoilt = await asyncio.to_thread(records_of, rows)
            if spoilt:
                there = await connection.scalars(wanted.with_only_columns(calls.c.call_id))
                self._tell_spoilt({*there} - {record.call_id for record in records})
        return records

    def _tell_spoilt(self, call_ids: Iterable[str]) -> None:
        """Once for each."""
        for call_id in sorted(set(call_ids) - self._told_spoilt):
            _LOG.error("call_unreadable", call_id=call_id)
            self._told_spoilt.add(call_id)
