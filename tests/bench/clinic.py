"""A clinic of many patients, each with a phone, a policy and three visits, in a database of its own."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from ccd.directory.model import Answer, Coverage, Patient, Policy, Visit
from ccd.store.database import Database
from ccd.store.migrate import migrate
from ccd.store.patients import BuiltinDirectory
from tests.unit.directory_rows import DirectoryRows
from tests.unit.import_rows import import_rows

PATIENTS = 100_000
NOW = datetime.now(UTC)
COVERAGE = tuple(Coverage(service=f"Услуга {n}", answer=Answer.COVERED) for n in range(4))


def clinic(count: int) -> DirectoryRows:
    """What an import of the whole clinic says."""
    ids = [f"P{n}" for n in range(count)]
    people = tuple(Patient(patient_id=one, full_name=f"Иванова Мария {one}", language="ru") for one in ids)
    policy = Policy(
        insurer="РЕСО", programme="ДМС", number="1", valid_until=date(2030, 1, 1), coverage=COVERAGE
    )
    visits = tuple(
        Visit(
            starts_at=NOW + timedelta(days=day), doctor="Петров", specialty="УЗИ", place="12", status="booked"
        )
        for day in (-300, -30, 1)
    )
    return DirectoryRows(
        patients=people,
        columns=frozenset({"full_name", "language", "phones"}),
        phones={one: (phone(n),) for n, one in enumerate(ids)},
        policies=dict.fromkeys(ids, (policy,)),
        visits=dict.fromkeys(ids, visits),
    )


def phone(n: int) -> str:
    """The number of patient ``n``; from ``PATIENTS`` on, a valid number that is nobody's."""
    return f"+7916{n:07d}"


def caller(n: int) -> str:
    """Who calls as the ``n``-th: a patient, another each time; every tenth is unknown."""
    return phone(PATIENTS + n) if n % 10 == 9 else phone(n * 7919 % PATIENTS)


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[Database]:
    """The database in this file, made when missing."""
    await migrate(path)
    database = await Database.open(path)
    try:
        yield database
    finally:
        await database.close()


async def prepare(home: Path, copy: Path, patients: int = PATIENTS) -> None:
    """A copy of the clinic's database, which is imported once for every bench in ``home``."""
    made = home / f"clinic-{patients}.db"
    if not made.exists():
        print(f"  importing {patients:,} patients", flush=True)
        async with opened(made) as database, BuiltinDirectory.open(database) as directory:
            await import_rows(directory, clinic(patients))
    shutil.copy(made, copy)
