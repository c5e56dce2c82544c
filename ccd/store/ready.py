"""Statements for what is written all the time: compiled once, their rows handed to the driver as they are.

SQLAlchemy's own way makes the names, types and order of the values anew for every row, which takes longer
than SQLite's writing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Delete, Enum, Insert
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

from ccd.store.columns import AnyText, storable

Row = Mapping[str, Any]
Bind = Callable[[Any], Any]


class Ready:
    """``statement`` with rows that have a value for each of these ``names``, two at least."""

    def __init__(self, statement: Insert | Delete, names: Sequence[str]) -> None:
        self._statement = statement
        self._names = list(names)
        self._compiled = cache(self._compile)

    def execute(self, connection: Connection, rows: Iterable[Row]) -> None:
        """Write these rows in the transaction that is on; nothing when there are none.

        Raises as SQLAlchemy and the driver do, or ValueError.
        """
        text, values = self._compiled(connection.dialect)
        if made := [values.of(row) for row in rows]:
            many(connection, text, made)

    def _compile(self, dialect: Dialect) -> tuple[str, "_Values"]:
        compiled: Any = self._statement.compile(dialect=dialect, column_keys=self._names)
        types = [compiled.binds[name].type.dialect_impl(dialect) for name in compiled.positiontup]
        return str(compiled), _Values(compiled.positiontup, types, dialect)


def many(connection: Connection, text: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Execute it with each of these rows.

    SQLite writes a row in less time than SQLAlchemy takes to say so; a server is worth that care.
    """
    if connection.dialect.name == "sqlite":
        connection.connection.cursor().executemany(text, rows)
    else:
        connection.exec_driver_sql(text, rows)


class _Values:
    """What the driver is given for a row: in the statement's order, as each one's type makes it."""

    def __init__(self, names: Sequence[str], types: Sequence[TypeEngine[Any]], dialect: Dialect) -> None:
        texts = {place for place, one in enumerate(types) if isinstance(one, AnyText)}
        binds = [(place, _bind(one, dialect)) for place, one in enumerate(types)]
        self._in_order: Callable[[Row], tuple[Any, ...]] = itemgetter(*names)
        self._text = itemgetter(*(names[place] for place in sorted(texts)))
        self._all = [(place, bind) for place, bind in binds if bind]
        self._binds = [(place, bind) for place, bind in self._all if place not in texts]

    def of(self, row: Row) -> tuple[Any, ...]:
        """Hardly any row has a text that must be escaped: one look at all of them together."""
        values = self._in_order(row)
        plain = storable(self._text(row))
        if plain and not self._binds:
            return values
        made = list(values)
        for place, bind in self._binds if plain else self._all:
            made[place] = bind(made[place])
        return tuple(made)


def _bind(kind: TypeEngine[Any], dialect: Dialect) -> Bind | None:
    """What this type makes of a value, without what SQLAlchemy puts around it."""
    if isinstance(kind, Enum):
        return str.__str__
    return kind.bind_processor(dialect)
