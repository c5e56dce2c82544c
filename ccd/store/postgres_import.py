"""Imports into PostgreSQL: the same statements, with types for the temporary tables."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import CursorResult, Date, exc
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from sqlalchemy.types import Boolean, Integer

from ccd.settings.database import Server
from ccd.store import postgres
from ccd.store.errors import StoreError, said, translated
from ccd.store.tables import metadata
from ccd.store.threads import OnLoop

_T = TypeVar("_T")
_OTHERS = {"kindless": "boolean", "says": "bigint"}
"""Columns that are only staged."""
_TEXT = 'text COLLATE "C"'
_GIVEN = {"date": "CAST(CAST(? AS text) AS date)", "boolean": "CAST(CAST(? AS integer) AS boolean)"}
"""How a staged row has what the driver would want otherwise."""


class PostgresImport:
    """See ``ImportConnection``."""

    def __init__(self, server: Server) -> None:
        self._aside = OnLoop()
        self._inserts: dict[str, str] = {}
        self._engine = create_async_engine(
            postgres.url(server),
            poolclass=NullPool,
            hide_parameters=True,
            connect_args=postgres.arguments(writes=True, patient=True),
        ).sync_engine
        try:
            self._connection = self.do(self._engine.connect)
        except BaseException:
            self._aside.close()
            raise

    def do(self, work: Callable[[], _T]) -> _T:
        """See ``ImportConnection``."""
        try:
            with translated():
                return self._aside.run(work)
        except exc.SQLAlchemyError as error:
            raise StoreError(said(error)) from error

    def staged(self, table: str, columns: Sequence[str]) -> None:
        """See ``ImportConnection``."""
        types = [_type(table, column) for column in columns]
        typed = ", ".join(f"{column} {type_}" for column, type_ in zip(columns, types, strict=True))
        self.run(f"CREATE TEMP TABLE staged_{table} (entry bigint, {typed})")
        values = "".join(f", {_GIVEN.get(type_, '?')}" for type_ in types)
        self._inserts[table] = f"INSERT INTO staged_{table} VALUES (?{values})"  # noqa: S608

    def people(self, name: str) -> None:
        """See ``ImportConnection``."""
        self.run(f"CREATE TEMP TABLE {name} (patient_id {_TEXT} PRIMARY KEY)")

    def stage(self, table: str, rows: Iterable[Sequence[Any]]) -> None:
        """See ``ImportConnection``."""
        if given := [tuple(row) for row in rows]:
            self._connection.exec_driver_sql(_numbered(self._inserts[table]), given)

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> CursorResult[Any]:
        """See ``ImportConnection``."""
        return self._connection.exec_driver_sql(_numbered(sql), tuple(parameters))

    def joined(self, column: str) -> str:
        """See ``ImportConnection``."""
        return f"string_agg({column}, ', ')"

    def begin_reading(self) -> None:
        """See ``ImportConnection``.  Enough memory that each set of a million people is one hashed table."""
        self.commit()
        self.run("SET work_mem = '256MB'")
        self.commit()
        self.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")

    def begin_writing(self) -> None:
        """See ``ImportConnection``."""
        if not self._connection.scalar(postgres.LOCK_WRITING):
            self._connection.rollback()
            raise StoreError("another write still runs")

    def commit(self) -> None:
        """See ``ImportConnection``."""
        self._connection.commit()

    def stop(self) -> None:
        """See ``ImportConnection``."""
        self._aside.stop()

    def close(self) -> None:
        """See ``ImportConnection``."""
        self.do(self._connection.invalidate)
        self.do(self._connection.close)
        self._aside.close()


def _type(table: str, column: str) -> str:
    if column in _OTHERS:
        return _OTHERS[column]
    kept = metadata.tables[table].c[column].type
    types = {Date: "date", Boolean: "boolean", Integer: "integer"}
    return next((name for kind, name in types.items() if isinstance(kept, kind)), _TEXT)


def _numbered(sql: str) -> str:
    """With ``$1``, ``$2`` instead of question marks."""
    first, *others = sql.split("?")
    return first + "".join(f"${number}{rest}" for number, rest in enumerate(others, 1))
