"""Totals of an hour from its facts, and of a day from its hours: added up by the database."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Connection,
    CursorResult,
    Select,
    bindparam,
    delete,
    func,
    insert,
    literal,
    select,
    union_all,
)

from ccd.metrics.dimensions import KEPT, PART, Dimension, Part
from ccd.metrics.totals import COUNTS, LONGEST
from ccd.store.ready import Ready
from ccd.store.report_rows import WHOLE
from ccd.store.tables.reports import SPREAD, SUMMED, report_days, report_facts, report_hours

Rows = list[dict[str, Any]]


def hour_rows(hour: int, day: int, connection: Connection) -> Rows:
    """The rows of ``report_hours`` for this hour."""
    return _with({"hour": hour, "day": day}, connection.execute(_OF_HOUR, {"of_hour": hour}))


def _with(more: dict[str, Any], found: CursorResult[Any]) -> Rows:
    names = list(found.keys())
    return [dict(zip(names, row, strict=True)) | more for row in found]


def _of_hour() -> CompoundSelect[Any]:
    """Facts that differ only in their figures are added up once; each dimension adds up these sums."""
    facts = report_facts.c
    alike = [facts[name] for name in (*WHOLE, "part", "value")]
    counts = (_sum(facts[name], name) for name in COUNTS)
    spread = (func.count().filter(facts.bucket == bucket).label(name) for bucket, name in enumerate(SPREAD))
    asked = select(*alike, *counts, *spread).where(facts.hour == bindparam("of_hour"))
    once = asked.group_by(*alike).cte("once")
    return union_all(*(_told_apart(once, dimension) for dimension in KEPT))


def _told_apart(once: CTE, dimension: Dimension) -> Select[Any]:
    key = _key(once, dimension)
    asked = select(literal(str(dimension)).label("dimension"), key.label("value"), *sums(once)).where(
        once.c.part == str(PART.get(dimension, Part.CALL))
    )
    return asked.group_by(key) if dimension is not Dimension.ALL else asked.having(func.count() > 0)


def _key(once: CTE, dimension: Dimension) -> ColumnElement[Any]:
    if dimension is Dimension.ALL:
        return literal("")
    return once.c.value if dimension in PART else once.c[dimension]


def _sum(column: ColumnElement[Any], name: str) -> ColumnElement[Any]:
    return (func.max if name in LONGEST else func.sum)(column).label(name)


def sums(table: Any) -> Iterator[ColumnElement[Any]]:
    """Every column of totals over rows of totals."""
    return (_sum(table.c[name], name) for name in SUMMED)


def day_rows(day: int, connection: Connection) -> Rows:
    """The rows of ``report_days`` for this day."""
    return _with({"day": day}, connection.execute(_OF_DAY, {"of_day": day}))


_OF_HOUR = _of_hour()
_OF_DAY = (
    select(report_hours.c.dimension, report_hours.c.value, *sums(report_hours))
    .where(report_hours.c.day == bindparam("of_day"))
    .group_by(report_hours.c.dimension, report_hours.c.value)
)
_HOUR = Ready(insert(report_hours), report_hours.columns.keys())
_DAY = Ready(insert(report_days), report_days.columns.keys())
"""Made once: so many columns take long."""


def put_hour(connection: Connection, hour: int, rows: Rows) -> None:
    """In place of what was there."""
    connection.execute(delete(report_hours).where(report_hours.c.hour == hour))
    _HOUR.execute(connection, rows)


def put_day(connection: Connection, day: int, rows: Rows) -> None:
    """In place of what was there."""
    connection.execute(delete(report_days).where(report_days.c.day == day))
    _DAY.execute(connection, rows)
