"""Bounds of a queue: who is let in."""

from dataclasses import replace

import pytest

from ccd.calls.ids import QueueName
from ccd.routing.model import QueueState, QueueStep
from ccd.routing.protection import Protection, QueueLimits
from tests.unit.routing.facts import facts

DOCTOR = QueueStep(queue=QueueName("duty-doctor"))


def with_waiting(waiting: int, queue: str = "duty-doctor"):
    return replace(facts(), queues={QueueName(queue): QueueState(waiting=waiting)})


@pytest.mark.parametrize(("waiting", "admitted"), [(0, True), (1, True), (2, False), (3, False)])
def test_so_many_may_wait(waiting, admitted):
    protection = Protection({"Duty-Doctor": QueueLimits(max_waiting=2)})
    assert protection.admitted(DOCTOR, with_waiting(waiting)) is admitted
    assert protection.admitted(DOCTOR, with_waiting(waiting, "DUTY-doctor")) is admitted


def test_nobody_is_turned_away_on_a_guess():
    protection = Protection({"duty-doctor": QueueLimits(max_waiting=1)})
    assert protection.admitted(DOCTOR, facts())
    assert protection.admitted(DOCTOR, replace(facts(), queues={}))


def test_without_a_bound_everybody_may_wait():
    limits = {"duty-doctor": QueueLimits(longest_wait=600), "other": QueueLimits(max_waiting=1)}
    protection = Protection(limits)
    assert protection.admitted(DOCTOR, with_waiting(1000))
