"""Booking in an SQLite file; on real servers: tests/integration/databases."""

import pytest

from ccd.directory.booking import Booking, NotBookedError, NotReachedError
from tests.unit.sources import sql_booking_cases as cases
from tests.unit.sources.sql_clinic import BOOKING, SCHEMA, SLOTS, booking, source, sqlite_file


@pytest.fixture
def url(tmp_path) -> str:
    return sqlite_file(tmp_path, SCHEMA + SLOTS)


@pytest.mark.parametrize("case", [one for one in cases.CASES if "refuses" not in one.__name__])
async def test_booking(url, case):
    """(SQLite refuses hardly anything: a column takes every type.)"""
    one = booking(url)
    try:
        await case(one)
    finally:
        await one.close()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"book": "UPDATE slot SET taken_by = :key WHERE :slot_id <> '' AND :patient_id <> ''"},
         "book must change one row, not 4"),
        ({"book": "UPDATE slots SET taken_by = :key WHERE id = :slot_id AND :patient_id <> ''"},
         "no such table: slots"),
        ({"book": "UPDATE slot SET taken_by = :key WHERE id = :slot_id AND :patient_id <> ''"},
         "query booked does not find what book has written"),
        ({"booked": "SELECT id FROM visit WHERE :key <> ''"},
         'query booked: no column "id" is known; leave it out'),
    ],
)  # fmt: skip
async def test_statements_that_do_not_book_change_nothing(url, changed, sentence):
    one = booking(url, **changed)
    try:
        with pytest.raises(NotBookedError) as caught:
            await one.book(cases.order())
        assert str(caught.value).startswith(sentence)
        assert await cases.free(one) == ["2", "1"]
    finally:
        await one.close()


async def test_a_database_that_is_down_was_not_reached():
    one = booking("postgresql://ccd@127.0.0.1:1/clinic")
    try:
        with pytest.raises(NotReachedError):
            await one.cancel("1", "k")
    finally:
        await one.close()


async def test_what_no_statement_is_written_for(url):
    one = booking(url, move=None, cancel=None)
    try:
        with pytest.raises(NotBookedError, match="the source mis has no statement to cancel"):
            await one.cancel("1", "k")
    finally:
        await one.close()


async def test_only_a_source_that_can_book_says_so(url):
    assert isinstance(booking(url), Booking)
    assert not isinstance(source(url), Booking)
    assert BOOKING
