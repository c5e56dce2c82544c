"""ccd's own schedule: who owns no other one imports its hours, and books into them.

A slot is taken by one statement that writes the visit only while the slot is free; that two visits never have
one slot, the database itself sees to (a unique index).
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Select, exists, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ccd.directory.booking import (
    NotBookedError,
    NotReachedError,
    Order,
    Slot,
    SlotQuery,
    SlotTakenError,
    UnsureError,
    folded,
)
from ccd.directory.model import DirectoryError, Origin, Visit
from ccd.settings.sources import BUILT_IN
from ccd.store.clock import Clock, utc_now
from ccd.store.columns import AnyText
from ccd.store.database import Database
from ccd.store.errors import StoreError
from ccd.store.tables.booking import booked_visits, slots
from ccd.store.tables.patients import patients

_T = TypeVar("_T")
_VISIT = booked_visits.c
_SHARED = ("slot_id", "starts_at", "doctor", "specialty", "place")
_TAKEN = exists().where(_VISIT.slot_id == slots.c.slot_id, _VISIT.status == "booked")


class Schedule:
    """A Booking in ccd's own database; ``name`` is its source's.

    ``changed`` is told whose visits were perhaps written, whatever came of it.
    """

    def __init__(
        self,
        database: Database,
        *,
        name: str = BUILT_IN,
        now: Clock = utc_now,
        changed: Callable[[str], None] = lambda _patient_id: None,
    ) -> None:
        self.name = name
        self._database = database
        self._now = now
        self._changed = changed

    async def slots(self, query: SlotQuery) -> Sequence[Slot]:
        """Free hours that are still to come, the soonest first; raises DirectoryError."""
        now = self._now()
        try:
            async with self._database.reading() as connection:
                rows = (await connection.execute(_free(query, now))).mappings().all()
        except StoreError as error:
            raise DirectoryError(f"the built-in schedule: {error}") from error
        return [Slot(**row, origin=Origin(self.name, now)) for row in rows]

    async def book(self, order: Order) -> Visit:
        """Take the slot, all or nothing; raises SlotTakenError, NotBookedError, UnsureError."""
        return await self._change(order.patient_id, lambda connection: self._taken(connection, order))

    async def move(self, visit_id: str, order: Order) -> Visit:
        """Take the slot and give the visit's old one back, all or nothing; raises as ``book``."""

        async def moved(connection: AsyncConnection) -> Visit:
            if made := await self._made(connection, order.key):
                return made
            mine = (_VISIT.visit_id == visit_id, _VISIT.patient_id == order.patient_id)
            if not await _set_status(connection, "moved", *mine):
                raise NotBookedError("there is no such visit any more")
            return await self._taken(connection, order)

        return await self._change(order.patient_id, moved)

    async def cancel(self, visit_id: str, key: str) -> None:  # noqa: ARG002 - another source may need it
        """Cancel the visit, its hour is free again; twice is no error.

        Raises NotBookedError, UnsureError.
        """
        patient_id = await self._whose(visit_id)

        async def cancelled(connection: AsyncConnection) -> None:
            if await _set_status(connection, "cancelled", _VISIT.visit_id == visit_id):
                return
            status = await connection.scalar(select(_VISIT.status).where(_VISIT.visit_id == visit_id))
            if status != "cancelled":
                raise NotBookedError("there is no such visit any more")

        await self._change(patient_id, cancelled)

    async def booked(self, key: str) -> Visit | None:
        """The visit that the order with this key made, None when it made none; raises DirectoryError."""
        try:
            async with self._database.reading() as connection:
                return await self._made(connection, key)
        except StoreError as error:
            raise DirectoryError(f"the built-in schedule: {error}") from error

    async def _taken(self, connection: AsyncConnection, order: Order) -> Visit:
        made = await self._made(connection, order.key)
        if made is None and (await connection.execute(_take(order, self._now()))).rowcount == 1:
            made = await self._made(connection, order.key)
        if made is not None:
            return made
        if not await connection.scalar(select(exists().where(patients.c.patient_id == order.patient_id))):
            raise NotBookedError("there is no such patient in ccd's own directory")
        raise SlotTakenError

    async def _made(self, connection: AsyncConnection, key: str) -> Visit | None:
        row = (
            (await connection.execute(select(booked_visits).where(_VISIT.visit_id == key))).mappings().first()
        )
        if row is None:
            return None
        facts = {
            name: row[name] for name in ("starts_at", "doctor", "specialty", "place", "visit_id", "status")
        }
        return Visit(**facts, origin=Origin(self.name, self._now()))

    async def _whose(self, visit_id: str) -> str:
        """No visit ever gets another patient."""
        try:
            async with self._database.reading() as connection:
                found = await connection.scalar(select(_VISIT.patient_id).where(_VISIT.visit_id == visit_id))
        except StoreError as error:
            raise NotReachedError(str(error)) from error
        if found is None:
            raise NotBookedError("there is no such visit any more")
        return str(found)

    async def _change(self, patient_id: str, work: Callable[[AsyncConnection], Awaitable[_T]]) -> _T:
        """Do it in one transaction; a database that failed before it began has surely changed nothing."""
        begun = False
        try:
            async with self._database.writing() as connection:
                begun = True
                return await work(connection)
        except StoreError as error:
            raise (UnsureError if begun else NotReachedError)(str(error)) from error
        finally:
            self._changed(patient_id)


def _free(query: SlotQuery, now: datetime) -> Select[Any]:
    wanted = select(slots.c.slot_id, slots.c.ends_at, *(slots.c[name] for name in _SHARED[1:])).where(
        slots.c.starts_at >= max(query.since, now), slots.c.starts_at < query.until, ~_TAKEN
    )
    for word in folded(f"{query.text} {query.specialty} {query.doctor}").split():
        wanted = wanted.where(slots.c.words.contains(word, autoescape=True))
    return wanted.order_by(slots.c.starts_at, slots.c.doctor, slots.c.slot_id).limit(query.most)


def _take(order: Order, now: datetime) -> Any:
    """The one statement: a visit of this patient in that slot, if both are there and nobody has it."""
    facts = (literal(order.key, AnyText), patients.c.patient_id, literal("booked"))
    row = (
        select(*facts, *(slots.c[name] for name in _SHARED))
        .select_from(slots.join(patients, patients.c.patient_id == order.patient_id))
        .where(slots.c.slot_id == order.slot_id, slots.c.starts_at >= now, ~_TAKEN)
    )
    return insert(booked_visits).from_select(["visit_id", "patient_id", "status", *_SHARED], row)


async def _set_status(connection: AsyncConnection, status: str, *which: Any) -> bool:
    statement = update(booked_visits).where(_VISIT.status == "booked", *which).values(status=status)
    return (await connection.execute(statement)).rowcount == 1
