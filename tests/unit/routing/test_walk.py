"""A made-up call goes the whole way, or it is said that it does not."""

import pytest

from ccd.routing.expectations import Expected
from ccd.routing.limits import PLANNED, QUESTIONS
from ccd.routing.walk import Walk, differences, walk, words
from tests.unit.routing.facts import facts, rules


def came(sounds: int) -> Walk:
    tens, rest = divmod(sounds, 10)
    steps = [{"plan": "ten"}] * tens + [{"play": "x"}] * rest
    return walk(rules({"name": "it", "steps": steps}, plans={"ten": [{"play": "x"}] * 10}), facts())


@pytest.mark.parametrize("sounds", [1, PLANNED - 1, QUESTIONS - 1])
def test_a_long_plan_is_followed_to_its_end(sounds):
    found = came(sounds)
    assert words(found.steps[-1]) == ("queue operators",)
    assert not list(differences(Expected(rule="it"), found))


def test_a_call_that_does_not_end_is_not_as_expected():
    (problem,) = differences(Expected(rule="it"), came(QUESTIONS))
    assert problem.startswith(f"expected an end within {QUESTIONS} questions, came play x; play x")


def test_a_wait_that_is_raised_in_a_later_slice_is_one_wait():
    rings = [{"after": 0, "penalty": 0}, {"after": 20, "penalty": 5}]
    steps = [{"queue": {"name": "q", "wait": 90, "priority": 7, "rings": rings}}]
    found = walk(rules({"name": "it", "steps": steps}, queues={"q": {"longest_wait": 10}}), facts())
    assert [words(step) for step in found.steps] == [("queue q", "90s", "priority 7"), ("queue operators",)]
