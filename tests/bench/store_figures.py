"""How fast the store is on this machine: ``python -m tests.bench.store_figures [patients]``.

Prints lookups (one number -> everything) under uvloop, call writes, and a whole import.  Nothing is
asserted: figures belong to a machine.
"""

import asyncio
import resource
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from ccd.calls.ids import LinkedId
from ccd.calls.record import CallRecord, State
from ccd.store.calls import CallStore
from ccd.store.database import Database
from ccd.store.migrate import migrate
from ccd.store.patients import BuiltinDirectory
from tests.bench.clinic import clinic, phone
from tests.unit.import_rows import import_rows

NOW = datetime.now(UTC)


def percentiles(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    p50, p99 = (ordered[int(len(ordered) * share)] * 1e6 for share in (0.5, 0.99))
    return f"p50 {p50:.0f} us, p99 {p99:.0f} us, max {ordered[-1] * 1e6:.0f} us"


async def lookups(directory: BuiltinDirectory, count: int) -> None:
    took = []
    for n in range(20_000):
        began = time.perf_counter()
        found = await directory.patients(phone(n * 7919 % count))
        took.append(time.perf_counter() - began)
        assert found
    print(f"lookup among {count}: {percentiles(took)}")


async def writes(database: Database) -> None:
    store = CallStore(database)
    async with asyncio.TaskGroup() as group:
        writer = group.create_task(store.run())
        record = CallRecord(
            call_id=LinkedId("0"),
            state=State.ARRIVED,
            arrived_at=NOW,
            caller_number="+79161234567",
            caller_name="",
            called_number="100",
        )
        took = []
        for n in range(300):
            began = time.perf_counter()
            store.save(replace(record, call_id=LinkedId(f"one.{n}")))
            await store.flush()
            took.append(time.perf_counter() - began)
        print(f"one call, durable: {percentiles(took)}")
        began = time.perf_counter()
        for n in range(20_000):
            store.save(replace(record, call_id=LinkedId(f"many.{n}")))
            if n % 50 == 0:
                await asyncio.sleep(0)
        await store.flush()
        print(f"20000 calls, durable: {20_000 / (time.perf_counter() - began):.0f} a second")
        writer.cancel()


async def main(count: int) -> None:
    path = Path(tempfile.mkdtemp()) / "bench.db"
    await migrate(path)
    database = await Database.open(path)
    async with BuiltinDirectory.open(database) as directory:
        rows = clinic(count)
        for what in ("first import", "same again"):
            began = time.perf_counter()
            result = await import_rows(directory, rows)
            print(f"{what} of {count}: {time.perf_counter() - began:.1f} s, {result}")
        print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
        await lookups(directory, count)
    await writes(database)
    await database.close()


uvloop.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
