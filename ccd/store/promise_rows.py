"""A promise as its row, and the statements that change it."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from sqlalchemy import ColumnElement, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ccd.callbacks.promise import LIVE, Promise
from ccd.calls.ids import LinkedId, QueueName
from ccd.store.tables.owed import callbacks

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
IS_LIVE = callbacks.c.state.in_(LIVE)


async def inserted(connection: AsyncConnection, promise: Promise) -> Promise:
    """A new row; the promise with its id."""
    result = await connection.execute(insert(callbacks).values(_row(promise)))
    (promise_id,) = result.inserted_primary_key or (0,)
    return replace(promise, promise_id=promise_id)


def updated(after: Promise) -> Any:
    """Write all of it over its row."""
    return update(callbacks).where(callbacks.c.promise_id == after.promise_id).values(_row(after))


def as_it_was(before: Promise) -> list[ColumnElement[bool]]:
    """Its row still says what ``before`` says.  Every column that changes counts."""
    same = callbacks.c.promise_id == before.promise_id
    return [same] + [callbacks.c[name].is_not_distinct_from(getattr(before, name)) for name in _CHANGING]


def _row(promise: Promise) -> dict[str, Any]:
    return {name: getattr(promise, name) for name in _FIELDS if name != "promise_id"}


def promise_of(row: Mapping[Any, Any]) -> Promise:
    """A row of ``callbacks``."""
    values = {name: row[name] for name in _FIELDS}
    values |= {
        "call_id": LinkedId(values["call_id"]),
        "queue": QueueName(values["queue"]),
        "answered_by": LinkedId(values["answered_by"]),
    }
    return Promise(**values)
