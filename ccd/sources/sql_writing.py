"""One order in one transaction: what is certain when it fails, and what is not."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from ccd.directory.booking import NotBookedError, NotReachedError, SlotTakenError, UnsureError
from ccd.directory.model import DirectoryError
from ccd.sources.sql_engine import Database
from ccd.sources.sql_errors import FAILURES, refused, said, taken
from ccd.sources.sql_query import Query


@dataclass(slots=True)
class Writing:
    """An order on its way."""

    connection: AsyncConnection
    sent: bool = False
    """A statement that changes something may have reached the database."""

    async def run(self, statement: Query, values: Mapping[str, object]) -> int:
        """How many rows it changed, or, when it returns rows, how many those are."""
        self.sent = True
        result = await self.connection.execute(statement.sql, statement.given(values))
        return len(result.fetchall()) if result.returns_rows else result.rowcount

    async def take(self, statement: Query, values: Mapping[str, object]) -> None:
        """The statement that takes the slot: one row, or it was not free.

        Raises SlotTakenError; NotBookedError when it changed more rows than one.
        """
        count = await self.run(statement, values)
        if count == 0:
            raise SlotTakenError("the slot is not free")
        if count != 1:
            raise NotBookedError(f"{statement.name} must change one row, not {count}")


@asynccontextmanager
async def locked(where: Database, key: str) -> AsyncIterator[AsyncConnection]:
    """A transaction that nobody else with this key is in; committed at the end unless something is raised."""
    async with asyncio.timeout(where.limits.whole), where.engine.connect() as connection:
        try:
            async with connection.begin():
                await where.server.lock(connection, key)
                yield connection
        finally:
            if not connection.invalidated:
                with suppress(*FAILURES):
                    await where.server.unlock(connection, key)


@asynccontextmanager
async def writing(where: Database, key: str) -> AsyncIterator[Writing]:
    """The same for an order; raises SlotTakenError, NotBookedError, UnsureError."""
    order = None
    try:
        async with locked(where, key) as connection:
            order = Writing(connection)
            yield order
    except (*FAILURES, DirectoryError) as error:
        raise _outcome(error, sent=order is not None and order.sent) from error


def _outcome(error: Exception, *, sent: bool) -> Exception:
    """What a failure means: without a commit the database keeps nothing, so only a lost answer is unsure."""
    words = str(error) if isinstance(error, DirectoryError) else said(error)
    inner = error.__cause__ if isinstance(error, DirectoryError) else error
    if inner is not None and taken(inner):
        return SlotTakenError(words)
    if inner is not None and not sent:
        return NotReachedError(words)
    if inner is None or refused(inner):
        return NotBookedError(words)
    return UnsureError(words)
