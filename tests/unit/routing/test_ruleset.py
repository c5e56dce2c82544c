"""A rule set's plans, its trace, and the steps that tokens ask for."""

from typing import Any

import pytest
from pydantic import ValidationError

from ccd.calls.ids import QueueName
from ccd.routing.plan import Checked, RoutePlan
from ccd.routing.step_kinds import HangupStep, PlayStep, QueueStep, Step
from tests.unit.routing.facts import caller, facts, person, rules

VIP = {"name": "vip", "when": {"caller": "known", "tag": "vip"}, "steps": [{"queue": "first"}]}
NIGHT = {
    "name": "ночь: all",
    "when": {"hours": "20:00-08:00"},
    "steps": [{"play": "ccd/closed"}, {"hangup": "busy"}],
}
REST = {
    "name": "everyone else",
    "steps": [
        {"queue": {"name": "operators", "wait": "40s", "priority": 3, "answer": False}},
        {"queue": {"name": "duty-doctor", "wait": "1m"}},
    ],
}


def queue(name: str, **rest: Any) -> QueueStep:
    return QueueStep(queue=QueueName(name), **rest)


def steps(plan: RoutePlan) -> list[Step | None]:
    return [one.step for one in plan.steps]


def test_the_first_match_wins():
    clinic = rules(VIP, NIGHT, REST)
    assert clinic.plan(facts(caller(person("vip")))).rule == "vip"
    assert clinic.plan(facts()).rule == "everyone else"


def test_the_queues_that_it_names():
    assert rules(VIP, NIGHT, REST, default_queue="front").queues == {
        "first", "operators", "duty-doctor", "front",
    }  # fmt: skip


def test_no_match_is_the_default_queue_without_limit():
    plan = rules(VIP, default_queue="front").plan(facts())
    assert plan.rule == "default"
    assert steps(plan) == [queue("front")]


def test_steps_in_both_forms():
    written = [
        {"queue": "a"},
        {"queue": {"name": "b", "wait": 7}},
        {"play": "ccd/closed"},
        {"play": {"sound": "x"}},
        {"hangup": "congestion"},
        {"hangup": 21},
        {"hangup": {"cause": "normal"}},
        {"hangup": {}},
    ]
    plan = rules({"name": "all", "steps": written}).plan(facts())
    assert steps(plan) == [
        queue("a"),
        queue("b", wait=7),
        PlayStep(sound="ccd/closed"),
        PlayStep(sound="x"),
        HangupStep(cause=34),
        HangupStep(cause=21),
        HangupStep(cause=16),
        HangupStep(cause=16),
    ]


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("40s", 40),
        ("2m", 120),
        ("1m30s", 90),
        ("1h", 3600),
        (45, 45),
        ("45", 45),
        ("24h", 86400),
        ("1 m", 60),
    ],
)
def test_durations(written, seconds):
    plan = rules({"name": "it", "steps": [{"queue": {"name": "q", "wait": written}}]}).plan(facts())
    assert steps(plan) == [queue("q", wait=seconds)]


def test_the_trace_shows_each_rule_up_to_what_failed():
    plan = rules(VIP, NIGHT, REST).explain(facts(caller(person("dms", "child"))))
    assert [(tried.rule, tried.matched) for tried in plan.trace] == [
        ("vip", False),
        ("ночь: all", False),
        ("everyone else", True),
    ]
    assert plan.trace[0].checked == (
        Checked(condition="caller known", matched=True, actual="known"),
        Checked(condition="tag vip", matched=False, actual="child, dms"),
    )
    assert plan.trace[1].checked == (Checked(condition="hours 20:00-08:00", matched=False, actual="12:00"),)
    assert plan.trace[2].checked == ()


def test_the_trace_names_what_was_there():
    calendars = {"calendars": {"opening": {"days": "sun"}}}
    when = {"called": ["+7812*", "112"], "days": "sun"}
    first = {"name": "a", "when": when, "steps": [{"queue": "q"}]}
    second = {"name": "b", "when": {"days": ["sat", "sun"]}, "steps": [{"queue": "q"}]}
    third = {"name": "c", "when": {"tag": "vip"}, "steps": [{"queue": "q"}]}
    fourth = {"name": "d", "when": {"during": "opening"}, "steps": [{"queue": "q"}]}
    plan = rules(first, second, third, fourth, **calendars).explain(facts(called=""))
    assert plan.rule == "default"
    assert [tried.checked[0] for tried in plan.trace] == [
        Checked(condition="called +7812*, 112", matched=False, actual="nothing"),
        Checked(condition="days sat, sun", matched=False, actual="wed 2026-11-18"),
        Checked(condition="tag vip", matched=False, actual="no tags"),
        Checked(condition="during opening", matched=False, actual="wed 2026-11-18 12:00"),
    ]


def test_a_call_goes_through_its_plan_and_then_to_the_default_queue():
    clinic = rules(NIGHT, REST)
    rule, answer = clinic.first(facts())
    seen = [answer.step]
    for _ in range(4):
        answer = clinic.next(answer.next_token, "TIMEOUT", facts())
        seen.append(answer.step)
    last = queue("operators")
    assert rule == "everyone else"
    assert seen == [*steps(clinic.plan(facts())), last, last, last]


def test_a_token_outlives_a_change_of_other_rules():
    token = rules(REST).first(facts())[1].next_token
    assert rules(VIP, REST).next(token, "TIMEOUT", facts()).step == queue("duty-doctor", wait=60)


def test_a_rule_that_does_something_else_now_is_another_rule():
    token = rules(REST).first(facts())[1].next_token
    changed = rules(VIP, {**REST, "steps": [{"queue": "a"}, {"queue": "b"}]})
    assert changed.next(token, "TIMEOUT", facts()).step == queue("operators")
    assert rules(VIP).next(token, "TIMEOUT", facts()).step == queue("operators")


@pytest.mark.parametrize(
    "token",
    [
        "",
        ":",
        "x",
        "x:",
        ":1",
        "gone:0",
        "vip:0",
        "vip:99999",
        "vip:-1",
        "vip:1٣",
        "a b:1",
        "%FF%:0",
        "9" * 999,
    ],
)
def test_a_stranger_among_tokens_leads_to_the_default_queue(token):
    assert rules(VIP).next(token, "TIMEOUT", facts()).step == queue("operators")


def test_the_version_names_the_content():
    assert rules(VIP, REST).version == rules(VIP, REST).version
    assert rules(VIP, REST).version != rules(REST, VIP).version
    assert rules(VIP).version != rules(VIP, default_queue="x").version


def test_a_calendar_that_does_not_exist_is_refused():
    with pytest.raises(KeyError):
        rules({"name": "it", "when": {"during": "x"}, "steps": [{"queue": "q"}]})


def test_values_that_are_no_text_are_refused():
    refused: tuple[Any, ...] = (None, {}, 4951234567, True)
    for called in refused:
        with pytest.raises(ValidationError):
            rules({"name": "it", "when": {"called": called}, "steps": [{"queue": "q"}]})
