"""Totals of an hour from its facts, and of a day from its hours: added up by the database."""

import asyncio
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from ccd.metrics.dimensions import KEPT, PART, Dimension, Part
from ccd.metrics.totals import COUNTS, LONGEST
from ccd.store.tables.reports import SPREAD, SUMMED, report_days, report_facts, report_hours

Rows = list[dict[str, Any]]


async def hour_rows(connection: AsyncConnection, hour: int, day: int) -> Rows:
    """The rows of ``report_hours`` for this hour."""
    rows: Rows = []
    for dimension, statement in _OF_HOUR.items():
        found = (await connection.execute(statement, {"of_hour": hour})).mappings()
        rows += await asyncio.to_thread(_with, found, {"dimension": dimension, "hour": hour, "day": day})
    return rows


def _with(found: Iterable[RowMapping], more: dict[str, Any]) -> Rows:
    """Hundreds of rows of seventy columns: not for the loop."""
    return [{**row, **more} for row in found]


def _of_hour(dimension: Dimension) -> Select[Any]:
    facts = report_facts.c
    part, key = PART.get(dimension, Part.CALL), _key(dimension)
    counts = (_sum(facts[name], name) for name in COUNTS)
    spread = (
        func.sum(case((facts.bucket == bucket, 1), else_=0)).label(name) for bucket, name in enumerate(SPREAD)
    )
    asked = select(key.label("value"), *counts, *spread).where(
        facts.hour == bindparam("of_hour"), facts.part == str(part)
    )
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
    found = (await connection.execute(_OF_DAY, {"of_day": day})).mappings()
    return await asyncio.to_thread(_with, found, {"day": day})


_OF_HOUR = {str(dimension): _of_hour(dimension) for dimension in KEPT}
_OF_DAY = (
    select(report_hours.c.dimension, report_hours.c.value, *sums(report_hours))
    .where(report_hours.c.day == bindparam("of_day"))
    .group_by(report_hours.c.dimension, report_hours.c.value)
)
"""Made once: so many columns take the loop's time."""


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
