"""Booking in a real PostgreSQL and a real MariaDB: what is promised, and what a lost answer means."""

import asyncio
import time

import pytest

from ccd.directory.booking import NotBookedError, UnsureError
from tests.unit.sources import sql_booking_cases as cases
from tests.unit.sources.sql_clinic import BOOKING

SLEEP = {"postgres": "(SELECT 1 FROM pg_sleep(3)) = 1", "mariadb": "sleep(3) = 0"}
RUNNING = {
    "postgres": "SELECT pid FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%sleep%'"
    " AND pid <> pg_backend_pid()",
    "mariadb": "SELECT id FROM information_schema.processlist WHERE info LIKE '%sleep%'"
    " AND id <> connection_id()",
}
END = {"postgres": "SELECT pg_terminate_backend({})", "mariadb": "KILL {}"}


def slow_book(clinic) -> list[str]:
    return [BOOKING["book"][0], BOOKING["book"][1] + f" AND {SLEEP[clinic.kind]}"]


def running(clinic) -> str:
    """The connection that works on a slow statement."""
    found = clinic.run(RUNNING[clinic.kind])
    return (found.strip() if isinstance(found, str) else str(found[0][0])) if found else ""


async def until_it_runs(clinic) -> str:
    deadline = time.monotonic() + 30
    while not (number := await asyncio.to_thread(running, clinic)):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)
    return number


@pytest.mark.parametrize("case", cases.CASES)
async def test_booking(clinic, case):
    await case(clinic.booking())


async def test_a_connection_that_is_lost_in_the_middle_leaves_it_unsure_and_booked_tells(clinic):
    one = clinic.booking(book=slow_book(clinic))
    task = asyncio.create_task(one.book(cases.order()))
    clinic.run(END[clinic.kind].format(await until_it_runs(clinic)))
    with pytest.raises(UnsureError):
        await task
    assert await one.booked("k1") is None
    assert await cases.free(one) == ["2", "1"]


async def test_booked_waits_for_an_order_that_is_still_at_work(clinic):
    """Its ccd may be dead, the database does not know that: only the end of the order is an answer."""
    one, other = clinic.booking(book=slow_book(clinic)), clinic.booking()
    task = asyncio.create_task(one.book(cases.order()))
    await until_it_runs(clinic)
    visit = await other.booked("k1")
    assert visit is not None
    assert visit == await task


async def test_an_order_that_is_given_up_is_whole_or_not_there(clinic):
    one = clinic.booking(book=slow_book(clinic))
    task = asyncio.create_task(one.book(cases.order()))
    await until_it_runs(clinic)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    visit = await clinic.booking().booked("k1")
    assert await cases.free(one) == (["2"] if visit else ["2", "1"])


async def test_a_hung_server_was_not_reached(clinic):
    one = clinic.booking(settings={"connect_timeout": 1, "write_timeout": 0.1})
    clinic.server.freeze()
    try:
        task = asyncio.create_task(one.book(cases.order()))
        done, _ = await asyncio.wait([task], timeout=60)
        assert done
        with pytest.raises(NotBookedError):
            await task
    finally:
        clinic.server.thaw()
    assert await clinic.booking().booked("k1") is None
