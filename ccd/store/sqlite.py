"""What only SQLite understands: its URL, its pragmas, how a transaction begins, its upsert."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Table, event
from sqlalchemy.dialects.sqlite import Insert, insert

BUSY_SECONDS = 0.1
"""How long SQLite itself waits for a lock; whoever can wait longer asks again."""

_READER = ("PRAGMA foreign_keys=ON", "PRAGMA query_only=ON")
_WRITER = ("PRAGMA foreign_keys=ON", "PRAGMA synchronous=FULL")


def url(path: Path, *, driver: str = "sqlite+aiosqlite") -> URL:
    """The address of a database file."""
    return URL.create(driver, database=str(path))


def prepare(engine: Engine, *, writes: bool) -> None:
    """Make every connection of this engine a careful one; a writer takes its lock as it begins.

    Without the lock at BEGIN, two writers that had both read first could only fail.  The driver's
    own transactions are switched off: it would begin too late and not for every statement.
    """

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in _WRITER if writes else _READER:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def upsert(table: Table, update: Iterable[str]) -> Insert:
    """Insert rows; where the key is there already, update these columns and no other."""
    statement = insert(table)
    keys = [column.name for column in table.primary_key]
    changes = {name: statement.excluded[name] for name in update}
    if not changes:
        return statement.on_conflict_do_nothing(index_elements=keys)
    return statement.on_conflict_do_update(index_elements=keys, set_=changes)
