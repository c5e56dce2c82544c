"""What only SQLite understands: its URL, its pragmas, how a transaction begins."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, event, exc

BUSY_SECONDS = 0.1
"""How long SQLite itself waits for a lock; whoever can wait longer asks again."""

_AGAIN = 0.02

_OPEN = "PRAGMA schema_version"
"""Has SQLite open the log now, not with the first question: which one it has is known then."""
_READER = ("PRAGMA foreign_keys=ON", "PRAGMA query_only=ON", _OPEN)
_WRITER = ("PRAGMA foreign_keys=ON", "PRAGMA synchronous=FULL", "PRAGMA wal_autocheckpoint=4000", _OPEN)
"""What is durable in the log goes into the file itself after 4,000 pages (16 MB), not 1,000: the pages that
change with every call go there once and not four times, which was a fifth of the work of writing one."""


def url(path: Path, *, driver: str = "sqlite+aiosqlite") -> URL:
    """The address of a database file.  It must be there: a file made by opening would have no tables."""
    query = {"uri": "true", "mode": "rw"}
    return URL.create(driver, database=path.absolute().as_uri(), query=query)


def read_only(path: Path) -> str:
    """The address of a file, which must be there, as SQL may hold it: no quote is left in it."""
    return f"{path.absolute().as_uri()}?mode=ro"


def alone(path: Path, *pragmas: str) -> sqlite3.Connection:
    """A careful writing connection without SQLAlchemy; whoever has it begins and ends transactions.

    For one thread at a time.
    """
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=BUSY_SECONDS, check_same_thread=False
    )
    try:
        _set_up(connection, (*_WRITER, "PRAGMA cache_size=-65536", *pragmas))
    except BaseException:
        connection.close()
        raise
    return connection


def prepare(engine: Engine, *, writes: bool) -> None:
    """Make every connection of this engine a careful one; a writer takes its lock as it begins.

    Without the lock at BEGIN, two writers that had both read first could only fail.  The driver's
    own transactions are switched off: it would begin too late and not for every statement.
    """

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        try:
            _set_up(connection, _WRITER if writes else _READER)
        except BaseException:
            connection.close()
            raise

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        driver = connection.connection
        try:
            driver.cursor().execute("BEGIN IMMEDIATE" if writes else "BEGIN")
        except sqlite3.Error:
            driver.rollback()  # whatever was left open: the next try finds it over
            raise


def follow(engine: Engine, path: Path, whole: Callable[[], bool]) -> None:
    """Open the file again when another one stands in its place.

    SQLite itself would go on writing into the file that was moved away or deleted.  Of a connection whose
    file went while it was being opened, nobody knows which it has: it is never used.  Nor is one that opened
    another log than those before it, because theirs was not in its place (``whole`` is false then).
    """

    @event.listens_for(engine, "do_connect")
    def connecting(*_: Any) -> None:
        whole()  # what is not in its place is put there before it is opened

    @event.listens_for(engine, "connect")
    def connected(_connection: Any, record: Any) -> None:
        record.info["file"] = identity(path) if whole() else None

    @event.listens_for(engine, "checkout")
    def taken(_connection: Any, record: Any, _proxy: Any) -> None:
        if record.info["file"] is None or record.info["file"] != identity(path):
            raise exc.DisconnectionError(f"{path} is another file now")


def into_wal(connection: Connection, patience: float) -> None:
    """Readers and the writer of this file never wait for each other from now on; lasts for ever.

    Another process that does the same at the same moment makes SQLite refuse at once, whatever its
    time-out: each has a reader's lock, and waits for the other's.  ``patience`` in seconds.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        except exc.OperationalError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(_AGAIN)
        else:
            return


def identity(path: Path) -> tuple[int, int] | None:
    """Which file stands there now, if any."""
    try:
        file = os.stat(path)  # noqa: PTH116 - before every transaction and lookup: quick
    except OSError:
        return None
    return file.st_dev, file.st_ino


def _set_up(connection: Any, pragmas: Iterable[str]) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in pragmas:
        cursor.execute(pragma)
    cursor.close()
