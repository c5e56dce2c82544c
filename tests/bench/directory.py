"""The built-in directory: looking numbers up among 1,000 to 10,000,000 patients, importing a million rows.

Whoever is asked about has a policy, four services and three visits; the others are patients with a
number each, put there by plain SQL.  ccd answers from its copy in memory, and from the file as it does
while there is no copy.  SQLite alone answers the same statement from the file in the same turns, but in
the thread that asks, and nothing is made of its rows.  For the import it is what a short script
would do: ``csv`` and ``executemany`` into the same tables with the same indexes, in one transaction
that is as durable, with the same cache, without a check, in a process of its own as ours.
"""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvloop

from ccd.store import lookup
from ccd.store.database import Database
from ccd.store.memory_copy import MemoryCopy
from ccd.store.migrate import migrate
from ccd.store.patients import BuiltinDirectory
from ccd.store.reader import Reader
from tests.bench import quiet
from tests.bench.directory_files import write_files
from tests.bench.report import Claim, Result, Table, percentile

SIZES = tuple(map(int, os.environ.get("BENCH_PATIENTS", "1000,100000,1000000,10000000").split(",")))
ROWS = int(os.environ.get("BENCH_IMPORT_ROWS", "1000000"))
MEMORY = 8_192
_WHO = ("ccd", "from file", "SQLite alone")
ASKED, TURNS, LOOKUPS = 500, 20, 500
NOW = datetime.now(UTC)
_PEOPLE = """
WITH RECURSIVE n(i) AS (SELECT :since UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :until)
INSERT INTO patients (patient_id, full_name, language, tags, doctor)
SELECT printf('P%08d', i), 'Иванова Мария Петровна ' || i, 'ru', '[]', 'Белова И. Н.' FROM n
"""
_PHONES = """
INSERT INTO phones (e164, patient_id)
SELECT '+79' || substr(patient_id, 2) || '0', patient_id FROM patients
WHERE patient_id >= printf('P%08d', :since)
"""
_FACTS = (
    "INSERT OR IGNORE INTO policies VALUES (:id, 0, 'РЕСО', 'ДМС', '1', '2026-01-01', '2030-01-01', '', 1)",
    *(
        f"INSERT OR IGNORE INTO coverage VALUES (:id, 0, {n}, 'Услуга {n}', 'covered', NULL, NULL, '')"
        for n in range(4)
    ),
    *(
        f"INSERT OR IGNORE INTO visits VALUES (:id, '{day}T10:00:00.000000+00:00', 0, 'Петров', 'УЗИ', '12',"
        " 'booked', '', '')"
        for day in ("2026-01-10", "2026-10-10", "2030-01-10")
    ),
)


def phone(n: int) -> str:
    return f"+79{n:08d}0"


def grow(path: Path, since: int, until: int) -> None:
    """Add patients up to this count, and facts of those that will be asked about."""
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("PRAGMA synchronous=OFF")
        database.execute("PRAGMA cache_size=-200000")
        database.execute(_PEOPLE, {"since": since, "until": until})
        database.execute(_PHONES, {"since": since})
        for statement in _FACTS:
            database.executemany(statement, ({"id": f"P{n:08d}"} for n in asked(until)))


def asked(count: int) -> list[int]:
    """Patients from everywhere in the directory."""
    return [n * 7919 % count for n in range(min(ASKED, count))]


async def look_up(path: Path, count: int) -> dict[str, float]:
    """Microseconds: ours from memory and from the file, and SQLite's, in turns."""
    database = await Database.open(path)
    copy = MemoryCopy(path, MEMORY)
    times: dict[str, list[float]] = {"memory": [], "file": [], "alone": []}
    numbers = [phone(n) for n in asked(count)]
    async with Reader.open(database) as reader, BuiltinDirectory.open(database, now=lambda: NOW) as file:
        await copy.look(reader)
        memory = BuiltinDirectory(database, Refusing(), lambda: NOW, copy)
        with closing(sqlite3.connect(path)) as bare:
            for turn in range(TURNS):
                quiet.wait()
                some = [numbers[(turn + n) % len(numbers)] for n in range(LOOKUPS)]
                times["memory"] += await _asked(memory, some)
                times["file"] += await _asked(file, some)
                times["alone"] += _bare(bare, some)
    await database.close()
    return {
        f"{who} {name}": percentile(took, rank)
        for who, took in times.items()
        for name, rank in (("p50", 0.5), ("p99", 0.99))
    }


class Refusing(Reader):
    """Whoever needs the file is no copy."""

    def __init__(self) -> None:
        super().__init__("sqlite", self)

    async def rows(self, sql: str, parameters: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
        raise AssertionError("the copy did not answer")


async def _asked(directory: BuiltinDirectory, numbers: list[str]) -> list[float]:
    took = []
    for number in numbers:
        began = time.perf_counter_ns()
        (found,) = await directory.patients(number)
        took.append((time.perf_counter_ns() - began) / 1e3)
        assert len(found.visits) == 3
    return took


def _bare(database: sqlite3.Connection, numbers: list[str]) -> Iterator[float]:
    for number in numbers:
        began = time.perf_counter_ns()
        assert database.execute(lookup.SQL["sqlite"], lookup.parameters(number, NOW)).fetchall()
        yield (time.perf_counter_ns() - began) / 1e3


def import_in_process(how: str, home: Path) -> dict[str, float]:
    """Seconds, and the highest memory in MB."""
    os.sync()  # what was written before must not count
    quiet.wait()
    command = [sys.executable, "-m", "tests.bench.directory_import", how, str(home)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(json.loads(ended.stdout))


def run(home: Path) -> Result:
    """Measure both."""
    found = _lookups(home)
    print(f"  writing files of {ROWS:,} rows", flush=True)
    write_files(home, ROWS)
    turns = [(import_in_process("alone", home), import_in_process("ccd", home)) for _ in range(2)]
    alone, ours = (
        {name: (one[name] + two[name]) / 2 for name in one} for one, two in zip(*turns, strict=True)
    )
    again = import_in_process("again", home)
    least, most = found[SIZES[0]], found[SIZES[-1]]
    lookups = [(f"{size:,}", *(f"{one:,.0f}" for one in took.values())) for size, took in found.items()]
    imports = [
        (what, f"{one['seconds']:.1f}", f"{ROWS / one['seconds']:,.0f}", f"{one['peak']:.0f}")
        for what, one in (("ccd", ours), ("ccd, the same again", again), ("SQLite alone", alone))
    ]
    return Result(
        name="directory",
        claims=(
            Claim(
                what="import, rows/s against SQLite alone",
                value=alone["seconds"] / ours["seconds"],
                required=0.5,
                goal=0.8,
            ),
            *(
                Claim(
                    what=f"lookup {name}, memory against SQLite alone and its file, worst of {len(SIZES)}",
                    value=min(one[f"alone {name}"] / one[f"memory {name}"] for one in found.values()),
                    required=0.5,
                    goal=0.8,
                )
                for name in ("p50", "p99")
            ),
            Claim(
                what=f"lookup p50 among {SIZES[-1]:,} / among {SIZES[0]:,}",
                value=most["memory p50"] / least["memory p50"],
                required=2,
                goal=1.3,
                at_most=True,
            ),
            Claim(
                what="import, peak memory",
                value=ours["peak"],
                required=500,
                goal=250,
                at_most=True,
                unit="MB",
            ),
        ),
        tables=(
            Table(
                title="a number looked up, us",
                headings=("patients", *(f"{who} {name}" for who in _WHO for name in ("p50", "p99"))),
                rows=lookups,
            ),
            Table(
                title=f"an import of {ROWS:,} rows",
                headings=("", "seconds", "rows/s", "peak, MB"),
                rows=imports,
            ),
        ),
        limits=(
            f"the copy in memory may take {MEMORY:,} MB here, by default 512; else it is as from the file",
            "from the file a lookup is two thread switches beside the statement: a disk stops nothing else",
            "an import checks every cell and reads every number in Python; SQLite alone checks nothing",
        ),
    )


def _lookups(home: Path) -> dict[int, dict[str, float]]:
    path, there, found = home / "directory.db", 0, {}
    uvloop.run(migrate(path))
    for size in SIZES:
        print(f"  {size:,} patients", flush=True)
        grow(path, there, size)
        there, found[size] = size, uvloop.run(look_up(path, size))
    for file in home.glob("directory.db*"):
        file.unlink()
    return found
