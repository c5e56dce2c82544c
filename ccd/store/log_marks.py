"""How far Asterisk's own logs were read, and the records that were found there: one transaction for both."""

from collections.abc import Collection
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, func, select

from ccd.calls.record import CallRecord
from ccd.retold import LogMark, LogMarks
from ccd.store.calls import CallStore
from ccd.store.clock import utc_now
from ccd.store.database import Database
from ccd.store.tables.calls import calls, log_marks
from ccd.store.upserts import upsert
from ccd.store.writer import insert

_UPSERT = upsert(log_marks, ("file", "offset", "since"))
_CEL, _QUEUE = "cel", "queue_log"


class LogMarkStore:
    """What ``ccd.recovery`` keeps.  Everything that is awaited raises StoreError."""

    def __init__(self, database: Database, store: CallStore) -> None:
        self._database = database
        self.known = store.known
        self.waits = store.waits
        self._tell = store.tell

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

    async def recover(self, records: Collection[CallRecord], marks: LogMarks, since: datetime) -> None:
        """These records and the marks; what people noted meanwhile stays."""
        await self._database.in_background(partial(_recover, records, marks, since))
        self._tell(records)


def _recover(
    records: Collection[CallRecord], marks: LogMarks, since: datetime, connection: Connection
) -> None:
    if records:
        insert(records, utc_now(), connection)
    rows = [
        {"log": log, "file": mark.file, "offset": mark.offset, "since": since}
        for log, mark in ((_CEL, marks.cel), (_QUEUE, marks.queue))
    ]
    connection.execute(_UPSERT, rows)
