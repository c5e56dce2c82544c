"""Statements for what is written all the time: compiled once, their rows handed to the driver as they are.

SQLAlchemy's own way makes the names, types and order of the values anew for every row, which takes longer
than SQLite's writing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert
from sqlalchemy.engine import Dialect

Bind = Callable[[Any], Any] | None


class Ready:
    """``statement`` with rows that have a value for each of these ``names``."""

    def __init__(self, statement: Insert, names: Sequence[str]) -> None:
        self._statement = statement
        self._names = list(names)
        self._compiled = cache(self._compile)

    def execute(self, connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write these rows; nothing when there are none.  Raises as SQLAlchemy does, or ValueError."""
        text, binds = self._compiled(connection.dialect)
        values = [tuple([bind(row[name]) if bind else row[name] for name, bind in binds]) for row in rows]
        if values:
            connection.exec_driver_sql(text, values)

    def _compile(self, dialect: Dialect) -> tuple[str, list[tuple[str, Bind]]]:
        """The text, and in its order each value's name and what its type makes of it."""
        compiled: Any = self._statement.compile(dialect=dialect, column_keys=self._names)
        types = {name: compiled.binds[name].type.dialect_impl(dialect) for name in compiled.positiontup}
        return str(compiled), [(name, one.bind_processor(dialect)) for name, one in types.items()]
