"""A promise is given: durable, or it is as if it had never been."""

import asyncio
from dataclasses import dataclass

import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ccd.callbacks.promise import MOST, Promise, joined
from ccd.calls.ids import QueueName
from ccd.ports.promises import TooManyPromisesError
from ccd.store.database import Database
from ccd.store.errors import StoreError
from ccd.store.promise_rows import IS_LIVE, as_it_was, inserted, promise_of, updated
from ccd.store.report_marks import mark
from ccd.store.tables.owed import callbacks

_LOG = structlog.get_logger()


@dataclass(slots=True)
class _Written:
    """What a transaction wrote, durable or not; ``before`` is the promise that was joined."""

    before: Promise | None = None
    after: Promise | None = None


class Giving:
    """New promises, and those that came too late for their callers."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._taking_back: set[asyncio.Task[None]] = set()

    async def give(self, promise: Promise, patience: float | None = None) -> Promise:
        """Write a new promise durably, before it returns; one to the same number and queue takes it in.

        ``patience`` is seconds until StoreError.  Raises TooManyPromisesError when the queue has MOST.
        Where it raises, or is cancelled, the caller is told otherwise.  A COMMIT that is on its way cannot be
        stopped, so what is durable all the same is taken back.
        """
        written = _Written()
        giving = asyncio.ensure_future(self._give(promise, patience, written))
        try:
            return await asyncio.shield(giving)
        except BaseException:
            task = asyncio.create_task(self._take_back(giving, written))
            self._taking_back.add(task)
            task.add_done_callback(self._taking_back.discard)
            raise

    async def _give(self, promise: Promise, patience: float | None, written: _Written) -> Promise:
        same = (callbacks.c.number == promise.number, callbacks.c.queue == promise.queue)
        async with self._database.writing(patience) as connection:
            row = (await connection.execute(select(callbacks).where(*same, IS_LIVE))).mappings().first()
            if row is None:
                await _room(connection, promise.queue)
                await mark(connection, promise.call_id)
                written.after = await inserted(connection, promise)
                return written.after
            written.before = before = promise_of(row)
            written.after = after = joined(before, promise)
            await connection.execute(updated(after))
            await mark(connection, after.call_id)
            return after

    async def _take_back(self, giving: asyncio.Future[Promise], written: _Written) -> None:
        await asyncio.wait([giving])
        if not giving.cancelled():
            giving.exception()  # whoever asked has it
        if (after := written.after) is None:
            return
        try:
            gone = await self._put_back(written.before, after)
        except StoreError as error:
            _LOG.error("promise_not_taken_back", promise=after.promise_id, error=str(error))
        else:
            _LOG.warning("promise_came_too_late", promise=after.promise_id, taken_back=gone)

    async def _put_back(self, before: Promise | None, after: Promise) -> bool:
        """False, and nothing is changed, when it is not there, or is being kept already."""
        statement = updated(before) if before else delete(callbacks)
        async with self._database.writing() as connection:
            found = await connection.execute(statement.where(*as_it_was(after)))
            await mark(connection, after.call_id)
            return bool(found.rowcount)


async def _room(connection: AsyncConnection, queue: QueueName) -> None:
    counted = select(func.count()).select_from(callbacks).where(callbacks.c.queue == queue, IS_LIVE)
    if (await connection.execute(counted)).scalar_one() >= MOST:
        raise TooManyPromisesError(f"the queue has {MOST} already")
