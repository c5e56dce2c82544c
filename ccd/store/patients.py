"""The built-in directory: patients imported from files, found by number."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Self

import aiosqlite
from sqlalchemy import select

from ccd.directory.model import DirectoryError, DirectoryRows, Patient
from ccd.store import lookup
from ccd.store.clock import Clock, utc_now
from ccd.store.database import Database
from ccd.store.errors import StoreError
from ccd.store.importing import ImportResult, Progress, compare, ignore, write
from ccd.store.tables import patients


class BuiltinDirectory:
    """A Source on a reading connection of its own; ``async with BuiltinDirectory.open(database)``.

    When that fails, or another file stands in the database's place, a new connection is opened beside
    the lookups, which go on as they were until it is there.
    """

    name = "built-in"
    _driver: aiosqlite.Connection

    def __init__(self, database: Database, now: Clock) -> None:
        self._database = database
        self._now = now
        self._held = AsyncExitStack()
        self._file: object = None
        self._opening: asyncio.Task[None] | None = None

    @classmethod
    @asynccontextmanager
    async def open(cls, database: Database, *, now: Clock = utc_now) -> AsyncIterator[Self]:
        """Take the connection, give it back at the end; raises StoreError."""
        directory = cls(database, now)
        await directory._open()
        try:
            yield directory
        finally:
            await directory._close()

    async def _open(self) -> None:
        """Take a new connection; the one before is closed after what still runs on it."""
        file, before, held = self._database.file, self._held, AsyncExitStack()
        self._driver = await held.enter_async_context(self._database.driver())
        self._file, self._held = file, held
        await before.aclose()

    async def _close(self) -> None:
        if self._opening:
            await asyncio.gather(self._opening, return_exceptions=True)
        await self._held.aclose()

    def _open_again(self) -> None:
        if self._opening is None or self._opening.done():
            self._opening = asyncio.create_task(self._try_to_open())

    async def _try_to_open(self) -> None:
        with suppress(StoreError):  # the next lookup tries again
            await self._open()

    async def patients(self, e164: str) -> tuple[Patient, ...]:
        """The patients reached by this number, most recently seen first; upcoming visits first.

        At most 20 coming and 20 past visits a number.  Raises DirectoryError, for a locked database
        within a tenth of a second.  Cancelling it is harmless: the query ends in its own thread.
        """
        try:
            rows = await self._driver.execute_fetchall(lookup.SQL, lookup.parameters(e164, self._now()))
            found = lookup.patients(rows)
        except (sqlite3.Error, ValueError) as error:
            self._open_again()
            raise DirectoryError(f"the built-in directory: {error}") from error
        if self._file != self._database.file:
            self._open_again()
        return found

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
