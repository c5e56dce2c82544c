"""Totals of an hour from its facts, and of a day from its hours: added up by the database."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, delete, func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ccd.metrics.dimensions import KEPT, PART, Dimension, Part
from ccd.metrics.totals import COUNTS, LONGEST
from ccd.store.report_tables import SPREAD, SUMMED, report_days, report_facts, report_hours

Rows = list[dict[str, Any]]


async def hour_rows(connection: AsyncConnection, hour: int, day: int) -> Rows:
    """The rows of ``report_hours`` for this hour."""
    rows: Rows = []
    for dimension in KEPT:
        found = await connection.execute(_of_hour(dimension, hour))
        rows += [{**row, "dimension": str(dimension), "hour": hour, "day": day} for row in found.mappings()]
    return rows


def _of_hour(dimension: Dimension, hour: int) -> Select[Any]:
    facts = report_facts.c
    part, key = PART.get(dimension, Part.CALL), _key(dimension)
    counts = (_sum(facts[name], name) for name in COUNTS)
    spread = (
        func.sum(case((facts.bucket == bucket, 1), else_=0)).label(name) for bucket, name in enumerate(SPREAD)
    )
    asked = select(key.label("value"), *counts, *spread).where(facts.hour == hour, facts.part == str(part))
    return asked.group_by(key) if dimension is not Dimension.ALL else asked.having(func.count() > 0)


def _key(dimension: Dimension) -> ColumnElement[Any]:
    if dimension is Dimension.ALL:
        return literal("")
    return report_facts.c.value if dimension in PART else report_facts.c[dimension]


def _sum(column: ColumnElement[Any], name: str) -> ColumnElement[Any]:
    return (func.max if name in LONGEST else func.sum)(column).label(name)


def sums(table: Any) -> Iterator[ColumnElement[Any]]:
    """Every column of totals over rows of totals."""
    return (_sum(table.c[name], name) for name in SUMMED)


async def day_rows(connection: AsyncConnection, day: int) -> Rows:
    """The rows of ``report_days`` for this day."""
    hours = report_hours.c
    asked = select(hours.dimension, hours.value, *sums(report_hours)).where(hours.day == day)
    found = await connection.execute(asked.group_by(hours.dimension, hours.value))
    return [{**row, "day": day} for row in found.mappings()]


def put_hour(connection: Connection, hour: int, rows: Rows) -> None:
    """In place of what was there."""
    connection.execute(delete(report_hours).where(report_hours.c.hour == hour))
    if rows:
        connection.execute(insert(report_hours), rows)


def put_day(connection: Connection, day: int, rows: Rows) -> None:
    """In place of what was there."""
    connection.execute(delete(report_days).where(report_days.c.day == day))
    if rows:
        connection.execute(insert(report_days), rows)
