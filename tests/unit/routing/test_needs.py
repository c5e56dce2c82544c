"""What rules make ccd ask for: nothing that they do not ask about."""

from typing import Any

import pytest

from ccd.routing.needs import _NEEDS, HISTORY, QUEUES, needs
from ccd.routing.rules import Routing
from ccd.routing.ruleset import RuleSet
from ccd.routing.when import When


def of(**rule: Any) -> frozenset[str]:
    rules = [{"name": "a", "steps": [{"queue": "x"}], **rule}]
    return RuleSet(Routing.model_validate({"rules": rules})).needs


def test_plain_rules_need_nothing() -> None:
    everything = {"called": "+7495*", "caller": "known", "tag": "vip", "days": "mon", "hours": "08:00-20:00"}
    assert of(when=everything, steps=[{"queue": {"name": "x", "wait": 5}}, {"hangup": 16}]) == frozenset()
    assert needs(Routing()) == frozenset()


@pytest.mark.parametrize(
    "when",
    [
        {"last_operator": "any"},
        {"calls": {"last": "30d", "count": ">= 3"}},
        {"abandoned_within": "1h"},
        {"calls_again_within": "15m"},
        {"reminded_within": "1h"},
    ],
)
def test_conditions_on_earlier_calls_need_the_history(when: dict[str, Any]) -> None:
    assert of(when=when) == {HISTORY}


def test_conditions_on_queues_need_them() -> None:
    assert of(when={"queue": {"name": "x", "waiting": "> 3"}}) == {QUEUES}


def test_an_expression_may_ask_about_anything() -> None:
    assert of(when={"if": "1 == 1"}) == {HISTORY, QUEUES}


def test_every_name_in_the_table_is_a_condition() -> None:
    assert set(When.model_fields) >= set(_NEEDS["When"])
