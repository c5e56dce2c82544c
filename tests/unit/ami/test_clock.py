"""Noticing that Asterisk's clock was set."""

from datetime import UTC, datetime, timedelta

import pytest

from ccd.ami.clock import Clock

START = datetime(2026, 11, 21, 12, tzinfo=UTC)


def jumps(*told: tuple[float, float]) -> list[float]:
    """Of events heard at so many steady seconds, told to be of so many seconds of Asterisk's clock."""
    now = 0.0
    clock = Clock(lambda: now)
    found = []
    for now, said in told:  # noqa: B007 - the clock's
        found.append(clock.jump(START + timedelta(seconds=said)))
    return found


def test_a_clock_that_nobody_sets():
    assert jumps((100, 0), (101, 1), (101.001, 1.0005), (200, 100)) == [0, 0, 0, 0]


def test_events_that_wait_and_then_come_at_once_are_only_late():
    assert jumps((100, 0), (160, 10), (160.01, 40), (160.02, 60)) == [0, 0, 0, 0]


def test_events_of_two_threads_that_change_places():
    assert jumps((100, 0), (101, 1.002), (101.01, 0.99)) == [0, 0, 0]


@pytest.mark.parametrize("hour", [3600, -3600])
def test_a_clock_that_is_set_among_many_events(hour):
    busy = [(100 + at / 10, at / 10) for at in range(25)]
    found = jumps(*busy, (102.5, 2.5 + hour), *[(102.5 + at / 10, 2.5 + hour + at / 10) for at in range(25)])
    assert found == [0] * 25 + [pytest.approx(hour, abs=1)] + [0] * 25


@pytest.mark.parametrize("hour", [3600, -3600])
def test_a_clock_that_is_set_by_an_hour(hour):
    found = jumps((100, 0), (110, 10), (111, 11 + hour), (120, 20 + hour))
    assert found == [0, 0, pytest.approx(hour), 0]


def test_set_forward_and_back_again():
    assert jumps((100, 0), (101, 3601), (102, 2)) == [0, 3600, -3600]
