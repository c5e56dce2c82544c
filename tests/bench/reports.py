"""Reports of a month from the history of a chain: a tenth of a year (1M calls) against a whole one (10M).

The totals are made up and put in by each engine's own bulk load: every open hour of every day has a row for
each queue, agent, doctor, topic, number and so on, as the keeper of figures leaves them.  Every dimension is
asked for the same month; the slowest counts.  ``BENCH_REPORT_DAYS`` is the length of the history (365).
"""

import asyncio
import os
import random
import sqlite3
import statistics
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import asyncpg

from ccd.metrics.dimensions import Dimension
from ccd.metrics.report import Question
from ccd.metrics.rules import Rules
from ccd.settings.database import Place, Server
from ccd.store.database import Database
from ccd.store.migrate import migrate
from ccd.store.reports import Reports
from ccd.store.tables.reports import SUMMED, report_days, report_hours
from tests.bench.report import Claim, Result, Table
from tests.testbed import postgres

DAYS = int(os.environ.get("BENCH_REPORT_DAYS", "365"))
CALLS = 10_000_000 * DAYS // 365
OPEN = range(8, 22)
"""The hours of a day in which calls come."""
MONTH, TURNS = 30, 5
BEGIN = date(2026, 1, 1)
ZONE = ZoneInfo("UTC")
VALUES = {
    "all": 1, "queue": 20, "agent": 200, "doctor": 30, "topic": 8, "outcome": 12, "did": 40, "source": 12,
    "direction": 2, "disposition": 5,
}  # fmt: skip
_ROWS = dict[tuple[str, str], list[int]]


def run(home: Path) -> Result:
    sqlite = home / "reports.db"
    found = {"SQLite": asyncio.run(measured(sqlite, lambda days: into_sqlite(sqlite, days)))}
    with postgres.running() as server:
        os.environ["CCD_DATABASE_PASSWORD"] = postgres.PASSWORD
        place = Server(server.database().replace("://", "://postgres@"))
        found["PostgreSQL"] = asyncio.run(measured(place, lambda days: into_postgres(server, place, days)))
    return Result(
        name="reports",
        claims=[one for engine, times in found.items() for one in claims(engine, times)],
        tables=[
            Table(
                title=f"a month's report, ms (median of {TURNS}), of {CALLS // 10:,} and of {CALLS:,} calls",
                headings=("by", *(f"{engine} {size}" for engine in found for size in ("tenth", "year"))),
                rows=[
                    (by, *(f"{1000 * times[size][by]:.0f}" for times in found.values() for size in (0, 1)))
                    for by in map(str, Dimension)
                ],
            )
        ],
        limits=[
            "a month is some thousand rows of totals by day, or one an hour; what is besides costs little"
        ],
    )


def claims(engine: str, times: list[dict[str, float]]) -> Iterator[Claim]:
    tenth, year = (max(some.values()) for some in times)
    slowest = {"required": 1.0, "goal": 0.25, "at_most": True, "unit": "s"}
    yield Claim(what=f"{engine}: a month of a year, slowest dimension", value=year, **slowest)  # type: ignore[arg-type]
    yield Claim(
        what=f"{engine}: ten times the history, times the time",
        value=year / tenth,
        required=9,
        goal=1.5,
        at_most=True,
    )


async def measured(place: Place, load) -> list[dict[str, float]]:
    """Seconds by dimension, with a tenth of the history and with all of it."""
    await migrate(place)
    found = []
    for days in (range(DAYS // 10 + 1), range(DAYS // 10 + 1, DAYS)):
        await load(days)
        database = await Database.open(place)
        found.append(await month(Reports(database, Rules(), ZONE)))
        await database.close()
    return found


async def month(reports: Reports) -> dict[str, float]:
    return {str(by): statistics.median([await one(reports, by) for _ in range(TURNS)]) for by in Dimension}


async def one(reports: Reports, by: Dimension) -> float:
    question = Question(begin=BEGIN, end=BEGIN + timedelta(days=MONTH - 1), by=by)
    began = time.perf_counter()
    report = await reports.report(question)
    seconds = time.perf_counter() - began
    assert report.rows
    assert abs(report.whole.inbound - CALLS * MONTH / DAYS) < CALLS / 100, (
        "the month has its part of the calls"
    )
    return seconds


def an_hour() -> _ROWS:
    """Each value's totals: calls spread over the values, everything else in proportion."""
    chance, made = random.Random(1), {}
    for dimension, count in VALUES.items():
        for n in range(count):
            calls = CALLS // DAYS // len(OPEN) // count
            counts = [calls, *(chance.randrange(calls + 1) for _ in SUMMED[1:])]
            made[dimension, f"{dimension} {n}" if dimension != "all" else ""] = counts
    return made


def hours(days: range) -> Iterator[tuple[object, ...]]:
    """Rows of ``report_hours``."""
    rows = sorted(an_hour().items())
    for day in days:
        midnight = datetime.combine(BEGIN + timedelta(days=day), datetime.min.time(), UTC)
        for (dimension, value), counts in rows:
            for hour in OPEN:
                yield dimension, int(midnight.timestamp()) + 3600 * hour, value, _ordinal(day), *counts


def whole_days(days: range) -> Iterator[tuple[object, ...]]:
    """Rows of ``report_days``."""
    rows = [(key, [len(OPEN) * one for one in counts]) for key, counts in sorted(an_hour().items())]
    for day in days:
        for (dimension, value), counts in rows:
            yield dimension, _ordinal(day), value, *counts


def _ordinal(day: int) -> int:
    return BEGIN.toordinal() + day


async def into_sqlite(file: Path, days: range) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("PRAGMA cache_size=-65536")
        for table, rows in ((report_hours, hours(days)), (report_days, whole_days(days))):
            places = ", ".join("?" * len(table.columns))
            names = ", ".join(table.columns.keys())
            database.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({places})", rows)


async def into_postgres(server: postgres.Postgres, place: Server, days: range) -> None:
    name = place.url.rpartition("/")[2]
    connection = await asyncpg.connect(
        host=server.host, port=server.port, user="postgres", password=postgres.PASSWORD, database=name
    )
    for table, rows in ((report_hours, hours(days)), (report_days, whole_days(days))):
        await connection.copy_records_to_table(table.name, records=rows, columns=table.columns.keys())
    await connection.execute("ANALYZE report_hours")
    await connection.execute("ANALYZE report_days")
    await connection.close()
