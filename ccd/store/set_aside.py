"""Calls that were set aside: written with the work that went on without them, tried again by a newer ccd."""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from importlib.metadata import version
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Connection, delete, func, select

from ccd.set_aside import SetAside, Work
from ccd.store.database import Database
from ccd.store.errors import StoreError
from ccd.store.report_marks import CHANGED, changed
from ccd.store.tables.calls import set_aside
from ccd.store.upserts import upsert

_LOG = structlog.get_logger()
VERSION = version("ccd")
"""Of this ccd: what another one could not do is tried once more."""
LOOK = 10.0
"""Seconds between two counts."""

_PUT = upsert(set_aside, ("began_at", "version", "error"))
_OLDER = set_aside.c.version != VERSION


def put(connection: Connection, some: Iterable[SetAside]) -> None:
    """Write these down, in the transaction that goes on without them."""
    if rows := [_row(one) for one in some]:
        connection.execute(_PUT, rows)


def done(connection: Connection, work: Work, call_ids: Collection[str]) -> None:
    """With these it went well after all."""
    if call_ids:
        connection.execute(delete(set_aside).where(_of(work), set_aside.c.call_id.in_(call_ids)))


def tell(some: Iterable[SetAside]) -> None:
    """A line in the log for each."""
    for one in some:
        _LOG.error("call_set_aside", work=one.work.value, call_id=one.call_id, error=one.error)


async def again_in_figures(database: Database) -> None:
    """Calls that an older ccd could not count are to be counted once more; raises StoreError."""
    older = (_of(Work.FIGURES), _OLDER)
    async with database.reading() as connection:
        marks = changed(await connection.scalars(select(set_aside.c.call_id).where(*older)))

    def work(connection: Connection) -> None:
        connection.execute(CHANGED, marks)
        connection.execute(delete(set_aside).where(*older))

    if marks:
        await database.in_background(work)


def older_in_recovery(begins: datetime) -> tuple[ColumnElement[bool], ...]:
    """Those that an older ccd could not recover, and of which the logs, that begin here, still tell."""
    return (_of(Work.RECOVERY), _OLDER, set_aside.c.began_at >= begins)


def _of(work: Work) -> ColumnElement[bool]:
    return set_aside.c.work == work.value


def _row(one: SetAside) -> dict[str, Any]:
    return {
        "work": one.work.value,
        "call_id": one.call_id,
        "began_at": one.began_at,
        "version": VERSION,
        "error": one.error,
    }


class SetAsideCount:
    """How many calls are set aside, for monitoring; ``run`` it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.counts: Mapping[Work, int] = dict.fromkeys(Work, 0)
        """As of the last look."""

    async def run(self) -> None:
        """Count for ever; while the database is away, what was counted last stands."""
        while True:
            try:
                await self.look()
            except StoreError as error:
                _LOG.debug("set_aside_not_counted", error=str(error))
            await asyncio.sleep(LOOK)

    async def look(self) -> None:
        """Count now; raises StoreError."""
        counted = select(set_aside.c.work, func.count()).group_by(set_aside.c.work)
        async with self._database.reading() as connection:
            rows = (await connection.execute(counted)).all()
        self.counts = dict.fromkeys(Work, 0) | {Work(work): number for work, number in rows}
