"""Whatever loads gives every call a plan; its steps are safe."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from ccd.directory.caller import Caller
from ccd.directory.model import Patient
from ccd.directory.phones import normalise
from ccd.routing.facts import Facts
from ccd.routing.rules import Routing
from ccd.routing.ruleset import RuleSet
from ccd.routing.step_kinds import QueueStep
from tests.unit.routing.walking import assert_safe

numbers = st.sampled_from(["+74951234567", "84951234567", "112", "", "clinic"]) | st.text(max_size=20)
tags = st.sampled_from(["vip", "VIP", "child"])
days = st.sampled_from(["mon", "sat-mon", "mon-fri", "2026-11-18", "2026-12-30..2027-01-02"])
times = st.integers(0, 23).flatmap(lambda h: st.integers(0, 59).map(lambda m: f"{h:02}:{m:02}"))
hours = st.tuples(times, times).filter(lambda pair: pair[0] != pair[1]).map("-".join)
patterns = st.sampled_from(["+7495*", "+74951234567", "112", "8495*", "*"])


def some(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(values, min_size=1, max_size=3) | values


whens = st.fixed_dictionaries(
    {},
    optional={
        "called": some(patterns),
        "caller": some(st.sampled_from(["known", "unknown", "anonymous", "failed"])),
        "tag": some(tags),
        "days": some(days),
        "hours": some(hours),
        "during": some(st.sampled_from(["a", "b"])),
        "outside": some(st.sampled_from(["a", "b"])),
    },
)
names = st.text(st.characters(codec="utf-8"), max_size=70) | st.text(max_size=5) | st.just("operators")
steps = st.one_of(
    st.builds(lambda name: {"queue": name}, names),
    st.builds(
        lambda name, wait, priority: {"queue": {"name": name, "wait": wait, "priority": priority}},
        names,
        st.integers(-1, 100_000) | st.sampled_from(["40s", "2m"]),
        st.integers(-1, 1001),
    ),
    st.builds(lambda sound: {"play": sound}, names),
    st.builds(lambda cause: {"hangup": cause}, st.integers(0, 130) | st.sampled_from(["busy", "normal"])),
)
good_steps = st.sampled_from([{"queue": "operators"}, {"play": "ccd/closed"}, {"hangup": "busy"}])
rule_lists = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1, max_size=20)
            | st.sampled_from(["vip", "ночь", "a:1", "100%"]),
            "when": whens,
            "steps": st.lists(good_steps, min_size=1, max_size=4) | st.lists(steps, min_size=1, max_size=2),
        }
    ),
    max_size=4,
)
routings = rule_lists.map(
    lambda rules: {
        "rules": rules,
        "timezone": "Europe/Kyiv",
        "calendars": {"a": {"days": "mon-fri"}, "b": {"hours": "20:00-08:00"}},
    }
)
callers = st.builds(
    Caller,
    number=numbers.map(lambda raw: normalise(raw, "RU")),
    patients=st.lists(
        st.builds(Patient, patient_id=st.just("1"), full_name=st.just("x"), tags=st.frozensets(tags)),
        max_size=2,
    ).map(tuple),
    failed=st.sampled_from([(), ("built-in",)]),
)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
facts = st.builds(Facts, caller=callers, called_number=numbers, now=moments)


@settings(deadline=None)
@given(routings, facts)
def test_whatever_loads_leads_every_call_somewhere(written, call):
    try:
        rules = RuleSet(Routing.model_validate(written))
    except ValidationError:
        event("refused")
        return
    plan = rules.plan(call)
    assert plan.steps
    assert plan == rules.explain(call)
    rule, answer = rules.first(call)
    assert rule == plan.rule
    assert_safe(answer)
    for _ in plan.steps:
        answer = rules.next(answer.next_token, "TIMEOUT", call)
        assert_safe(answer)
    assert answer.step == QueueStep(queue=rules.default_queue)
