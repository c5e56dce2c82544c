"""Imports into SQLite: on the driver itself, because a million rows are many."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from ccd.store import sqlite
from ccd.store.errors import StoreError

_T = TypeVar("_T")
_TEMPORARY = ("PRAGMA temp.journal_mode=OFF", "PRAGMA temp.cache_size=-32768")
"""Of the temporary tables, which nobody needs after a mistake; 32 MB of them are kept in memory."""


class SqliteImport:
    """See ``ImportConnection``."""

    def __init__(self, path: Path) -> None:
        try:
            self._connection = sqlite.alone(path, *_TEMPORARY)
        except sqlite3.Error as error:
            raise StoreError(str(error)) from error
        self._inserts: dict[str, str] = {}

    def do(self, work: Callable[[], _T]) -> _T:
        """See ``ImportConnection``."""
        try:
            return work()
        except sqlite3.Error as error:
            raise StoreError(str(error)) from error

    def staged(self, table: str, columns: Sequence[str]) -> None:
        """See ``ImportConnection``."""
        self.run(f"CREATE TEMP TABLE staged_{table} (entry INTEGER, {', '.join(columns)})")
        self._inserts[table] = f"INSERT INTO staged_{table} VALUES (?{', ?' * len(columns)})"  # noqa: S608

    def people(self, name: str) -> None:
        """See ``ImportConnection``."""
        self.run(f"CREATE TEMP TABLE {name} (patient_id TEXT PRIMARY KEY) WITHOUT ROWID")

    def stage(self, table: str, rows: Iterable[Sequence[Any]]) -> None:
        """See ``ImportConnection``."""
        self.many(self._inserts[table], rows)

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> sqlite3.Cursor:
        """See ``ImportConnection``."""
        return self._connection.execute(sql, parameters)

    def many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """See ``ImportConnection``."""
        self._connection.executemany(sql, rows)

    def joined(self, column: str) -> str:
        """See ``ImportConnection``."""
        return f"group_concat({column}, ', ')"

    def begin_reading(self) -> None:
        """See ``ImportConnection``."""
        self.run("BEGIN")

    def begin_writing(self) -> None:
        """See ``ImportConnection``."""
        try:
            self.run("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise StoreError(str(error)) from error

    def commit(self) -> None:
        """See ``ImportConnection``."""
        self.run("COMMIT")

    def stop(self) -> None:
        """See ``ImportConnection``."""
        self._connection.interrupt()

    def close(self) -> None:
        """See ``ImportConnection``."""
        self._connection.close()
