"""Each call counts once, a while after its end, by few queues."""

from dataclasses import replace

import pytest

from ccd.calls.ids import QueueName
from ccd.calls.record import Direction, Disposition, State
from ccd.live import ended as counting
from ccd.live.ended import OTHER, SETTLED, EndedCalls, Kind
from tests.unit.live.test_today import ended

ANSWERED = Kind("operators", Direction.INBOUND, Disposition.ANSWERED)
ABANDONED = Kind("operators", Direction.INBOUND, Disposition.ABANDONED)


class Clock:
    """Seconds that a test moves on."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def calls(clock) -> EndedCalls:
    return EndedCalls(clock)


def test_it_counts_as_it_is_a_minute_after_its_end(clock, calls):
    calls.saved(ended(1, Disposition.ABANDONED))
    clock.now = SETTLED - 1
    assert not calls.counts()
    calls.saved(ended(1))
    clock.now = SETTLED
    assert calls.counts() == {ANSWERED: 1}


def test_whatever_is_said_later_it_counts_once(clock, calls):
    calls.saved(ended(1))
    clock.now = SETTLED
    assert calls.counts() == {ANSWERED: 1}
    calls.saved(ended(1, Disposition.ABANDONED))
    calls.saved(ended(2, Disposition.ABANDONED))
    clock.now = 3 * SETTLED
    assert calls.counts() == {ANSWERED: 1, ABANDONED: 1}


def test_a_call_that_goes_on_does_not_count(clock, calls):
    calls.saved(replace(ended(1), state=State.CONNECTED))
    clock.now = SETTLED
    assert not calls.counts()


def test_queues_without_number_are_others(clock, calls, monkeypatch):
    monkeypatch.setattr(counting, "_QUEUES", 2)
    for number in range(4):
        calls.saved(replace(ended(number), queue=QueueName(f"q{number}")))
    clock.now = SETTLED
    assert {kind.queue for kind in calls.counts()} == {"q0", "q1", OTHER}
