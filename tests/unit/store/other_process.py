"""What another process does to the database of a test, on either engine."""

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import asyncpg

from ccd.settings.database import Place, Server
from ccd.store import postgres
from ccd.store.tables import metadata
from tests.testbed.postgres import PASSWORD

_T = TypeVar("_T")
_LOCK = "SELECT pg_advisory_xact_lock(6513508, 1)"


class Elsewhere:
    """A connection to a server's database, on a loop in a thread."""

    def __init__(self, server: Server) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._runner = asyncio.Runner()
        url = postgres.url(server)
        self._connection = self._do(
            asyncpg.connect(
                host=url.host, port=url.port, user=url.username, database=url.database, password=PASSWORD
            )
        )

    def _do(self, work: Coroutine[Any, Any, _T]) -> _T:
        return self._thread.submit(self._runner.run, work).result()

    def run(self, script: str) -> None:
        """Statements, all or nothing."""
        self._do(self._connection.execute(script))

    def select(self, sql: str) -> list[tuple[object, ...]]:
        return [tuple(row) for row in self._do(self._connection.fetch(sql))]

    def close(self) -> None:
        self._do(self._connection.close())
        self._thread.submit(self._runner.close).result()
        self._thread.shutdown()


def emptied(elsewhere: Elsewhere) -> None:
    """As it was migrated; quicker than a new database."""
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    numbered = "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"
    elsewhere.run(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others};"
        "SET session_replication_role = replica;"
        + "".join(f"DELETE FROM {table};" for table in metadata.tables)
        + f"{numbered}; SET session_replication_role = origin"
    )


def apart(work: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
    """Run it on a loop of its own, in a thread: for fixtures."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(work())).result()


@contextmanager
def locked(place: Place) -> Iterator[None]:
    """Another process's write lock."""
    if isinstance(place, Path):
        with closing(sqlite3.connect(place, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")
    else:
        with closing(Elsewhere(place)) as elsewhere:
            elsewhere.run("BEGIN")
            elsewhere.run(_LOCK)
            yield
            elsewhere.run("ROLLBACK")


def select(place: Place, sql: str) -> list[tuple[object, ...]]:
    """Read as another process does."""
    if isinstance(place, Path):
        with closing(sqlite3.connect(place)) as other:
            return other.execute(sql).fetchall()
    with closing(Elsewhere(place)) as elsewhere:
        return elsewhere.select(sql)


def execute(place: Place, sql: str) -> None:
    """Change something as another process does."""
    if isinstance(place, Path):
        with closing(sqlite3.connect(place)) as other, other:
            other.execute(sql)
        return
    with closing(Elsewhere(place)) as elsewhere:
        elsewhere.run(sql)
