"""One query on one connection: parameters bound, rows bounded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from ccd.directory.model import DirectoryError
from ccd.settings.sql_queries import PEOPLE
from ccd.settings.sql_text import parameters
from ccd.sources.sql_errors import FAILURES, said
from ccd.sources.sql_moments import Moment


@dataclass(frozen=True, slots=True)
class Query:
    """SQL with a name, as messages call it, and what it may be given."""

    name: str
    sql: TextClause
    uses: frozenset[str]

    @classmethod
    def of(cls, name: str, sql: str) -> "Query":
        """Read what the settings hold (checked there)."""
        uses = parameters(sql)
        clause = text(sql)
        if "patient_ids" in uses:
            clause = clause.bindparams(bindparam("patient_ids", expanding=True))
        for moment in uses & {"since", "until"}:
            clause = clause.bindparams(bindparam(moment, type_=Moment()))
        return cls(name, clause, uses)

    @property
    def of_people(self) -> bool:
        """Whether it asks about people alone, so that without any there is nothing to ask."""
        return bool(self.uses) and self.uses <= PEOPLE

    def given(self, values: Mapping[str, object]) -> dict[str, object]:
        """Those of the values that it uses."""
        return {name: values[name] for name in self.uses}

    def error(self, message: str) -> DirectoryError:
        """Of this query."""
        return DirectoryError(f"query {self.name}: {message}")


@dataclass(frozen=True, slots=True)
class Table:
    """What a query found: the columns' names in lower case, each once, and the rows."""

    names: tuple[str, ...]
    rows: Sequence[Sequence[Any]]


async def ask(connection: AsyncConnection, query: Query, values: Mapping[str, object], most: int) -> Table:
    """What it finds, ``most`` rows at most; raises DirectoryError."""
    try:
        return await _ask(connection, query, values, most)
    except FAILURES as error:
        raise query.error(said(error)) from error


async def _ask(connection: AsyncConnection, query: Query, values: Mapping[str, object], most: int) -> Table:
    """Fetched from the server in one piece that is as long as may be: the rest is never sent."""
    options = {"yield_per": most + 1}
    async with connection.stream(query.sql, query.given(values), execution_options=options) as result:
        names = tuple(name.lower() for name in result.keys())  # noqa: SIM118 - a result, not a dict
        found = await result.fetchmany(most + 1)
        if len(found) > most:
            await connection.invalidate()
            raise query.error(f"finds more than {most:,} rows")
        return Table(names, found)
