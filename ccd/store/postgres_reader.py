"""PostgreSQL's Reader: one of the pool's connections for each question."""

import re
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Any, Self

from ccd.store.database import Database
from ccd.store.errors import StoreError

_NAME = re.compile(r"(?<!:):([a-z_0-9]+)")


class PostgresReader:
    """See Reader.  A server that came back is asked again by itself: the pool looks before it gives."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    @asynccontextmanager
    async def open(cls, database: Database) -> AsyncIterator[Self]:
        """Raises StoreError while the server is away."""
        async with database.asking():
            pass
        yield cls(database)

    async def rows(self, sql: str, parameters: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
        """See Reader."""
        numbered, names = _numbered(sql)
        try:
            async with self._database.asking() as connection:
                values = tuple(parameters[name] for name in names)
                return (await connection.exec_driver_sql(numbered, values)).all()
        except ValueError as error:
            raise StoreError(str(error)) from error


@lru_cache(maxsize=64)
def _numbered(sql: str) -> tuple[str, Sequence[str]]:
    """With ``$1`` instead of ``:name``, and the names in that order."""
    names = list(dict.fromkeys(_NAME.findall(sql)))
    return _NAME.sub(lambda found: f"${names.index(found[1]) + 1}", sql), names
