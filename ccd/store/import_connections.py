"""What an import works on: one connection with temporary tables, on either engine."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, TypeVar

from ccd.settings.database import Place, Server
from ccd.store.postgres_import import PostgresImport
from ccd.store.sqlite_import import SqliteImport

_T = TypeVar("_T")
Answer = Iterable[Sequence[Any]]


class ImportConnection(Protocol):
    """For one thread at a time, and inside ``do``; ``stop`` from any.

    Every method may raise StoreError, or what the engine raises (see ``errors.translated``).
    """

    def do(self, work: Callable[[], _T]) -> _T:
        """Run what uses this connection."""
        ...

    def staged(self, table: str, columns: Sequence[str]) -> None:
        """Create the temporary table ``staged_X`` for rows of this table."""
        ...

    def people(self, name: str) -> None:
        """Create a temporary table of patients' ids, each once."""
        ...

    def stage(self, table: str, rows: Iterable[Sequence[Any]]) -> None:
        """Fill ``staged_X``."""
        ...

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> Answer:
        """One statement, with ``?`` for each parameter."""
        ...

    def joined(self, column: str) -> str:
        """The SQL that makes one text of a group's, with commas between."""
        ...

    def begin_reading(self) -> None:
        """From here to ``commit`` the directory is seen in one state."""
        ...

    def begin_writing(self) -> None:
        """Take the right to write; StoreError at once while it is another's."""
        ...

    def commit(self) -> None:
        """End what was begun, durably."""
        ...

    def stop(self) -> None:
        """Whatever runs ends with an error."""
        ...

    def close(self) -> None:
        """Nothing that was not committed stays; not inside ``do``."""
        ...


def import_connection(place: Place) -> ImportConnection:
    """Connect, in a thread; raises StoreError."""
    return PostgresImport(place) if isinstance(place, Server) else SqliteImport(place)
