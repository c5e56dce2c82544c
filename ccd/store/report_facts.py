"""Facts of calls, written in place of those before; hours that they were or are in become stale."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from ccd.store.ready import Ready
from ccd.store.report_marks import STALE, stale
from ccd.store.tables.reports import report_facts

Rows = list[dict[str, Any]]
Facts = dict[str, Rows]
"""The rows of each call."""
_NEW = Ready(insert(report_facts), report_facts.columns.keys())


def put(connection: Connection, facts: Facts) -> None:
    """Write what is different, and mark its hours."""
    before = _read(connection, facts)
    changed = [call_id for call_id, rows in facts.items() if _differ(rows, before[call_id])]
    gone, new = ([row for call_id in changed for row in some[call_id]] for some in (before, facts))
    if gone:
        ids = {row["call_id"] for row in gone}
        connection.execute(delete(report_facts).where(report_facts.c.call_id.in_(ids)))
    _NEW.execute(connection, new)
    if hours := stale((row["hour"], row["day"]) for row in (*gone, *new)):
        connection.execute(STALE, hours)


def _read(connection: Connection, call_ids: Iterable[str]) -> Facts:
    found: Facts = {call_id: [] for call_id in call_ids}
    for row in connection.execute(
        select(report_facts).where(report_facts.c.call_id.in_(list(found)))
    ).mappings():
        found[row["call_id"]].append(dict(row))
    return found


def _differ(some: Rows, others: Rows) -> bool:
    return len(some) != len(others) or _sorted(some) != _sorted(others)


def _sorted(rows: Rows) -> Rows:
    return sorted(rows, key=lambda row: (row["part"], row["value"]))
