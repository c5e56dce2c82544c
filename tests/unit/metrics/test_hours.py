"""The clinic's hours, when clocks change and where they are at half an hour."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccd.metrics.dimensions import TIMES, Dimension, Slot
from ccd.metrics.hours import bounds, hour_of, slot_of, steady

KYIV = ZoneInfo("Europe/Kyiv")
ZONES = ["Europe/Moscow", "Europe/Kyiv", "Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns", "UTC"]


@given(
    st.integers(1_577_836_800, 1_893_456_000).map(lambda second: datetime.fromtimestamp(second, UTC)),
    st.sampled_from([ZoneInfo(one) for one in ZONES]),
)
def test_an_hour_holds_its_moment_and_never_two_hours_of_the_clock(moment, zone):
    hour = hour_of(moment, zone)
    assert timedelta() <= moment - hour < timedelta(hours=2)
    assert slot_of(hour, zone) == slot_of(moment, zone)
    assert hour_of(hour, zone) == hour


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)]
)
def test_a_day_is_as_long_as_the_clock_says(day, hours):
    begin, end = bounds(day, day, KYIV)
    assert end - begin == timedelta(hours=hours)
    assert slot_of(begin, KYIV) == Slot(day, 0)


def test_the_hour_that_comes_twice_is_two():
    first, second = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))
    assert slot_of(first, KYIV) == slot_of(second, KYIV) == Slot(date(2026, 10, 25), 3)
    assert hour_of(first, KYIV) != hour_of(second, KYIV)


def test_keys_of_times_sort_as_the_times_do():
    slot = Slot(date(2027, 1, 3), 9)
    keys = {dimension.value: key(slot) for dimension, key in TIMES.items()}
    expected = {"hour": "09", "weekday": "7", "day": "2027-01-03", "week": "2026-W53", "month": "2027-01"}
    assert keys == expected
    assert set(TIMES) == {one for one in Dimension if one.timely}


@pytest.mark.parametrize("day", [date.min, date.max])
@pytest.mark.parametrize("zone", ["Europe/Kyiv", "America/New_York"])
def test_the_ends_of_all_time_have_bounds(day, zone):
    begin, end = bounds(day, day, ZoneInfo(zone))
    assert begin.timestamp() < end.timestamp()


@given(st.sampled_from(ZONES), st.integers(2000, 2036), st.integers(0, 365), st.integers(0, 800))
def test_a_period_is_cut_where_the_clock_is_set_and_nowhere_else(name, year, first, days):
    zone = ZoneInfo(name)
    day = date(year, 1, 1) + timedelta(days=first)
    begin, end = (int(one.timestamp()) for one in bounds(day, day + timedelta(days=days), zone))
    parts = list(steady(begin, end, zone))
    assert [parts[0][0], *(until for _, until, _ in parts)] == [*(since for since, _, _ in parts), end]
    assert parts[0][0] == begin
    assert all(one[2] != other[2] for one, other in pairwise(parts))
    for since, until, ahead in parts:
        for second in {since, (since + until) // 2, until - 1}:
            assert datetime.fromtimestamp(second, zone).utcoffset() == timedelta(seconds=ahead)


@given(st.sampled_from(["America/Sao_Paulo", "Pacific/Chatham", *ZONES]), st.integers(2005, 2030))
def test_the_hours_of_a_day_are_the_day(name, year):
    """Each moment is in one hour, and that hour is of its day, also where midnight does not come."""
    zone = ZoneInfo(name)
    begin, end = (int(one.timestamp()) for one in bounds(date(year, 1, 1), date(year, 12, 31), zone))
    for turn in {since for since, _, _ in steady(begin, end, zone)}:
        day = datetime.fromtimestamp(turn, zone).date()
        first, last = bounds(day, day, zone)
        for minute in range(0, int((last - first).total_seconds()) // 60, 10):
            moment = first + timedelta(minutes=minute)
            assert first <= hour_of(moment, zone) <= moment
            assert slot_of(hour_of(moment, zone), zone) == slot_of(moment, zone)
