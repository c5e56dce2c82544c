"""Imports into SQLite: on the driver itself, because a million rows are many."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from ccd.store import sqlite
from ccd.store.errors import StoreError

_T = TypeVar("_T")
_TOGETHER = 10
"""Rows in a statement."""
_TEMPORARY = ("PRAGMA temp.journal_mode=OFF", "PRAGMA temp.cache_size=-32768")
"""Of the temporary tables, which nobody needs after a mistake; 32 MB of them are kept in memory."""


class SqliteImport:
    """See ``ImportConnection``."""

    def __init__(self, path: Path) -> None:
        try:
            self._connection = sqlite.alone(path, *_TEMPORARY)
        except sqlite3.Error as error:
            raise StoreError(str(error)) from error
        self._widths: dict[str, int] = {}

    def do(self, work: Callable[[], _T]) -> _T:
        """See ``ImportConnection``."""
        try:
            return work()
        except sqlite3.Error as error:
            raise StoreError(str(error)) from error

    def staged(self, table: str, columns: Sequence[str]) -> None:
        """See ``ImportConnection``."""
        self.run(f"CREATE TEMP TABLE staged_{table} (entry INTEGER, {', '.join(columns)})")
        self._widths[table] = 1 + len(columns)

    def people(self, name: str) -> None:
        """See ``ImportConnection``."""
        self.run(f"CREATE TEMP TABLE {name} (patient_id TEXT PRIMARY KEY) WITHOUT ROWID")

    def stage(self, table: str, rows: Iterable[Sequence[Any]]) -> None:
        """See ``ImportConnection``.  Some rows in a statement take two thirds of the time."""
        width, values = self._widths[table], list(chain.from_iterable(rows))
        row = f"({', '.join('?' * width)})"
        for count in (_TOGETHER, 1):
            size = count * width
            whole = len(values) // size * size
            insert = f"INSERT INTO staged_{table} VALUES {', '.join([row] * count)}"  # noqa: S608
            together = (values[start : start + size] for start in range(0, whole, size))
            self._connection.executemany(insert, together)
            del values[:whole]

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> sqlite3.Cursor:
        """See ``ImportConnection``."""
        return self._connection.execute(sql, parameters)

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
