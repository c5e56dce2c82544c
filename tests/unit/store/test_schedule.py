"""ccd's own schedule: a slot is somebody's once, moves are all or nothing, a key books once."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ccd.directory.booking import (
    Booking,
    NotBookedError,
    NotReachedError,
    Order,
    Slot,
    SlotQuery,
    SlotTakenError,
)
from ccd.directory.model import DirectoryError, Origin
from ccd.store.database import Database
from ccd.store.patients import BuiltinDirectory
from ccd.store.schedule import Schedule
from ccd.store.slots import SlotsResult, replace_slots
from tests.unit.directory_rows import DirectoryRows
from tests.unit.import_rows import import_rows
from tests.unit.store.other_process import locked
from tests.unit.store.samples import FAMILY, NOON, family

DAY = SlotQuery(since=NOON, until=NOON + timedelta(days=1))


def slot(number: int, **fields: object) -> Slot:
    begins = NOON + timedelta(hours=number)
    known = {"ends_at": begins + timedelta(minutes=30), "doctor": "Ким А. В.", "specialty": "Терапевт"}
    return Slot(slot_id=f"s{number}", starts_at=begins, **(known | fields))  # type: ignore[arg-type]


def order(key: str, slot_id: str = "s1", patient_id: str = "m") -> Order:
    return Order(key=key, slot_id=slot_id, patient_id=patient_id)


@pytest.fixture
async def schedule(database: Database) -> Schedule:
    async with BuiltinDirectory.open(database, now=lambda: NOON) as directory:
        await import_rows(directory, family())
    hours = [slot(1), slot(2), slot(3, doctor="Ёлкина О.", specialty="Окулист")]
    assert await replace_slots(database, hours, NOON) == SlotsResult(3, 0)
    return Schedule(database, now=lambda: NOON)


async def free(schedule: Schedule, **which: str) -> list[str]:
    query = SlotQuery(since=DAY.since, until=DAY.until, **which)  # type: ignore[arg-type]
    found = await schedule.slots(query)
    assert all(query.fits(one) for one in found)
    return [one.slot_id for one in found]


async def test_free_hours_by_specialty_and_doctor(schedule: Schedule) -> None:
    source: Booking = schedule
    assert await source.slots(DAY) == [slot(1), slot(2), slot(3, doctor="Ёлкина О.", specialty="Окулист")]
    assert await free(schedule, text="терап") == ["s1", "s2"]
    assert await free(schedule, text="окул елк") == ["s3"]
    assert await free(schedule, doctor="КИМ") == ["s1", "s2"]
    assert await free(schedule, text="%") == []


async def test_a_slot_is_taken_once(schedule: Schedule) -> None:
    orders = [schedule.book(order(f"k{number}")) for number in range(20)]
    ends = await asyncio.gather(*orders, return_exceptions=True)
    assert sum(isinstance(end, SlotTakenError) for end in ends) == 19
    assert await free(schedule) == ["s2", "s3"]


async def test_a_repeated_order_books_nothing_twice(schedule: Schedule) -> None:
    first = await schedule.book(order("k"))
    assert await schedule.book(order("k", "s2")) == first
    assert await schedule.booked("k") == first
    assert await schedule.booked("other") is None
    assert await free(schedule) == ["s2", "s3"]


async def test_a_moved_visit_gives_its_hour_back(schedule: Schedule) -> None:
    first = await schedule.book(order("k"))
    moved = await schedule.move(first.visit_id, order("k2", "s2"))
    assert (moved.starts_at, await free(schedule)) == (slot(2).starts_at, ["s1", "s3"])
    assert await schedule.move(first.visit_id, order("k2", "s2")) == moved
    with pytest.raises(NotBookedError):
        await schedule.move(first.visit_id, order("k3", "s3"))


async def test_a_move_into_a_taken_hour_changes_nothing(schedule: Schedule) -> None:
    mine = await schedule.book(order("k"))
    await schedule.book(order("k2", "s2", "t"))
    with pytest.raises(SlotTakenError):
        await schedule.move(mine.visit_id, order("k3", "s2"))
    with pytest.raises(NotBookedError):
        await schedule.move(mine.visit_id, order("k4", "s3", "t"))
    assert await free(schedule) == ["s3"]


async def test_a_cancelled_visit_frees_its_hour(schedule: Schedule) -> None:
    visit = await schedule.book(order("k"))
    await schedule.cancel(visit.visit_id, "c")
    await schedule.cancel(visit.visit_id, "c")
    assert await free(schedule) == ["s1", "s2", "s3"]
    with pytest.raises(NotBookedError):
        await schedule.cancel("nobody's", "c2")


@pytest.mark.parametrize("wrong", [order("k", "none"), order("k", patient_id="x")])
async def test_what_is_not_there_cannot_be_booked(schedule: Schedule, wrong: Order) -> None:
    with pytest.raises((SlotTakenError, NotBookedError)):
        await schedule.book(wrong)
    assert await free(schedule) == ["s1", "s2", "s3"]


async def test_an_import_leaves_hours_that_have_begun(schedule: Schedule, database: Database) -> None:
    await replace_slots(database, [slot(5)], NOON + timedelta(hours=1, minutes=1))
    assert await free(schedule) == ["s1", "s3", "s5"]


async def test_an_hour_that_has_begun_cannot_be_booked(schedule: Schedule, database: Database) -> None:
    later = Schedule(database, now=lambda: NOON + timedelta(hours=1, minutes=1))
    with pytest.raises(SlotTakenError):
        await later.book(order("k"))
    assert await schedule.booked("k") is None


async def test_a_locked_database_books_surely_nothing(schedule: Schedule, database: Database) -> None:
    database.patience = 0.05
    with locked(database.place), pytest.raises(NotReachedError, match=r"locked|another write"):
        await schedule.book(order("k"))
    assert await schedule.booked("k") is None


async def test_a_booked_visit_is_found_by_number(schedule: Schedule, database: Database) -> None:
    visit = await schedule.book(order("k"))
    async with BuiltinDirectory.open(database, now=lambda: NOON) as directory:
        mother = next(one for one in await directory.patients(FAMILY) if one.patient_id == "m")
        assert visit in mother.visits
        (found,) = [one for one in mother.visits if one.visit_id]
        assert found.visit_id == "k"
        await import_rows(directory, family())
        assert visit in (await directory.patients(FAMILY))[0].visits
        await schedule.move("k", order("k2", "s2"))
        found_now = [one.visit_id for one in (await directory.patients(FAMILY))[0].visits if one.visit_id]
        assert found_now == ["k2"]


@pytest.mark.parametrize("status", ["booked", "arrived", "noshow"])
async def test_a_booked_visit_that_a_file_tells_of_too_is_one(
    schedule: Schedule, database: Database, status: str
) -> None:
    mine = await schedule.book(order("k"))
    told = replace(mine, status=status, preparation="натощак", visit_id="МИС-9", doctor="КИМ  А. В.")
    async with BuiltinDirectory.open(database, now=lambda: NOON) as directory:
        await import_rows(directory, DirectoryRows(visits={"m": (told, replace(told, starts_at=NOON))}))
        mother = next(one for one in await directory.patients(FAMILY) if one.patient_id == "m")
    other, same = sorted(mother.visits, key=lambda one: one.starts_at)
    assert same == replace(mine, status=status, preparation="натощак")
    assert (same.visit_id, same.origin) == ("k", Origin("built-in", NOON))
    assert (other.visit_id, other.starts_at) == ("", NOON)  # not ccd's own: nothing to move or cancel


async def test_a_cancelled_visit_is_another_than_one_that_is_booked_there_again(
    schedule: Schedule, database: Database
) -> None:
    mine = await schedule.book(order("k"))
    async with BuiltinDirectory.open(database, now=lambda: NOON) as directory:
        await import_rows(directory, DirectoryRows(visits={"m": (replace(mine, status="cancelled"),)}))
        mother = next(one for one in await directory.patients(FAMILY) if one.patient_id == "m")
    assert sorted((one.status, one.visit_id) for one in mother.visits) == [("booked", "k"), ("cancelled", "")]


async def test_an_import_leaves_booked_and_other_doctors_hours(
    schedule: Schedule, database: Database
) -> None:
    await schedule.book(order("k"))
    assert await replace_slots(database, [slot(1), slot(5)], NOON) == SlotsResult(1, 1)
    assert await free(schedule) == ["s3", "s5"]
    await schedule.cancel("k", "c")
    assert await free(schedule) == ["s1", "s3", "s5"]


async def test_a_broken_database_is_told(schedule: Schedule, path: Path) -> None:
    path.unlink()
    with pytest.raises(DirectoryError):
        await schedule.slots(DAY)
    with pytest.raises(DirectoryError):
        await schedule.booked("k")
