"""How many records a second are durable, beside a plain script on SQLite with ``synchronous=FULL``.

Both write the same rows into the same tables with their indexes: a call's record, who talked with the caller,
the mark that figures are to be made of it.  Each has a file of its own, and transactions of as many records:
one, and a hundred.  The script has its rows ready for ``executemany``; ccd makes them of its records, in the
writer's thread.  Times are of the clock, because most of a small transaction is the disk; ratios are of all
records by all seconds: a round is as quick as the disk was just then.
"""

import asyncio
import sqlite3
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import harmonic_mean
from typing import Any

import sqlalchemy
from sqlalchemy.dialects import sqlite

from ccd.calls.ids import LinkedId
from ccd.calls.record import CallRecord
from ccd.store.calls import CallStore
from ccd.store.database import Database
from ccd.store.migrate import migrate
from ccd.store.rows import phones_of, to_row
from ccd.store.tables.calls import call_phones, calls
from ccd.store.tables.reports import report_changes
from tests.bench import ami_intake, quiet
from tests.bench.report import Claim, Table, spread
from tests.bench.stream import stream

ROUNDS = 9
BATCHES = {1: 500, 100: 2000}
"""Records in a transaction, and how many records in all."""
TABLES = (calls, call_phones, report_changes)
Batches = Sequence[Sequence[CallRecord]]


class Kept:
    """Keeps the newest state of each call."""

    def __init__(self) -> None:
        self.records: dict[LinkedId, CallRecord] = {}

    def save(self, record: CallRecord) -> None:
        """See ``CallSaver``."""
        self.records[record.call_id] = record


async def ended_calls(count: int, deliver: Any) -> list[CallRecord]:
    """The records of as many captured calls; ``deliver`` makes a tracker's handler for a saver."""
    given, kept = stream("queue-call", count), Kept()
    await ami_intake.ours(given.banner, list(given.chunks), deliver(kept))
    return list(kept.records.values())


def batches(records: Sequence[CallRecord], size: int, label: str) -> Batches:
    """So many at once, with ids that were never written before."""
    named = [replace(one, call_id=LinkedId(f"{label}-{one.call_id}")) for one in records]
    return [named[at : at + size] for at in range(0, len(named), size)]


class Plain:
    """The script: rows that are ready, ``executemany``, ``COMMIT``."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA synchronous=FULL")
        self._inserts = [_insert(table) for table in TABLES]

    def write(self, some: Batches) -> float:
        """Seconds until all are durable."""
        ready = [_rows(records) for records in some]
        began = time.perf_counter()
        for batch in ready:
            self._connection.execute("BEGIN IMMEDIATE")
            for insert, rows in zip(self._inserts, batch, strict=True):
                self._connection.executemany(insert, rows)
            self._connection.execute("COMMIT")
        return time.perf_counter() - began

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def _insert(table: sqlalchemy.Table) -> str:
    names = [column.name for column in table.columns]
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"


def _rows(records: Collection[CallRecord]) -> list[list[tuple[Any, ...]]]:
    """The very values that ccd writes, by table."""
    now = datetime.now(UTC)
    made = [to_row(record, now) for record in records]
    talked = [
        {"call_id": record.call_id, "phone": phone, "listed_at": record.arrived_at or now}
        for record in records
        for phone in phones_of(record)
    ]
    marks = [{"call_id": record.call_id, "mark": time.time_ns()} for record in records]
    return [_tuples(table, rows) for table, rows in zip(TABLES, (made, talked, marks), strict=True)]


def _tuples(table: sqlalchemy.Table, rows: Iterable[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    dialect: Any = sqlite.dialect()
    binds = [(one.name, one.type.dialect_impl(dialect).bind_processor(dialect)) for one in table.columns]
    return [tuple(bind(row[name]) if bind else row[name] for name, bind in binds) for row in rows]


async def saved(store: CallStore, some: Batches) -> float:
    """Seconds until ccd has all of them durable."""
    began = time.perf_counter()
    for records in some:
        for record in records:
            store.save(record)
        await store.flush()
    return time.perf_counter() - began


async def bench(home: Path, tracking: Any, rounds: int = ROUNDS) -> dict[int, dict[str, list[float]]]:
    """All of it in a folder of its own; ``tracking`` makes a tracker's handler for a saver."""
    folder = home / "records"
    folder.mkdir()
    return await measure(folder, await ended_calls(max(BATCHES.values()), tracking), rounds)


async def measure(
    home: Path, records: Sequence[CallRecord], rounds: int
) -> dict[int, dict[str, list[float]]]:
    """Records a second of both, in alternating rounds, for each size of a transaction."""
    for name in ("plain.db", "ccd.db"):
        await migrate(home / name)
    database = await Database.open(home / "ccd.db")
    store = CallStore(database)
    writer = asyncio.create_task(store.run())
    found: dict[int, dict[str, list[float]]] = {size: {"plain": [], "ccd": []} for size in BATCHES}
    with closing(Plain(home / "plain.db")) as plain:
        for turn in range(rounds):
            for size, count in BATCHES.items():
                some = batches(records[:count], size, f"{turn}-{size}")
                await asyncio.to_thread(quiet.wait)
                found[size]["plain"].append(count / plain.write(some))
                found[size]["ccd"].append(count / await saved(store, some))
    writer.cancel()
    await asyncio.gather(writer, return_exceptions=True)
    await database.close()
    return found


def claims(found: dict[int, dict[str, list[float]]]) -> list[Claim]:
    """ccd's records a second against the script's."""
    return [
        Claim(
            what=f"durable records/s against raw SQLite (FULL), {_many(size)}",
            value=harmonic_mean(rates["ccd"]) / harmonic_mean(rates["plain"]),
            required=0.5,
            goal=0.8,
        )
        for size, rates in found.items()
    ]


def table(found: dict[int, dict[str, list[float]]]) -> Table:
    """All that was measured."""
    rows = [(f"{who}, {_many(size)}", spread(rates[who])) for size, rates in found.items() for who in rates]
    return Table(title="records, durable", headings=("", "records/s (min - max)"), rows=rows)


def _many(size: int) -> str:
    return "each by itself" if size == 1 else f"{size} at once"
