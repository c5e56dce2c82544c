"""How far Asterisk's own logs were read, and the records that were found there: one transaction for both."""

from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, delete, func, select

from ccd.calls.record import CallRecord
from ccd.retold import LogMark, LogMarks
from ccd.set_aside import SetAside, Work, said
from ccd.store import set_aside
from ccd.store.calls import CallStore
from ccd.store.clock import utc_now
from ccd.store.database import Database
from ccd.store.errors import refuses_values
from ccd.store.tables.calls import calls, log_marks
from ccd.store.tables.calls import set_aside as rows
from ccd.store.upserts import upsert
from ccd.store.writer import insert

_UPSERT = upsert(log_marks, ("file", "offset", "since"))
_CEL, _QUEUE = "cel", "queue_log"


class LogMarkStore:
    """What ``ccd.recovery`` keeps.  Everything that is awaited raises StoreError."""

    def __init__(self, database: Database, store: CallStore) -> None:
        self._database = database
        self.waits = store.waits
        self._store = store

    async def known(self, call_ids: Iterable[str]) -> Sequence[CallRecord]:
        """Those of these calls that are durable.

        Raises LookupError when one is there and cannot be read: nothing is written over it.
        """
        wanted = set(call_ids)
        found = await self._store.known(wanted)
        if spoilt := await self._store.spoilt(wanted - {record.call_id for record in found}):
            raise LookupError(f"{len(spoilt)} records cannot be read")
        return found

    async def log_marks(self) -> tuple[LogMarks, datetime] | None:
        """How far the logs were read, and from when on calls count; None before the first time."""
        async with self._database.reading() as connection:
            rows = {row.log: row for row in await connection.execute(select(log_marks))}
        if _CEL not in rows or _QUEUE not in rows:
            return None
        cel, queue = (LogMark(file=rows[log].file, offset=rows[log].offset) for log in (_CEL, _QUEUE))
        return LogMarks(cel=cel, queue=queue), rows[_CEL].since

    async def first_arrival(self) -> datetime | None:
        """When the oldest call that is known arrived."""
        async with self._database.reading() as connection:
            first: datetime | None = await connection.scalar(select(func.min(calls.c.listed_at)))
        return first

    async def recover(
        self,
        records: Collection[CallRecord],
        marks: LogMarks,
        since: datetime,
        aside: Collection[SetAside] = (),
    ) -> Collection[SetAside]:
        """These records, what was set aside, and the marks; what people noted meanwhile stays.

        Returns the records that the database will never take: they are set aside, too.
        """
        refused = list[SetAside]()
        try:
            await self._write(records, marks, since, aside)
        except Exception as error:
            if not refuses_values(error):
                raise
            refused = [one async for one in self._refused(records, since)]
            await self._write((), marks, since, [*aside, *refused])
        gone = {one.call_id for one in refused}
        self._store.tell([record for record in records if record.call_id not in gone])
        set_aside.tell((*aside, *refused))
        return refused

    async def _refused(self, records: Iterable[CallRecord], since: datetime) -> AsyncIterator[SetAside]:
        """Write each by itself; those that cannot be."""
        for record in records:
            try:
                await self._database.in_background(partial(_put, [record]))
            except Exception as error:
                if not refuses_values(error):
                    raise
                began_at = record.arrived_at or since
                yield SetAside(
                    work=Work.RECOVERY, call_id=record.call_id, error=said(error), began_at=began_at
                )

    async def _write(
        self, records: Collection[CallRecord], marks: LogMarks, since: datetime, aside: Collection[SetAside]
    ) -> None:
        def work(connection: Connection) -> None:
            _put(records, connection)
            set_aside.put(connection, aside)
            connection.execute(_UPSERT, _rows(marks, since))

        await self._database.in_background(work)

    async def to_try_again(self, begins: datetime) -> datetime | None:
        """When the first call began that an older ccd set aside; ``begins``: since when the logs tell."""
        older = select(func.min(rows.c.began_at)).where(*set_aside.older_in_recovery(begins))
        async with self._database.reading() as connection:
            first: datetime | None = await connection.scalar(older)
        return first

    async def tried_again(self, begins: datetime) -> None:
        """These calls are not set aside until they fail once more."""
        older = delete(rows).where(*set_aside.older_in_recovery(begins))
        await self._database.in_background(lambda connection: connection.execute(older))


def _put(records: Collection[CallRecord], connection: Connection) -> None:
    if records:
        insert(records, utc_now(), connection)
        set_aside.done(connection, Work.RECOVERY, [record.call_id for record in records])


def _rows(marks: LogMarks, since: datetime) -> list[dict[str, Any]]:
    return [
        {"log": log, "file": mark.file, "offset": mark.offset, "since": since}
        for log, mark in ((_CEL, marks.cel), (_QUEUE, marks.queue))
    ]
