"""The queries of one source on one connection, each with the shape of its rows."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from ccd.settings.sql_queries import SqlQueries
from ccd.sources.sql_query import Query, ask
from ccd.sources.sql_rows import Said, Shape

Values = Mapping[str, object]
_FEW = 50
"""Rows that are read at once; calls go on while more are."""


def reading_queries(settings: SqlQueries) -> Mapping[str, Query]:
    """Those that only read, by name; what is not written is not there."""
    written = settings.model_dump(exclude_none=True)
    return {name: Query.of(name, sql) for name, sql in written.items() if isinstance(sql, str)}


def writing_queries(settings: SqlQueries) -> Mapping[str, Sequence[Query]]:
    """The statements that book, by name."""
    written = settings.model_dump(include={"book", "move", "cancel"}, exclude_none=True)
    return {name: [Query.of(name, sql) for sql in statements] for name, statements in written.items()}


@dataclass(frozen=True, slots=True)
class Asking:
    """Asks, and reads what is found; everything raises DirectoryError."""

    connection: AsyncConnection
    queries: Mapping[str, Query]
    most: int
    """Rows that a query may find."""

    async def rows(self, name: str, shape: Shape, values: Values) -> list[Said]:
        """What the query finds; nothing when the source has no such query."""
        query = self.queries.get(name)
        if query is None:
            return []
        table = await ask(self.connection, query, values, self.most)
        if len(table.rows) <= _FEW:
            return list(shape.read(query, table))
        return await asyncio.to_thread(lambda: list(shape.read(query, table)))

    async def about(
        self, name: str, shape: Shape, ids: Sequence[str], values: Values | None = None
    ) -> list[Said]:
        """The same about people, all at once or one by one, as the query is written."""
        query = self.queries.get(name)
        if query is None or (query.of_people and not ids):
            return []
        if "patient_id" not in query.uses:
            return await self.rows(name, shape, {**(values or {}), "patient_ids": ids})
        found = [await self.rows(name, shape, {**(values or {}), "patient_id": one}) for one in ids]
        return [said for one in found for said in one]

    async def owned(self, name: str, shape: Shape, ids: Sequence[str]) -> list[Said]:
        """The same, where each row must be of one of these people: a query may not mix them up."""
        found = await self.about(name, shape, ids)
        if any(said["patient_id"] not in ids for said in found):
            raise self.queries[name].error("column patient_id: names somebody whom it was not asked about")
        return found
