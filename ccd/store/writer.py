"""The background writer of calls: the newest state of each waits in memory until it is durable.

Its one rule: a state leaves the memory only after the commit that holds it, or a newer one of the
same call.  So an outage of any length delays, and loses nothing while ccd lives.
"""

import asyncio
import random
from collections.abc import Collection, Iterator
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy import Connection, bindparam, select

from ccd.calls.ids import LinkedId
from ccd.calls.record import CallRecord, State
from ccd.store.clock import Clock, utc_now
from ccd.store.columns import AnyText
from ccd.store.database import Database
from ccd.store.errors import StoreError, refuses_values
from ccd.store.ready import Ready
from ccd.store.report_marks import CHANGED, changed
from ccd.store.rows import FIELDS, phones_of, to_row
from ccd.store.tables.calls import call_phones, calls
from ccd.store.upserts import insert_new, upsert

_LOG = structlog.get_logger()
_NOTES = frozenset({"topic", "outcome", "note", "noted_by", "noted_at"})
_GATHER = 0.05
"""Seconds after a write in which states gather for the next: a transaction costs a hundred times a row."""
_PATIENCE = 1.0
"""Seconds the lock may be another's before it counts as an outage."""
_STATE = [name for name in (*FIELDS, "caller_digits") if name not in {"call_id", *_NOTES}]
_UPSERT = Ready(upsert(calls, _STATE), calls.columns.keys())
"""Notes belong to whoever noted them: only the first save of a call writes them."""
_PHONES = Ready(
    insert_new(
        call_phones,
        select(calls.c.call_id, bindparam("talked", type_=AnyText), calls.c.listed_at).where(
            calls.c.call_id == bindparam("of_call")
        ),
    ),
    ("talked", "of_call"),
)
_CHANGED = Ready(CHANGED, ("call_id", "mark"))


class CallWriter:
    """Takes every state of every call at once, writes the newest of each in one transaction."""

    def __init__(self, database: Database, *, now: Clock = utc_now) -> None:
        self._database = database
        self._now = now
        self._newest: dict[LinkedId, CallRecord] = {}
        self._saves = 0
        self._durable = 0
        self._work = asyncio.Event()
        self._hurry = asyncio.Event()
        self._committed = asyncio.Event()
        self._outage = False

    @property
    def waiting(self) -> int:
        """How many calls have a state that is not durable yet."""
        return len(self._newest)

    @property
    def outage(self) -> bool:
        """True while the database takes nothing."""
        return self._outage

    @property
    def unwritten(self) -> Collection[CallRecord]:
        """The states that are not durable yet."""
        return tuple(self._newest.values())

    def waits(self, call_id: LinkedId) -> bool:
        """True while a state of this call is not durable yet."""
        return call_id in self._newest

    def save(self, record: CallRecord) -> None:
        """Remember this state; it is written as soon as the database takes it.  Never blocks."""
        self._newest[record.call_id] = record
        self._saves += 1
        self._work.set()

    async def flush(self, timeout: float | None = None) -> bool:  # noqa: ASYNC109
        """Wait until all that was saved before is durable; False after ``timeout`` seconds."""
        try:
            async with asyncio.timeout(timeout):
                await self._reach(self._saves)
        except TimeoutError:
            return False
        return True

    async def _reach(self, goal: int) -> None:
        while self._durable < goal:
            self._hurry.set()
            await self._committed.wait()

    async def run(self) -> None:
        """Write for ever; only cancelling ends it.  What then still waits is written by a new run."""
        pauses = _pauses()
        if self._newest:
            self._work.set()
        while True:
            await self._work.wait()
            self._work.clear()
            try:
                await self._write()
            except StoreError as error:
                self._work.set()
                self._report_outage(error)
                await asyncio.sleep(next(pauses))
            else:
                self._report_recovery()
                pauses = _pauses()
                await self._gather()

    async def _gather(self) -> None:
        """A pause, unless somebody waits for what is not written yet."""
        timer = asyncio.get_running_loop().call_later(_GATHER, self._hurry.set)
        try:
            await self._hurry.wait()
        finally:
            timer.cancel()
        self._hurry.clear()

    async def _write(self) -> None:
        batch, goal = dict(self._newest), self._saves
        if await self._refused(batch.values()):
            for record in batch.values():
                if error := await self._refused([record]):
                    _LOG.error("call_not_storable", call_id=record.call_id, error=type(error).__name__)
        self._forget(batch, goal)

    def _forget(self, batch: dict[LinkedId, CallRecord], goal: int) -> None:
        for call_id, record in batch.items():
            if self._newest[call_id] is record:
                del self._newest[call_id]
        self._durable = goal
        self._committed.set()
        self._committed = asyncio.Event()

    async def _refused(self, records: Collection[CallRecord]) -> Exception | None:
        """Write them, or say why no row can hold one of them.  Whatever else goes wrong is an outage."""
        try:
            await self._put(records)
        except StoreError:
            raise
        except Exception as error:
            if refuses_values(error):
                return error
            raise StoreError(f"{type(error).__name__}: {error}") from error
        return None

    async def _put(self, records: Collection[CallRecord]) -> None:
        if records:
            await self._database.in_background(partial(insert, records, self._now()), _PATIENCE)

    def _report_outage(self, error: StoreError) -> None:
        if not self._outage:
            _LOG.error("database_outage", error=str(error), waiting=self.waiting)
        self._outage = True

    def _report_recovery(self) -> None:
        if self._outage:
            _LOG.info("database_outage_over")
        self._outage = False


def insert(records: Collection[CallRecord], now: datetime, connection: Connection) -> None:
    """Write these states; runs in the writer's thread."""
    _UPSERT.execute(connection, (to_row(record, now) for record in records))
    phones = (
        {"of_call": record.call_id, "talked": phone} for record in records for phone in phones_of(record)
    )
    _PHONES.execute(connection, phones)
    _CHANGED.execute(connection, changed(record.call_id for record in records if record.state is State.ENDED))


def _pauses() -> Iterator[float]:
    pause = 0.05
    while True:
        yield pause * random.uniform(0.8, 1.2)  # noqa: S311 - jitter, no secret
        pause = min(pause * 2, 2.0)
