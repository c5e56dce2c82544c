"""The questions that a caller waits for, asked in the shortest way that the engine has."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol

from ccd.store.database import Database
from ccd.store.postgres_reader import PostgresReader
from ccd.store.sqlite_reader import SqliteReader


class Asks(Protocol):
    """What one engine does for a Reader."""

    async def rows(self, sql: str, parameters: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
        """See Reader."""
        ...


class Reader:
    """Asks in plain SQL; ``async with Reader.open(database)``."""

    def __init__(self, engine: str, asks: Asks) -> None:
        self.engine = engine
        """``sqlite`` or ``postgresql``, for SQL that they do not share."""
        self.asks = asks

    @classmethod
    @asynccontextmanager
    async def open(cls, database: Database) -> "AsyncIterator[Reader]":
        """Take what is needed, give it back at the end; raises StoreError."""
        async with _asking(database) as asks:
            yield cls(database.engine, asks)

    async def rows(self, sql: str, parameters: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
        """The answer to a question with ``:names``; raises StoreError.

        For a locked SQLite within a tenth of a second.  Cancelling it is harmless.
        """
        return await self.asks.rows(sql, parameters)


def _asking(database: Database) -> AbstractAsyncContextManager[Asks]:
    return (PostgresReader if database.engine == "postgresql" else SqliteReader).open(database)
