"""Promises in the database: the one place where they are.

Whoever changes one says what it was before, so two who change it at once cannot both have their way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ccd.callbacks.promise import LIVE, MOST, Promise, Standing, cancelled, joined
from ccd.calls.ids import LinkedId, QueueName
from ccd.ports.promises import TooManyPromisesError
from ccd.store.database import Database
from ccd.store.reading import read_rows
from ccd.store.report_marks import mark
from ccd.store.tables.owed import callbacks

_LOG = structlog.get_logger()
_FIELDS = tuple(field.name for field in fields(Promise))
_CHANGING = (
    "state",
    "priority",
    "joined_at",
    "promised_at",
    "due_by",
    "at",
    "attempts",
    "last_attempt_at",
    "next_attempt_at",
)
_LIVE = callbacks.c.state.in_(LIVE)


class CallbackStore:
    """Every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._spoilt = 0
        """Promises whose rows cannot be read, as far as was told."""

    async def give(self, promise: Promise, patience: float | None = None) -> Promise:
        """Write a new promise durably, before it returns; one to the same number and queue takes it in.

        ``patience`` is seconds until StoreError.  Raises TooManyPromisesError when the queue has MOST.
        """
        same = (callbacks.c.number == promise.number, callbacks.c.queue == promise.queue)
        async with self._database.writing(patience) as connection:
            row = (await connection.execute(select(callbacks).where(*same, _LIVE))).mappings().first()
            if row is None:
                await _room(connection, promise.queue)
                await mark(connection, promise.call_id)
                return await _insert(connection, promise)
            before = _promise(row)
            after = joined(before, promise)
            await connection.execute(_update(after))
            for call_id in {before.call_id, after.call_id}:
                await mark(connection, call_id)
            return after

    async def change(self, before: Promise, after: Promise) -> bool:
        """Write ``after`` durably; False, and nothing is written, when it is no longer as ``before`` says.

        Every column counts: a promise that another one joined meanwhile is another promise.
        """
        statement = _update(after).where(*_as_it_was(before))
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
        return await self._fetch(select(callbacks).where(_LIVE).order_by(callbacks.c.due_by))

    async def listed(self, since: datetime) -> Sequence[Promise]:
        """All promises given since then, and all live ones; the newest first."""
        wanted = select(callbacks).where(_LIVE | (callbacks.c.promised_at >= since))
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
        return [_promise(row) for row in rows]


async def _room(connection: AsyncConnection, queue: QueueName) -> None:
    counted = select(func.count()).select_from(callbacks).where(callbacks.c.queue == queue, _LIVE)
    if (await connection.execute(counted)).scalar_one() >= MOST:
        raise TooManyPromisesError(f"the queue has {MOST} already")


async def _insert(connection: AsyncConnection, promise: Promise) -> Promise:
    result = await connection.execute(insert(callbacks).values(_row(promise)))
    (promise_id,) = result.inserted_primary_key or (0,)
    return replace(promise, promise_id=promise_id)


def _update(after: Promise) -> Any:
    return update(callbacks).where(callbacks.c.promise_id == after.promise_id).values(_row(after))


def _as_it_was(before: Promise) -> list[ColumnElement[bool]]:
    return [callbacks.c[name].is_not_distinct_from(getattr(before, name)) for name in _CHANGING]


def _row(promise: Promise) -> dict[str, Any]:
    return {name: getattr(promise, name) for name in _FIELDS if name != "promise_id"}


def _promise(row: Mapping[Any, Any]) -> Promise:
    values = {name: row[name] for name in _FIELDS}
    values |= {
        "call_id": LinkedId(values["call_id"]),
        "queue": QueueName(values["queue"]),
        "answered_by": LinkedId(values["answered_by"]),
    }
    return Promise(**values)
