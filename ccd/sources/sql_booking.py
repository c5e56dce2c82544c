"""Booking in the clinic's own database, by the admin's statements.

An order is one transaction, and holds a lock of its key from before its first statement until its end.
So ``booked``, which takes the same lock, answers only when nothing can happen to the order any more:
also when ccd was killed, or the line broke, while the database was still at it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from operator import attrgetter

from ccd.directory.booking import NotBookedError, Order, Slot, SlotQuery
from ccd.directory.model import DirectoryError, Visit
from ccd.settings.source_sql import SqlSettings
from ccd.sources import sql_rows as rows
from ccd.sources.sql import Clinic, SqlSource
from ccd.sources.sql_asking import Asking, writing_queries
from ccd.sources.sql_engine import Database, database
from ccd.sources.sql_errors import FAILURES, said
from ccd.sources.sql_people import visit
from ccd.sources.sql_query import Query
from ccd.sources.sql_writing import Writing, locked, writing


class SqlBooking(SqlSource):
    """A ``Source`` that is a ``Booking``, too."""

    def __init__(self, name: str, settings: SqlSettings, password: str, clinic: Clinic) -> None:
        super().__init__(name, settings, password, clinic)
        self._statements = writing_queries(settings.queries)
        self._writer = database(settings, password, str(clinic.zone), writing=True)

    async def slots(self, query: SlotQuery) -> Sequence[Slot]:
        """Free hours, the soonest first; raises DirectoryError."""
        zone, origin = self._clinic.zone, self._origin()
        values = asdict(query) | {
            "since": query.since.astimezone(zone),
            "until": query.until.astimezone(zone),
        }
        async with self._asking(self._database) as asking:
            found = await asking.rows("slots", rows.slots(zone), values)
        free = (Slot(**{"ends_at": None, "specialty": "", **one, "origin": origin}) for one in found)
        return sorted(filter(query.fits, free), key=attrgetter("starts_at"))[: query.most]

    async def book(self, order: Order) -> Visit:
        """Take the slot; raises SlotTakenError, NotBookedError, UnsureError."""
        return await self._place("book", asdict(order))

    async def move(self, visit_id: str, order: Order) -> Visit:
        """Take the slot and give the old one back; raises the same."""
        return await self._place("move", asdict(order) | {"visit_id": visit_id})

    async def cancel(self, visit_id: str, key: str) -> None:
        """Cancel it, if it is not cancelled already; raises NotBookedError, UnsureError."""
        statements = self._written("cancel")
        async with writing(self._writer, key) as order:
            for statement in statements:
                await order.run(statement, {"visit_id": visit_id, "key": key})

    async def booked(self, key: str) -> Visit | None:
        """What the order made, when it is over; raises DirectoryError."""
        try:
            async with locked(self._writer, key) as connection:
                return await self._made(Asking(connection, self._queries, self._most), key)
        except FAILURES as error:
            raise DirectoryError(f"the database: {said(error)}") from error

    async def _place(self, name: str, values: Mapping[str, object]) -> Visit:
        statements, key = self._written(name), str(values["key"])
        async with writing(self._writer, key) as order:
            asking = Asking(order.connection, self._queries, self._most)
            if (before := await self._made(asking, key)) is not None:
                return before
            await _take(order, statements, values)
            made = await self._made(asking, key)
            if made is None:
                raise NotBookedError(f"query booked does not find what {name} has written")
            return made

    async def _made(self, asking: Asking, key: str) -> Visit | None:
        found = await asking.rows("booked", rows.visits(self._clinic.zone, owner=False), {"key": key})
        if len(found) > 1:
            raise self._queries["booked"].error("finds more than one visit of one order")
        return visit(found[0], self._origin()) if found else None

    def _written(self, name: str) -> Sequence[Query]:
        if name not in self._statements:
            raise NotBookedError(f"the source {self.name} has no statement to {name}")
        return self._statements[name]

    def _databases(self) -> Iterable[Database]:
        return (self._database, self._writer)


async def _take(order: Writing, statements: Sequence[Query], values: Mapping[str, object]) -> None:
    """The first statement takes the slot, the others follow; each must find what it is for."""
    first, *others = statements
    await order.take(first, values)
    for number, statement in enumerate(others, 2):
        if not await order.run(statement, values):
            raise NotBookedError(f"{statement.name}, statement {number}, changes nothing")
