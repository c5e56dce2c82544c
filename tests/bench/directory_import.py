"""One import in a process of its own: ``python -m tests.bench.directory_import ccd|again|alone HOME``."""

import asyncio
import csv
import json
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

from ccd.store.database import Database
from ccd.store.files import import_files
from ccd.store.migrate import migrate
from ccd.store.patients import BuiltinDirectory

_TABLES = {
    "patients": (
        "patients (patient_id, full_name, birth_date, language, tags, doctor, import_id, policies_import_id,"
        " visits_import_id) VALUES (?, ?, ?, ?, '[]', '', 1, 1, 1)"
    ),
    "phones": "phones (patient_id, e164) VALUES (?, ?)",
    "policies": (
        "policies (patient_id, policy_ordinal, insurer, number, programme, valid_from, valid_until, kind)"
        " VALUES (?, 0, ?, ?, ?, ?, ?, ?)"
    ),
    "coverage": (
        "coverage (patient_id, policy_ordinal, ordinal, service, answer) VALUES (?, 0, ?, ?, 'covered')"
    ),
    "visits": (
        "visits (patient_id, starts_at, ordinal, doctor, specialty, place, status)"
        " VALUES (?, ?, 0, ?, ?, ?, ?)"
    ),
}


def rows(home: Path, name: str) -> Iterator[list[str]]:
    with (home / f"{name}.csv").open(newline="", encoding="utf-8") as stream:
        reader = csv.reader(stream)
        next(reader)
        yield from reader


def alone(path: Path, home: Path) -> None:
    """As a script would do it that believes its files."""
    found = {
        "patients": ([*row[:3], row[4]] for row in rows(home, "patients")),
        "phones": ((row[0], row[3]) for row in rows(home, "patients")),
        "policies": ([*row[:6], row[7]] for row in rows(home, "policies")),
        "coverage": (
            (row[0], n, service.strip())
            for row in rows(home, "policies")
            for n, service in enumerate(row[6].split(";"))
        ),
        "visits": (
            [row[0], f"{row[1].replace(' ', 'T')}:00.000000+00:00", *row[2:]] for row in rows(home, "visits")
        ),
    }
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("PRAGMA synchronous=FULL")
        database.execute("PRAGMA foreign_keys=ON")
        database.execute("PRAGMA cache_size=-65536")
        database.execute("INSERT INTO imports VALUES (1, '2026-11-21T10:00:00.000000+00:00', 0, 0, 0)")
        for table, into in _TABLES.items():
            database.executemany(f"INSERT INTO {into}", found[table])


async def ccd(path: Path, home: Path) -> None:
    """As ``ccd directory import`` does it."""
    database = await Database.open(path)
    async with BuiltinDirectory.open(database) as directory:
        files = [home / f"{name}.csv" for name in ("patients", "policies", "visits")]
        await import_files(directory, files, region="RU", tz=ZoneInfo("Europe/Moscow"))
    await database.close()


def main(how: str, home: Path) -> None:
    path = home / f"{'alone' if how == 'alone' else 'ccd'}.db"
    if how != "again":
        for file in home.glob(f"{path.name}*"):
            file.unlink()
        asyncio.run(migrate(path))
    began = time.perf_counter()
    if how == "alone":
        alone(path, home)
    else:
        asyncio.run(ccd(path, home))
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "peak": peak()}))


def peak() -> float:
    """The most memory of this process, in MB; ``ru_maxrss`` begins with that of its parent."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
