"""Rules that change while calls go on: each call keeps those that it began with, as long as they are kept."""

from typing import Any

import pytest

from ccd.calls.ids import QueueName
from ccd.routing.needs import HISTORY, QUEUES
from ccd.routing.rulebook import KEPT, RuleBook
from ccd.routing.ruleset import RuleSet
from ccd.routing.step_kinds import PlayStep, QueueStep
from tests.unit.routing.facts import facts, rules

OPERATORS = QueueStep(queue=QueueName("operators"))


def version(name: str, **routing: Any) -> RuleSet:
    """Rules whose one rule plays two sounds of that name."""
    return rules({"name": "it", "steps": [{"play": f"{name}/1"}, {"play": f"{name}/2"}]}, **routing)


def begun(book: RuleBook) -> str:
    """The token of a call that is in its first step."""
    return book.first(facts())[1].next_token


def sound(book: RuleBook, token: str) -> str:
    step = book.next(token, "PLAYED", facts()).step
    return step.sound if isinstance(step, PlayStep) else "none"


def test_a_call_goes_on_under_its_own_rules_and_a_new_one_under_todays():
    book = RuleBook(version("old"))
    token = begun(book)
    book.replace(version("new"))
    assert sound(book, token) == "old/2"
    assert sound(book, begun(book)) == "new/2"
    assert book.version == book.current.version == version("new").version


def test_twenty_versions_are_kept_the_newest():
    book = RuleBook(version("0"))
    tokens = [begun(book)]
    for number in range(1, KEPT + 1):
        book.replace(version(str(number)))
        tokens.append(begun(book))
    assert KEPT == 20
    assert [sound(book, token) for token in tokens] == ["none", *(f"{n}/2" for n in range(1, KEPT + 1))]


def test_rules_that_come_back_are_the_newest():
    book = RuleBook(version("0"))
    token = begun(book)
    for number in range(1, KEPT):
        book.replace(version(str(number)))
    book.replace(version("0"))
    for number in range(KEPT, 2 * KEPT - 1):
        book.replace(version(str(number)))
    assert sound(book, token) == "0/2"
    book.replace(version("last"))
    assert sound(book, token) == "none"


def test_under_rules_that_are_forgotten_the_same_rule_of_today_takes_over():
    token = begun(RuleBook(version("a")))
    today = RuleBook(version("a", default_queue="front"))
    assert today.version != version("a").version
    assert sound(today, token) == "a/2"
    assert RuleBook(version("b")).next(token, "PLAYED", facts()).step == OPERATORS


@pytest.mark.parametrize(
    "change",
    [
        {"name": "other"},
        {"steps": [{"play": "a/1"}, {"play": "a/3"}]},
        {"steps": [{"play": "a/1"}, {"play": "a/2", "when": {"caller": "unknown"}}]},
        {"steps": [{"play": "a/1"}, {"play": "a/2"}, {"play": "a/3"}]},
    ],
)
def test_a_rule_that_differs_in_anything_does_not_take_over(change):
    token = begun(RuleBook(version("a")))
    changed = rules({"name": "it", "steps": [{"play": "a/1"}, {"play": "a/2"}]} | change)
    assert RuleBook(changed).next(token, "PLAYED", facts()).step == OPERATORS


def test_all_versions_are_asked_what_they_need_and_where_they_lead():
    asks = {"when": {"calls_again_within": "1h"}, "name": "x", "steps": [{"queue": "a"}]}
    book = RuleBook(rules(asks))
    book.replace(
        rules({"name": "x", "steps": [{"queue": {"name": "b", "max_waiting": 1}}]}, default_queue="c")
    )
    assert book.needs == {HISTORY, QUEUES}
    assert book.queues == {"a", "b", "c", "operators"}
    assert book.default_queue == "c"


@pytest.mark.parametrize(
    "spoilt",
    [
        "", ":", "::", "{version}", "{version}:{digest}", "{version}:{digest}:0",
        "{token}\n", " {token}", "{token}:", "{version}:{digest}:0:1..0.0:0@x",
        "{version}:{digest}:-1:1..0.0", "{version}:{digest}:٠:1..0.0", "{version}:gone:0:1..0.0",
        "{version}:{digest}:99999:1..0.0", "{token}:" + "&".join(["0@1"] * 101), "x" * 10_000,
    ],
)  # fmt: skip
def test_a_spoilt_token_leads_to_the_default_queue(spoilt):
    book = RuleBook(version("a"))
    token = begun(book)
    fields = dict(zip(("version", "digest"), token.split(":"), strict=False))
    text = spoilt.format(token=token, **fields)
    assert book.next(text, "PLAYED", facts()).step == OPERATORS
    assert book.unpromised(text, facts()) is None
    assert not book.uses_facts(text)


@pytest.mark.parametrize(
    ("asks", "steps"),
    [
        (True, [{"queue": {"name": "q", "max_waiting": 2}}]),
        (True, [{"play": "y", "when": {"queue": {"name": "q", "waiting": ">0"}}}]),
        (True, [{"queue": {"name": "q", "prefer": "last-operator"}}]),
        (False, [{"play": "y"}, {"queue": {"name": "q", "max_waiting": 2}}]),
        (False, [{"queue": "q"}]),
    ],
)
def test_a_named_plan_is_asked_about_as_if_it_stood_there(asks, steps):
    plans = {"day": steps, "outer": [{"plan": "day"}]}
    for after in (steps, [{"plan": "day"}], [{"plan": "outer"}]):
        book = RuleBook(rules({"name": "it", "steps": [{"play": "x"}, *after]}, plans=plans))
        assert book.uses_facts(begun(book)) is asks
