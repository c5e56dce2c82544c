"""Questions answered from totals, and the calls behind a figure."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ccd.metrics.dimensions import PART, TIMES, Dimension, Slot, part_of
from ccd.metrics.formulas import Metric
from ccd.metrics.hours import bounds, slot_of
from ccd.metrics.report import Question, Report, Row, by_time
from ccd.metrics.rules import Rules
from ccd.metrics.totals import Totals, added
from ccd.store.database import Database
from ccd.store.report_progress import Progress
from ccd.store.report_rows import moment, to_totals
from ccd.store.report_totals import sums
from ccd.store.tables.reports import report_days, report_facts, report_hours


class Reports:
    """Reads what the ReportKeeper keeps.  Every method may raise StoreError."""

    def __init__(self, database: Database, rules: Rules, zone: ZoneInfo) -> None:
        self._database = database
        self._zone = zone
        self._progress = Progress(database, rules, zone)

    async def report(self, question: Question) -> Report:
        """The answer, whole days by the clinic's clock."""
        complete = await self._progress.complete()
        async with self._database.reading() as connection:
            rows = await self._rows(connection, question)
            whole = await _whole(connection, question)
        return Report(question=question, rows=rows, whole=whole, complete=complete)

    async def _rows(self, connection: AsyncConnection, question: Question) -> tuple[Row, ...]:
        if question.by is Dimension.HOUR:
            return by_time(question.by, await self._hours(connection, question))
        if question.by.timely:
            return by_time(question.by, await _days(connection, question))
        days = report_days.c
        asked = select(days.value, *sums(report_days)).where(*_chosen(report_days, question))
        found = await connection.execute(asked.group_by(days.value).order_by(days.value))
        return tuple(Row(key=row["value"], totals=to_totals(row)) for row in found.mappings())

    async def _hours(self, connection: AsyncConnection, question: Question) -> dict[Slot, Totals]:
        """By the hours of each day; of an hour that comes twice, both together."""
        begin, end = (int(one.timestamp()) for one in bounds(question.begin, question.end, self._zone))
        hours = report_hours.c
        asked = select(report_hours).where(
            hours.dimension == str(question.kept_by),
            hours.hour >= begin,
            hours.hour < end,
            *_valued(report_hours, question),
        )
        gathered: dict[Slot, list[Totals]] = {}
        for row in (await connection.execute(asked)).mappings():
            gathered.setdefault(slot_of(moment(row["hour"]), self._zone), []).append(to_totals(row))
        return {slot: added(some) for slot, some in gathered.items()}

    async def behind(self, question: Question, key: str, metric: Metric, limit: int) -> Sequence[str]:
        """The ids of the newest calls that a row's figure is made of."""
        async with self._database.reading() as connection:
            asked = _behind(question, metric).where(*await self._of_row(connection, question, key))
            return (await connection.scalars(asked.limit(limit))).all()

    async def _of_row(
        self, connection: AsyncConnection, question: Question, key: str
    ) -> list[ColumnElement[bool]]:
        begin, end = (int(one.timestamp()) for one in bounds(question.begin, question.end, self._zone))
        facts = report_facts.c
        chosen: list[ColumnElement[bool]] = [facts.hour >= begin, facts.hour < end]
        if question.where:
            chosen.append(_is(*question.where))
        if question.by.timely:
            return [*chosen, facts.hour.in_(await self._hours_of(connection, question, key, begin, end))]
        return chosen if question.by is Dimension.ALL else [*chosen, _is(question.by, key)]

    async def _hours_of(
        self, connection: AsyncConnection, question: Question, key: str, begin: int, end: int
    ) -> list[int]:
        hours = report_hours.c
        known = await connection.scalars(
            select(hours.hour).where(
                hours.dimension == str(Dimension.ALL), hours.hour >= begin, hours.hour < end
            )
        )
        name = TIMES[question.by]
        return [one for one in known if name(slot_of(moment(one), self._zone)) == key]


def _behind(question: Question, metric: Metric) -> Select[Any]:
    facts = report_facts.c
    counted = or_(*(facts[name] > 0 for name in metric.behind))
    asked = select(facts.call_id).where(facts.part == str(part_of(question.kept_by)), counted)
    if metric.but:
        asked = asked.where(facts[metric.but] == 0)
    return asked.order_by(facts.hour.desc(), facts.call_id.desc())


def _is(dimension: Dimension, key: str) -> ColumnElement[bool]:
    facts = report_facts.c
    return (facts.value if dimension in PART else facts[dimension]) == key


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
