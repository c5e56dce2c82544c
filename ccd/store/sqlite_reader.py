"""SQLite's Reader: a connection of one's own, and one hop to its thread for each question."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Self

import aiosqlite

from ccd.store import sqlite
from ccd.store.database import Database
from ccd.store.errors import StoreError


class SqliteReader:
    """See Reader.  One hop to a thread for each question.

    When one fails, or another file stands in the database's place, a new connection is opened beside
    the questions, which go on as they were until it is there.
    """

    driver: aiosqlite.Connection

    def __init__(self, database: Database) -> None:
        self._database = database
        self._path = Path(str(database.place))
        self._held = AsyncExitStack()
        self._file: object = None
        self.opening: asyncio.Task[None] | None = None

    @classmethod
    @asynccontextmanager
    async def open(cls, database: Database) -> AsyncIterator[Self]:
        """Take the connection, give it back at the end; raises StoreError."""
        reader = cls(database)
        await reader._open()
        try:
            yield reader
        finally:
            await reader._close()

    async def rows(self, sql: str, parameters: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
        """The answer to a question; raises StoreError, for a locked database within a tenth of a second.

        Cancelling it is harmless: the query ends in its own thread.
        """
        try:
            found = await self.driver.execute_fetchall(sql, parameters)
        except (sqlite3.Error, ValueError) as error:
            self._open_again()
            raise StoreError(str(error)) from error
        if self._file != sqlite.identity(self._path):
            self._open_again()
        return found

    async def _open(self) -> None:
        """Take a new connection; the one before is closed after what still runs on it."""
        file, before, held = sqlite.identity(self._path), self._held, AsyncExitStack()
        self.driver = await held.enter_async_context(self._database.driver())
        self._file, self._held = file, held
        await before.aclose()

    async def _close(self) -> None:
        if self.opening:
            await asyncio.gather(self.opening, return_exceptions=True)
        await self._held.aclose()

    def _open_again(self) -> None:
        if self.opening is None or self.opening.done():
            self.opening = asyncio.create_task(self._try_to_open())

    async def _try_to_open(self) -> None:
        with suppress(StoreError):  # the next question tries again
            await self._open()
