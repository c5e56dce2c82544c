"""What booking promises, whatever the database: the tests of SQLite and of real servers run these."""

import asyncio
from datetime import UTC, datetime

import pytest

from ccd.directory.booking import NotBookedError, Order, SlotQuery, SlotTakenError
from ccd.sources.sql_booking import SqlBooking
from tests.unit.sources.test_sql import HOSTILE

NOVEMBER = SlotQuery(since=datetime(2026, 11, 1, tzinfo=UTC), until=datetime(2026, 12, 1, tzinfo=UTC))


def order(key: str = "k1", slot_id: str = "1", patient_id: str = "18", comment: str = "") -> Order:
    return Order(key=key, slot_id=slot_id, patient_id=patient_id, comment=comment)


async def free(one: SqlBooking) -> list[str]:
    return [slot.slot_id for slot in await one.slots(NOVEMBER)]


async def free_hours_the_soonest_first(one: SqlBooking):
    slots = await one.slots(NOVEMBER)
    assert [slot.slot_id for slot in slots] == ["2", "1"]
    assert slots[0].starts_at == datetime(2026, 11, 23, 6, tzinfo=UTC)
    ten = datetime(2026, 11, 23, 7, tzinfo=UTC)
    exact = SlotQuery(since=ten, until=datetime(2026, 11, 23, 7, 1, tzinfo=UTC))
    assert [slot.slot_id for slot in await one.slots(exact)] == ["1"]
    before = SlotQuery(since=datetime(2026, 11, 23, tzinfo=UTC), until=ten)
    assert [slot.slot_id for slot in await one.slots(before)] == ["2"]


async def a_slot_is_taken_once(one: SqlBooking):
    visit = await one.book(order())
    assert (visit.visit_id, visit.doctor, visit.status) == ("k1", "Ким", "booked")
    assert await free(one) == ["2"]
    with pytest.raises(SlotTakenError):
        await one.book(order("k2"))
    with pytest.raises(SlotTakenError):
        await one.book(order("k3", slot_id="99"))
    assert await one.booked("k2") is None


async def an_order_that_comes_twice_books_once(one: SqlBooking):
    assert await one.book(order()) == await one.book(order()) == await one.booked("k1")
    assert await free(one) == ["2"]


async def moving_gives_the_old_hour_back(one: SqlBooking):
    await one.book(order())
    moved = await one.move("k1", order("k2", slot_id="2"))
    assert (moved.visit_id, moved.doctor) == ("k2", "Орлова")
    assert await free(one) == ["1"]


async def moving_what_is_not_the_patients_changes_nothing(one: SqlBooking):
    await one.book(order())
    with pytest.raises(NotBookedError, match="move, statement 3, changes nothing"):
        await one.move("k1", order("k2", slot_id="2", patient_id="19"))
    assert await free(one) == ["2"]
    assert await one.booked("k2") is None


async def cancelling_twice_is_no_error(one: SqlBooking):
    await one.book(order())
    await one.cancel("k1", "k2")
    await one.cancel("k1", "k2")
    assert await free(one) == ["2", "1"]


async def of_many_who_want_two_hours_two_get_one(one: SqlBooking):
    """Each has as many connections as there may be, and no more."""
    orders = [one.book(order(f"k{n}", slot_id=str(n % 2 + 1))) for n in range(20)]
    done = await asyncio.gather(*orders, return_exceptions=True)
    assert sum(not isinstance(each, Exception) for each in done) == 2
    assert sum(isinstance(each, SlotTakenError) for each in done) == 18
    assert await free(one) == []


async def what_the_database_refuses_was_not_booked(one: SqlBooking):
    with pytest.raises(NotBookedError):
        await one.book(order(patient_id="no number"))
    assert await free(one) == ["2", "1"]


async def texts_are_never_sql(one: SqlBooking):
    for number, text in enumerate(HOSTILE):
        with pytest.raises((SlotTakenError, NotBookedError)):
            await one.book(order(f"k{number}", slot_id=f"x{text}", patient_id=text, comment=text))
        if "\x00" not in text:
            assert await one.booked(f"x{text}") is None
    assert await free(one) == ["2", "1"]


CASES = (
    free_hours_the_soonest_first,
    a_slot_is_taken_once,
    an_order_that_comes_twice_books_once,
    moving_gives_the_old_hour_back,
    moving_what_is_not_the_patients_changes_nothing,
    cancelling_twice_is_no_error,
    of_many_who_want_two_hours_two_get_one,
    what_the_database_refuses_was_not_booked,
    texts_are_never_sql,
)
