"""By when a missed call is to be answered."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccd.missed.deadline import LONGEST, due, opens
from ccd.settings.models import Routing

MOSCOW = ZoneInfo("Europe/Moscow")
TWO_HOURS = timedelta(hours=2)
ROUTING = Routing.model_validate(
    {
        "timezone": "Europe/Moscow",
        "calendars": {"open": {"days": "mon-fri", "hours": "08:00-20:00"}},
    }
)


def moscow(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=MOSCOW)


@pytest.mark.parametrize(
    ("missed", "by"),
    [
        (moscow(18, 10), moscow(18, 12)),
        (moscow(18, 19), moscow(19, 9)),
        (moscow(18, 23, 30), moscow(19, 10)),
        (moscow(20, 19, 30), moscow(23, 9, 30)),
        (moscow(21, 12), moscow(23, 10)),
    ],
)
def test_only_working_hours_count(missed, by):
    assert due(missed, TWO_HOURS, opens(ROUTING, "open")) == by


def test_without_a_calendar_every_hour_counts():
    assert opens(ROUTING, "") is None
    assert due(moscow(21, 23), TWO_HOURS) == moscow(22, 1)


def test_a_clinic_that_does_not_open_leaves_no_call_without_a_deadline():
    assert due(moscow(21, 23), TWO_HOURS, lambda _at: False) == moscow(22, 1)


@pytest.mark.hypothesis
@given(st.integers(0, 365 * 24 * 3600), st.integers(1, 300))
def test_it_is_never_earlier_than_by_the_clock_and_falls_into_working_hours(second, minutes):
    missed = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
    within, is_open = timedelta(minutes=minutes), opens(ROUTING, "open")
    assert is_open
    by = due(missed, within, is_open)
    assert missed + within <= by <= missed + within + LONGEST
    assert is_open(by - timedelta(microseconds=1))
