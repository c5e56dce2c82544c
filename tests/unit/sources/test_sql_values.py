"""Cells of databases, as many systems write them."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccd.directory.model import Answer, Reach
from ccd.directory.status_words import STATUS_WORDS
from ccd.sources import sql_values as values
from ccd.sources import sql_words as words

MOSCOW = ZoneInfo("Europe/Moscow")
LOCAL = datetime(2026, 11, 23, 10)  # noqa: DTZ001 - as drivers give it
moment = values.moments(MOSCOW)


@pytest.mark.parametrize(
    ("cell", "value", "meant"),
    [
        (values.text, " Иванова\n Мария\x1b ", "Иванова Мария"),
        (values.text, 17, "17"),
        (values.text, Decimal("17.50"), "17.50"),
        (values.text, UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (values.day, date(2026, 3, 12), date(2026, 3, 12)),
        (values.day, LOCAL, date(2026, 11, 23)),
        (values.day, "12.03.2026", date(2026, 3, 12)),
        (values.day, "0000-00-00", None),
        (values.day, "", None),
        (values.bound, date(2999, 12, 31), None),
        (values.bound, "9999-12-31", None),
        (values.bound, date.max, None),
        (values.bound, date(1, 1, 1), None),
        (values.bound, date(2026, 12, 31), date(2026, 12, 31)),
        (moment, LOCAL, datetime(2026, 11, 23, 7, tzinfo=UTC)),
        (moment, datetime(2026, 11, 23, 10, tzinfo=timezone(timedelta(hours=5))),
         datetime(2026, 11, 23, 5, tzinfo=UTC)),
        (moment, "23.11.2026 10:00", datetime(2026, 11, 23, 7, tzinfo=UTC)),
        (moment, "2026-11-23T10:00:00Z", datetime(2026, 11, 23, 10, tzinfo=UTC)),
        (values.amount, Decimal("1200.00"), Decimal(1200)),
        (values.amount, 1200.5, Decimal("1200.50")),
        (values.amount, "1 200,50", Decimal("1200.50")),
        (values.percent, 30, 30),
        (values.percent, Decimal("30.00"), 30),
        (values.percent, "30 %", 30),
        (values.tags, ["vip", " "], frozenset({"vip"})),
        (values.tags, "vip; дети", frozenset({"vip", "дети"})),
        (values.language, "uk_UA", "uk"),
        (values.one_of(words.ANSWERS), True, Answer.COVERED),
        (values.one_of(words.ANSWERS), 0, Answer.NOT_COVERED),
        (values.one_of(words.ANSWERS), " Co-Payment ", Answer.COPAY),
        (values.one_of(words.REACHES), "organization", Reach.ORGANISATION),
        (values.one_of(STATUS_WORDS), "no-show", "noshow"),
        (values.one_of(words.FLAGS), "suspended", False),
    ],
)  # fmt: skip
def test_meant(cell, value, meant):
    assert cell(value) == meant


@pytest.mark.parametrize(
    ("cell", "value", "sentence"),
    [
        (values.text, b"\xff", "must be text, not bytes"),
        (values.text, True, "must be text, not bool"),
        (values.text, {"a": 1}, "must be text, not JSON"),
        (values.text, "x" * 5_000, "has more than 4,000 characters"),
        (values.some_text, " ", "is empty"),
        (values.birthday, date(1066, 10, 14), '"1066-10-14" is not of our time'),
        (values.day, 20260312, "must not be int"),
        (values.bound, datetime(2026, 12, 30, 21, tzinfo=UTC),
         "is a moment with its zone; make a date of it in the query, like begins::date"),
        (values.day, "x" * 50, f'"{"x" * 40}..." is too long'),
        (moment, LOCAL.replace(year=9999), "is not of our time"),
        (moment, date(2026, 11, 23), "must not be date"),
        (moment, 1_763_881_200, "must not be int"),
        (values.amount, Decimal(-1), '"-1" is no amount of 0 or more'),
        (values.amount, float("nan"), '"NaN" is no amount of 0 or more'),
        (values.amount, True, "must be an amount, not bool"),
        (values.percent, 101, '"101" is no percentage; write a whole number, 0 to 100'),
        (values.percent, "30.5", '"30.5" is no percentage; write a whole number, 0 to 100'),
        (values.one_of(words.ANSWERS), "maybe", '"maybe" is unknown: covered, copay, not_covered, unknown'),
        (values.one_of(STATUS_WORDS), "boked",
         '"boked" is unknown: booked, arrived, fulfilled, cancelled, noshow; did you mean "booked"?'),
        (values.one_of(words.FLAGS), 2, '"2" is unknown: true, false'),
        (values.one_of(words.FLAGS), 1.0, '"float" is unknown: true, false'),
    ],
)  # fmt: skip
def test_not_understood(cell, value, sentence):
    with pytest.raises(ValueError, match=r".+") as caught:
        cell(value)
    assert str(caught.value) == sentence


ANYTHING = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text() | st.binary()
    | st.dates() | st.datetimes(timezones=st.none() | st.just(UTC)) | st.timedeltas() | st.uuids()
    | st.lists(st.text() | st.integers(), max_size=3)
)  # fmt: skip
CELLS = (
    values.text, values.some_text, values.day, values.birthday, values.bound, moment, values.amount,
    values.percent, values.tags, values.language, values.one_of(words.ANSWERS), values.one_of(words.FLAGS),
)  # fmt: skip


@pytest.mark.parametrize("cell", CELLS)
@given(value=ANYTHING)
def test_whatever_a_database_holds_is_understood_or_said(cell, value):
    with suppress(ValueError, ArithmeticError):
        cell(value)
