"""The tables behind ``lookup.SQL``, copied from a file into a database of SQLite's that has none."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Table

from ccd.store import lookup, sqlite
from ccd.store.errors import StoreError
from ccd.store.tables import booking, patients, policies

LAST_IMPORT = "SELECT * FROM imports ORDER BY import_id DESC LIMIT 1"
"""It changes with every import, and not without one."""
_COPIED = (
    *(patients.patients, patients.phones, patients.relatives, patients.visits, patients.imports),
    *(policies.policies, policies.coverage, booking.booked_visits),
)
_KEYS = {"booked_visits": ("patient_id", "visit_id")}
"""By which the rows are found, where that is not their primary key."""
_MB = 2**20
_PAGE = 4096
_NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_NOMEM)
_STEPS, _MOST = 10_000, 5
"""Of SQLite's machine; five times so many take some milliseconds."""


class TooLargeError(Exception):
    """The tables need more memory than they may."""


class MemoryTables:
    """``fill`` them in one thread, once; then ask them in another."""

    def __init__(self) -> None:
        self._memory = sqlite3.connect(":memory:", uri=True, check_same_thread=False, isolation_level=None)
        self._worked = 0
        self._stopped = False

    def fill(self, path: Path, megabytes: int) -> list[Any]:
        """Copy the file as it is at one moment; gives what LAST_IMPORT says then.

        Raises StoreError, TooLargeError; then they are closed.
        """
        self._memory.set_progress_handler(lambda: self._stopped, _STEPS)
        try:
            for statement in _statements(path, megabytes):
                self._memory.execute(statement)
            self._memory.set_progress_handler(self._too_much, _STEPS)
            return self._memory.execute(LAST_IMPORT).fetchall()
        except (sqlite3.Error, MemoryError) as error:
            self.close()
            if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_NOMEM) in _NO_ROOM:
                raise TooLargeError from error
            raise StoreError(str(error)) from error

    def rows(self, parameters: Mapping[str, str]) -> Sequence[Sequence[Any]]:
        """The answer to ``lookup.SQL``; raises StoreError, also when it would take more than milliseconds."""
        self._worked = 0
        try:
            return self._memory.execute(lookup.SQL["sqlite"], parameters).fetchall()
        except sqlite3.Error as error:
            raise StoreError(str(error)) from error

    @property
    def megabytes(self) -> float:
        """That they take."""
        ((pages,),) = self._memory.execute("PRAGMA page_count")
        return float(pages) * _PAGE / _MB

    def stop(self) -> None:
        """End ``fill`` soon, from any thread."""
        self._stopped = True

    def close(self) -> None:
        """Give the memory back."""
        self._memory.close()

    def _too_much(self) -> bool:
        """SQLite counts on from one question to the next, so one may be asked at its very beginning."""
        self._worked += 1
        return self._worked > _MOST


def _statements(path: Path, megabytes: int) -> Iterator[str]:
    yield f"PRAGMA page_size={_PAGE}"
    yield f"PRAGMA max_page_count={megabytes * _MB // _PAGE}"
    yield "PRAGMA journal_mode=OFF"
    yield f"ATTACH '{sqlite.read_only(path)}' AS file"
    yield "BEGIN"
    for table in _COPIED:
        yield from _copied(table)
    yield "COMMIT"
    yield "DETACH file"


def _copied(table: Table) -> Iterator[str]:
    """Without types, so that every value stays as it is in the file; in the order of the key."""
    columns = ", ".join(table.columns.keys())
    key = ", ".join(_KEYS.get(table.name, tuple(table.primary_key.columns.keys())))
    yield f"CREATE TABLE main.{table.name} ({columns}, PRIMARY KEY ({key})) WITHOUT ROWID"
    yield f"INSERT INTO main.{table.name} SELECT {columns} FROM file.{table.name} ORDER BY {key}"  # noqa: S608
