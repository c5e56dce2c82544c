"""Questions answered from totals."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ccd.metrics.dimensions import Dimension, Slot
from ccd.metrics.formulas import Metric
from ccd.metrics.hours import bounds, slot_of, steady
from ccd.metrics.periods import keys
from ccd.metrics.report import Question, Report, Row, by_time
from ccd.metrics.rules import Rules
from ccd.metrics.totals import Totals, added
from ccd.set_aside import Work
from ccd.store.clock import Clock, utc_now
from ccd.store.database import Database
from ccd.store.report_behind import calls_behind
from ccd.store.report_progress import Progress
from ccd.store.report_rows import moment, to_totals
from ccd.store.report_totals import sums
from ccd.store.tables.calls import calls, set_aside
from ccd.store.tables.reports import report_days, report_hours


class Reports:
    """Reads what the ReportKeeper keeps.  Every method may raise StoreError."""

    def __init__(self, database: Database, rules: Rules, zone: ZoneInfo, clock: Clock = utc_now) -> None:
        self._database = database
        self._zone = zone
        self._clock = clock
        self._progress = Progress(database, rules, zone)

    async def report(self, question: Question) -> Report:
        """The answer, whole days by the clinic's clock."""
        complete = await self._progress.complete()
        async with self._database.reading() as connection:
            rows = await self._rows(connection, question)
            whole = await _whole(connection, question)
            uncounted = await connection.scalar(self._set_aside(question)) or 0
        return Report(question=question, rows=rows, whole=whole, complete=complete, uncounted=uncounted)

    def _set_aside(self, question: Question) -> Select[int]:
        """How many calls of the period no figures could be made of."""
        begin, end = bounds(question.begin, question.end, self._zone)
        ours = (calls.c.call_id == set_aside.c.call_id, calls.c.listed_at >= begin, calls.c.listed_at < end)
        return select(func.count()).where(set_aside.c.work == Work.FIGURES.value, *ours)

    async def _rows(self, connection: AsyncConnection, question: Question) -> tuple[Row, ...]:
        if question.by.timely:
            hourly = question.by is Dimension.HOUR
            slots = await (self._hours if hourly else _days)(connection, question)
            return by_time(question.by, slots, await self._every(connection, question))
        days = report_days.c
        asked = select(days.value, *sums(report_days)).where(*_chosen(report_days, question))
        found = await connection.execute(asked.group_by(days.value).order_by(days.value))
        return tuple(Row(key=row["value"], totals=to_totals(row)) for row in found.mappings())

    async def _every(self, connection: AsyncConnection, question: Question) -> Sequence[str]:
        """The period's times, without those that are not yet and those before the first call."""
        hours = report_hours.c
        first = select(func.min(hours.hour)).where(hours.dimension == str(Dimension.ALL))
        begin, end = bounds(question.begin, question.end, self._zone)
        if (known := await connection.scalar(first)) is None:
            return ()
        since, until = max(begin, moment(known)), min(end - timedelta(hours=1), self._clock())
        if since > until:
            return ()
        return keys(question.by, *(slot_of(one, self._zone) for one in (since, until)))

    async def _hours(self, connection: AsyncConnection, question: Question) -> dict[Slot, Totals]:
        """By the hours of the day, added up by the database: three years have 26,000 of them."""
        hours = report_hours.c
        chosen = (hours.dimension == str(question.kept_by), *_valued(report_hours, question))
        begin, end = (int(one.timestamp()) for one in bounds(question.begin, question.end, self._zone))
        gathered: dict[Slot, list[Totals]] = {}
        for since, until, ahead in steady(begin, end, self._zone):
            asked = _OF_TIMES.where(*chosen, hours.hour >= since, hours.hour < until)
            for row in (await connection.execute(asked)).mappings():
                slot = Slot(question.begin, (row["time"] + ahead) % _DAY // _HOUR)
                gathered.setdefault(slot, []).append(to_totals(row))
        return {slot: added(some) for slot, some in gathered.items()}

    async def behind(self, question: Question, key: str, metric: Metric, limit: int) -> Sequence[str]:
        """The ids of the newest calls that a row's figure is made of."""
        async with self._database.reading() as connection:
            asked = await calls_behind(connection, question, key, metric, self._zone)
            return (await connection.scalars(asked.limit(limit))).all()


_DAY, _HOUR = 86_400, 3_600
_TIME = report_hours.c.hour % _DAY
_OF_TIMES = select(_TIME.label("time"), *sums(report_hours)).group_by(_TIME)
"""Hours together that begin at the same time of the day in UTC."""


async def _days(connection: AsyncConnection, question: Question) -> dict[Slot, Totals]:
    found = await connection.execute(select(report_days).where(*_chosen(report_days, question)))
    return {Slot(date.fromordinal(row["day"]), 0): to_totals(row) for row in found.mappings()}


async def _whole(connection: AsyncConnection, question: Question) -> Totals:
    kept_by = question.where[0] if question.where else Dimension.ALL
    asked = Question(begin=question.begin, end=question.end, by=kept_by, where=question.where)
    found = await connection.execute(select(*sums(report_days)).where(*_chosen(report_days, asked)))
    return to_totals(found.mappings().one())


def _chosen(table: Any, question: Question) -> list[ColumnElement[bool]]:
    days = table.c.day.between(question.begin.toordinal(), question.end.toordinal())
    return [table.c.dimension == str(question.kept_by), days, *_valued(table, question)]


def _valued(table: Any, question: Question) -> list[ColumnElement[bool]]:
    return [table.c.value == question.where[1]] if question.where else []
