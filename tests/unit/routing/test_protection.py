"""Bounds of a queue: for whom it is full."""

from dataclasses import replace
from typing import Any

import pytest

from ccd.calls.ids import QueueName
from ccd.queues import ByName
from ccd.routing.facts import Facts, QueueState
from ccd.routing.needs import QUEUES
from ccd.routing.ruleset import RuleSet
from tests.unit.routing.facts import facts, rules


def bounded(limits: dict[str, Any], step: dict[str, Any]) -> RuleSet:
    written = {"name": "it", "steps": [{"queue": {"name": "duty-doctor"} | step}, {"play": "ccd/busy"}]}
    return rules(written, queues=limits)


def first(chosen: RuleSet, waiting: int | None) -> str:
    """The queue or the sound that a caller gets while so many wait; None while Asterisk is not heard."""
    step = chosen.first(now(waiting))[1].step
    return str(getattr(step, "queue", "") or getattr(step, "sound", ""))


def now(waiting: int | None) -> Facts:
    state = ByName({QueueName("DUTY-doctor"): QueueState(waiting=waiting or 0)})
    return replace(facts(), queues=None if waiting is None else state)


@pytest.mark.parametrize(
    ("waiting", "expected"), [(0, "duty-doctor"), (1, "duty-doctor"), (2, "ccd/busy"), (3, "ccd/busy")]
)
def test_a_queue_is_full_for_every_step_into_it(waiting, expected):
    chosen = bounded({"Duty-Doctor": {"max_waiting": 2}}, {})
    assert first(chosen, waiting) == expected
    assert QUEUES in chosen.needs


def test_the_steps_for_a_full_queue_follow():
    full = {"full": {"callback": {"queue": "duty-doctor", "sound": "ccd/will-call", "within": "30m"}}}
    chosen = bounded({"duty-doctor": {"max_waiting": 2}}, full)
    answer = chosen.first(now(2))[1]
    assert (answer.step.queue, answer.step.within) == ("duty-doctor", 1800)  # type: ignore[union-attr]


def test_a_bound_of_the_step_counts_before_the_queues():
    chosen = bounded({"duty-doctor": {"max_waiting": 2}}, {"max_waiting": 4})
    assert [first(chosen, 3), first(chosen, 4)] == ["duty-doctor", "ccd/busy"]


def test_nobody_is_turned_away_on_a_guess_or_without_a_bound():
    assert first(bounded({"duty-doctor": {"max_waiting": 1}}, {}), None) == "duty-doctor"
    others = {"duty-doctor": {"longest_wait": "10m"}, "other": {"max_waiting": 1}}
    assert first(bounded(others, {}), 1000) == "duty-doctor"
