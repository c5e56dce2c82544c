"""SQLite, by aiosqlite: a file, no server, so ccd itself cuts what takes too long."""

import time
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, event
from sqlalchemy.ext.asyncio import AsyncConnection

from ccd.opening import opened
from ccd.sources.sql_server import Limits

_STEPS = 10_000
"""Of SQLite's machine, between two looks at the clock."""


class Sqlite:
    """See ``Server``."""

    driver = "sqlite+aiosqlite"

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def arguments(self) -> dict[str, Any]:
        """How long to wait for another writer."""
        return {"timeout": self._limits.statement, "uri": True, "async_creator_fn": opened}

    def address(self, url: URL) -> URL:
        """A URI, so that a missing file stays missing."""
        mode = "rw" if self._limits.writing else "ro"
        return url.set(database=f"file:{quote(url.database or '')}?mode={mode}", query={"uri": "true"})

    def connected(self, connection: Any, record: Any) -> None:
        """Read-only; transactions begin where ccd begins them; a clock that ends long queries."""
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA query_only = {'OFF' if self._limits.writing else 'ON'}")
        cursor.close()
        clock = record.info["clock"] = _Clock()
        connection.run_async(lambda driver: driver.set_progress_handler(clock.over, _STEPS))

    def listen(self, engine: Engine) -> None:
        """Begin transactions by hand, and wind the clock up for each."""
        begin = "BEGIN IMMEDIATE" if self._limits.writing else "BEGIN"

        def begun(connection: Connection) -> None:
            connection.connection.info["clock"].ends = time.monotonic() + self._limits.statement
            connection.exec_driver_sql(begin)

        event.listen(engine, "begin", begun)

    async def lock(self, connection: AsyncConnection, key: str) -> None:
        """The transaction already has the file for itself."""

    async def unlock(self, connection: AsyncConnection, key: str) -> None:
        """It ended with the transaction."""


class _Clock:
    """Says when a connection's transaction has had its time."""

    ends = float("inf")

    def over(self) -> bool:
        """Asked by SQLite again and again; true ends the query."""
        return time.monotonic() > self.ends
