"""Importing hours: each doctor whom the files name has exactly these free hours, from now on."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import delete, exists, insert, select

from ccd.directory.booking import Slot, folded
from ccd.store.database import Database
from ccd.store.tables.booking import booked_visits, slots

_T = TypeVar("_T")
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class SlotsResult:
    """How many hours there are now, and how many of the files' were left as they are, being booked."""

    free: int
    booked: int


async def replace_slots(
    database: Database, said: Sequence[Slot], now: datetime, *, dry: bool = False
) -> SlotsResult:
    """Write the hours, all or nothing; ``dry`` ones only say what it would be.  Raises StoreError.

    Past hours and booked ones stay as they are, and no visit is touched.
    """
    doctors = {slot.doctor for slot in said}
    live = booked_visits.c.status == "booked"
    taken = exists().where(booked_visits.c.slot_id == slots.c.slot_id, live)
    async with database.reading() if dry else database.writing() as connection:
        booked = set(await connection.scalars(select(booked_visits.c.slot_id).where(live)))
        free = [slot for slot in said if slot.slot_id not in booked]
        if dry:
            return SlotsResult(len(free), len(said) - len(free))
        for some in _chunks(sorted(doctors)):
            old = (slots.c.doctor.in_(some), slots.c.starts_at >= now, ~taken)
            await connection.execute(delete(slots).where(*old))
        for chunk in _chunks(free):
            ids = [slot.slot_id for slot in chunk]
            await connection.execute(delete(slots).where(slots.c.slot_id.in_(ids)))
            await connection.execute(insert(slots), [_row(slot) for slot in chunk])
    return SlotsResult(len(free), len(said) - len(free))


def _row(slot: Slot) -> dict[str, Any]:
    return {
        "slot_id": slot.slot_id,
        "starts_at": slot.starts_at,
        "ends_at": slot.ends_at,
        "doctor": slot.doctor,
        "specialty": slot.specialty,
        "place": slot.place,
        "words": folded(f"{slot.specialty}\n{slot.doctor}"),
    }


def _chunks(items: Iterable[_T]) -> Iterator[list[_T]]:
    rest = iter(items)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk
