"""Marks on calls whose facts changed, written in the transaction that changed them: none is lost.

A mark is taken off only when it is still the one that was seen before the facts were made: what
changes meanwhile is done again.
"""

import time
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Table, bindparam, delete
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import Delete

from ccd.store.ready import Ready
from ccd.store.tables.reports import report_changes, report_stale
from ccd.store.upserts import upsert

CHANGED = upsert(report_changes, ["mark"])
"""With rows of ``changed``: these calls' facts are to be made anew."""
STALE = upsert(report_stale, ["mark"])
"""With rows of ``stale``: these hours' totals are to be made anew."""


def changed(call_ids: Iterable[str]) -> list[dict[str, Any]]:
    """Rows for CHANGED; empty ids are nobody's."""
    mark = time.time_ns()
    return [{"call_id": call_id, "mark": mark} for call_id in dict.fromkeys(call_ids) if call_id]


async def mark(connection: AsyncConnection, call_id: str) -> None:
    """This call's facts are to be made anew, once this transaction is written."""
    if rows := changed([call_id]):
        await connection.execute(CHANGED, rows)


def stale(hours: Iterable[tuple[int, int]]) -> list[dict[str, Any]]:
    """Rows for STALE, of (hour, day)."""
    mark = time.time_ns()
    return [{"hour": hour, "day": day, "mark": mark} for hour, day in sorted(set(hours))]


def _taken_off(table: Table, key: str) -> Delete:
    return delete(table).where(table.c[key] == bindparam("of"), table.c.mark == bindparam("seen"))


def seen(marks: Iterable[tuple[Any, int]]) -> list[dict[str, Any]]:
    """Rows for MADE or ADDED_UP, of (call or hour, the very mark that was seen)."""
    return [{"of": one, "seen": mark} for one, mark in marks]


MADE = Ready(_taken_off(report_changes, "call_id"), ("of", "seen"))
"""With rows of ``seen``: these calls' facts are made."""
ADDED_UP = _taken_off(report_stale, "hour")
"""With rows of ``seen``: these hours' totals are made."""
