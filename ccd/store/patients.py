"""The built-in directory: patients imported from files, found by number."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

from sqlalchemy import select

from ccd.directory.model import DirectoryError, DirectoryRows, Patient
from ccd.store import lookup, lookup_rows
from ccd.store.clock import Clock, utc_now
from ccd.store.database import Database
from ccd.store.errors import StoreError
from ccd.store.importing import ImportResult, Progress, compare, ignore, write
from ccd.store.reader import Reader
from ccd.store.tables import patients


class BuiltinDirectory:
    """A Source on a reading connection of its own; ``async with BuiltinDirectory.open(database)``."""

    name = "built-in"

    def __init__(self, database: Database, reader: Reader, now: Clock) -> None:
        self._database = database
        self._reader = reader
        self._now = now

    @classmethod
    @asynccontextmanager
    async def open(cls, database: Database, *, now: Clock = utc_now) -> AsyncIterator[Self]:
        """Take the connection, give it back at the end; raises StoreError."""
        async with Reader.open(database) as reader:
            yield cls(database, reader, now)

    async def patients(self, e164: str) -> tuple[Patient, ...]:
        """The patients reached by this number, most recently seen first; upcoming visits first.

        At most 20 coming and 20 past visits a number.  Raises DirectoryError, for a locked database
        within a tenth of a second.  Cancelling it is harmless: the query ends in its own thread.
        """
        try:
            rows = await self._reader.rows(lookup.SQL, lookup.parameters(e164, self._now()))
            return lookup_rows.patients(rows, self.name)
        except (StoreError, ValueError) as error:
            raise DirectoryError(f"the built-in directory: {error}") from error

    async def patient_ids(self) -> frozenset[str]:
        """Everyone in the directory; raises StoreError."""
        async with self._database.reading() as connection:
            return frozenset(await connection.scalars(select(patients.c.patient_id)))

    async def upsert(self, rows: DirectoryRows, progress: Progress = ignore) -> ImportResult:
        """Write an import, all or nothing; raises StoreError.

        First, beside everyone else, it finds who differs; then only those are written, in one
        transaction.  Readers see the old directory until it is over, and never wait.
        """
        async with self._database.reading() as connection:
            plan = await compare(connection, rows, progress)
        async with self._database.writing() as connection:
            await write(connection, plan, self._now(), progress)
        return plan.result
