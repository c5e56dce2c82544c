"""Promises in the database: the one place where they are.

Whoever changes one says what it was before, so two who change it at once cannot both have their way.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import select

from ccd.callbacks.promise import Promise, Standing, cancelled
from ccd.store.database import Database
from ccd.store.promise_giving import Giving
from ccd.store.promise_rows import IS_LIVE, as_it_was, promise_of, updated
from ccd.store.reading import read_rows
from ccd.store.report_marks import mark
from ccd.store.tables.owed import callbacks

_LOG = structlog.get_logger()


class CallbackStore:
    """Every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._giving = Giving(database)
        self._spoilt = 0
        """Promises whose rows cannot be read, as far as was told."""

    async def give(self, promise: Promise, patience: float | None = None) -> Promise:
        """See Giving."""
        return await self._giving.give(promise, patience)

    async def change(self, before: Promise, after: Promise) -> bool:
        """Write ``after`` durably; False, and nothing is written, when it is no longer as ``before`` says.

        Every column counts: a promise that another one joined meanwhile is another promise.
        """
        statement = updated(after).where(*as_it_was(before))
        async with self._database.writing() as connection:
            written = (await connection.execute(statement)).rowcount == 1
            await mark(connection, after.call_id)
            return written

    async def cancel(self, promise_id: int) -> Promise | None:
        """Take a live promise back; the promise as it is then.  None when there is no such promise."""
        while (promise := await self.get(promise_id)) and promise.live:
            if await self.change(promise, cancelled(promise)):
                return cancelled(promise)
        return promise

    async def get(self, promise_id: int) -> Promise | None:
        """One promise."""
        found = await self._fetch(select(callbacks).where(callbacks.c.promise_id == promise_id))
        return found[0] if found else None

    async def live(self) -> Sequence[Promise]:
        """All whose patients may still be called, the first to be due first."""
        return await self._fetch(select(callbacks).where(IS_LIVE).order_by(callbacks.c.due_by))

    async def listed(self, since: datetime) -> Sequence[Promise]:
        """All promises given since then, and all live ones; the newest first."""
        wanted = select(callbacks).where(IS_LIVE | (callbacks.c.promised_at >= since))
        return await self._fetch(wanted.order_by(callbacks.c.promised_at.desc()))

    async def broken(self, since: datetime) -> Sequence[Promise]:
        """Those since then that were not kept: deadline passed, or the patient took no call."""
        wanted = select(callbacks).where(
            callbacks.c.state.in_((Standing.EXPIRED, Standing.UNREACHABLE)), callbacks.c.due_by >= since
        )
        return await self._fetch(wanted.order_by(callbacks.c.due_by))

    async def _fetch(self, wanted: Any) -> list[Promise]:
        async with self._database.reading() as connection:
            rows, spoilt = read_rows((await connection.execute(wanted)).mappings())
        if spoilt > self._spoilt:
            _LOG.error("promises_unreadable", count=spoilt)
        self._spoilt = max(spoilt, self._spoilt)
        return [promise_of(row) for row in rows]
