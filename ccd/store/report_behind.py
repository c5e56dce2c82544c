"""The calls behind a figure: which facts it counts."""

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ccd.metrics.dimensions import PART, TIMES, Dimension, part_of
from ccd.metrics.formulas import Metric
from ccd.metrics.hours import bounds, slot_of
from ccd.metrics.report import Question
from ccd.store.report_rows import moment
from ccd.store.tables.reports import report_facts, report_hours


async def calls_behind(
    connection: AsyncConnection, question: Question, key: str, metric: Metric, zone: ZoneInfo
) -> Select[Any]:
    """Selects the ids of the calls that a row's figure is made of, the newest first."""
    begin, end = (int(one.timestamp()) for one in bounds(question.begin, question.end, zone))
    facts = report_facts.c
    chosen: list[ColumnElement[bool]] = [facts.hour >= begin, facts.hour < end]
    if question.where:
        chosen.append(_is(*question.where))
    if question.by.timely:
        hours = [one for one in await _hours(connection, begin, end) if _named(question, one, zone) == key]
        chosen.append(facts.hour.in_(hours))
    elif question.by is not Dimension.ALL:
        chosen.append(_is(question.by, key))
    return _counted(question, metric).where(*chosen)


async def _hours(connection: AsyncConnection, begin: int, end: int) -> list[int]:
    """Those of the period in which there were calls."""
    hours = report_hours.c
    known = select(hours.hour).where(
        hours.dimension == str(Dimension.ALL), hours.hour >= begin, hours.hour < end
    )
    return list(await connection.scalars(known))


def _named(question: Question, hour: int, zone: ZoneInfo) -> str:
    return TIMES[question.by](slot_of(moment(hour), zone))


def _counted(question: Question, metric: Metric) -> Select[Any]:
    facts = report_facts.c
    counted = or_(*(facts[name] > 0 for name in metric.behind))
    others = (facts[name] == 0 for name in metric.but)
    asked = select(facts.call_id).where(facts.part == str(part_of(question.kept_by)), counted, *others)
    return asked.order_by(facts.hour.desc(), facts.call_id.desc())


def _is(dimension: Dimension, key: str) -> ColumnElement[bool]:
    facts = report_facts.c
    return (facts.value if dimension in PART else facts[dimension]) == key
