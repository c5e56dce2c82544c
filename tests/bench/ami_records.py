"""How many records a second are durable, beside a plain script on SQLite with ``synchronous=FULL``.

Both write the same records of the same calls into the same table, with its indexes, in a file of their own
beside each other, in transactions of as many records: one, and a hundred.  The script has its rows ready and
writes nothing else; ccd makes them of its records, and adds for each call who talked (``call_phones``) and
the mark that its figures are to be made.  Times are of the clock: most of a small transaction is the disk.
"""

import asyncio
import sqlite3
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.dialects import sqlite

from ccd.calls.ids import LinkedId
from ccd.calls.record import CallRecord
from ccd.store.calls import CallStore
from ccd.store.database import Database
from ccd.store.migrate import migrate
from ccd.store.rows import to_row
from ccd.store.tables import calls
from tests.bench import ami_intake, quiet
from tests.bench.report import Claim, Table, spread
from tests.bench.stream import stream

ROUNDS = 5
BATCHES = {1: 60, 100: 2000}
"""Records in a transaction, and how many records in all."""
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
        names = [column.name for column in calls.columns]
        marks = ", ".join("?" * len(names))
        self._insert = f"INSERT INTO calls ({', '.join(names)}) VALUES ({marks})"

    def write(self, some: Batches) -> float:
        """Seconds until all are durable."""
        ready = [list(_tuples(records)) for records in some]
        began = time.perf_counter()
        for rows in ready:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(self._insert, rows)
            self._connection.execute("COMMIT")
        return time.perf_counter() - began

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def _tuples(records: Collection[CallRecord]) -> Iterator[tuple[Any, ...]]:
    """The very values that ccd writes."""
    dialect: Any = sqlite.dialect()
    binds = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in calls.columns]
    for record in records:
        row = to_row(record, datetime.now(UTC))
        values = (row[column.name] for column in calls.columns)
        yield tuple(bind(value) if bind else value for bind, value in zip(binds, values, strict=True))


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
            value=max(rates["ccd"]) / max(rates["plain"]),
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
