"""Whatever loads ends with a human, a callback, a recording or a hangup, however its steps end.

And whatever comes back as a token, from whoever, gives a step that the dialplan can run.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from ccd.calls.ids import QueueName
from ccd.directory.model import Patient
from ccd.routing.facts import Facts, History, PastCall, QueueState
from ccd.routing.limits import QUESTIONS
from ccd.routing.question import KEY, StepAnswer
from ccd.routing.rulebook import RuleBook
from ccd.routing.rules import Routing
from ccd.routing.ruleset import RuleSet
from ccd.routing.step_kinds import QueueStep
from ccd.routing.tokens import Token
from ccd.settings import plans
from tests.unit.routing.facts import NOON, caller
from tests.unit.routing.walking import Walk, assert_safe, over
from tests.unit.routing.written import ROUTINGS

OUTCOMES = st.sampled_from(
    ["TIMEOUT"] * 6
    + [
        "FULL",
        "JOINEMPTY",
        "LEAVEEMPTY",
        "KEY-1",
        "KEY-2",
        "NOANSWER",
        "BUSY",
        "CONGESTION",
        "ANSWERED",
        "PLAYED",
        "FAILED",
    ]
    + ["PRESSED-1", "PRESSED-2", "PRESSED-#", "PRESSED-*", "SILENT", "RECORDED", "EMPTY", "", "?"]
)
joins = st.lists(st.integers(-1000, 1000).map(lambda s: NOON + timedelta(seconds=s)), max_size=4).map(sorted)
states = joins.map(lambda waits: QueueState(waiting=len(waits), waits=tuple(waits), on_duty=2, free=1))
lines = st.none() | st.dictionaries(st.sampled_from(["operators", "doctors"]).map(QueueName), states)
TALKED = PastCall(at=NOON, disposition="answered", phone="PJSIP/9")
PATIENT = Patient(patient_id="1", full_name="x", doctor="петров  П. П.")
calls = st.builds(
    Facts,
    caller=st.sampled_from([caller(), caller(PATIENT)]),
    called_number=st.just("+74951234567"),
    now=st.just(NOON),
    queues=lines,
    history=st.sampled_from([History(), History(calls=(TALKED,))]),
)


def loaded(written: dict[str, Any]) -> RuleSet:
    """The rules, when ccd would load them."""
    assume(not list(plans.mistakes(written)))
    return RuleSet(Routing.model_validate(written))


@settings(deadline=None)
@given(ROUTINGS, calls, st.data())
def test_every_call_comes_to_an_end(written, call, data):
    walk = Walk(loaded(written), call)
    step = walk.begin()
    while not over(step):
        assert_safe(StepAnswer(step=step, next_token=walk.token))
        assert len(walk.steps) < QUESTIONS
        seconds = data.draw(st.sampled_from([None, None, 0, 0.5, 7, 90, -5]))
        step = walk.end(data.draw(OUTCOMES), seconds, queues=data.draw(lines))
    event(type(step).__name__)


@settings(deadline=None)
@given(ROUTINGS, calls, st.data())
def test_what_is_said_to_use_no_facts_is_the_same_without_them(written, call, data):
    walk = Walk(loaded(written), call)
    step = walk.begin()
    while not over(step):
        token, outcome = walk.token, data.draw(OUTCOMES)
        step = walk.end(outcome, queues=data.draw(lines))
        if not walk.rules.uses_facts(token):
            known = walk.facts.queues if outcome.startswith(KEY) else None
            bare = replace(walk.facts, history=History(complete=False), queues=known)
            answer = walk.rules.next(token, outcome, bare)
            assert (answer.step, answer.next_token) == (step, walk.token)


@settings(deadline=None)
@given(ROUTINGS)
def test_a_named_plan_asks_for_the_facts_that_its_steps_would(written):
    (rule,) = written["rules"]
    before, there = [{"play": {"sound": "x"}}], [{"plan": "whole"}]
    named = written | {
        "plans": written["plans"] | {"whole": rule["steps"]},
        "rules": [{"name": "it", "steps": before + there}],
    }
    inlined = written | {"rules": [{"name": "it", "steps": before + rule["steps"]}]}
    walks = [Walk(loaded(one)) for one in (named, inlined)]
    assert len({(walk.begin(), walk.rules.uses_facts(walk.token)) for walk in walks}) == 1


@settings(deadline=None)
@given(ROUTINGS, st.sampled_from(["TIMEOUT", "KEY-2", "SILENT", "KEY-1", "FAILED", "PLAYED"]))
def test_no_caller_who_repeats_one_thing_goes_round_for_ever(written, outcome):
    Walk(loaded(written)).to_the_end(lambda _step: outcome)


@settings(deadline=None)
@given(ROUTINGS, calls, st.sampled_from(["", "1", "2#", "999"]))
def test_every_plan_can_be_shown(written, call, pressed):
    plan = loaded(written).explain(call, pressed)
    assert plan.rule == "it"
    assert plan.steps


ME = {
    "queue": {
        "name": "q", "wait": 300, "rings": [{"after": 0, "penalty": 0}, {"after": 20, "penalty": 9}],
        "announce": {"sound": "s"}, "prefer": "last-operator", "callback": {"sound": "s"}, "max_waiting": 2,
    }
}  # fmt: skip
MENU = {"menu": {"sound": "s", "options": {"1": [ME, {"voicemail": {"box": "b", "sound": "s"}}]}, "tries": 2}}
RULES = RuleSet(Routing.model_validate({"rules": [{"name": "ночь 100%: a", "steps": [MENU, ME]}]}))
RULE = RULES.first(Facts(caller=caller(), called_number="", now=NOON))[1].next_token.split(":")[1]
ours = st.builds(
    lambda **fields: str(Token(version=RULES.version, rule=RULE, **fields)),
    node=st.integers(0, 12),
    asked=st.integers(0, 9999),
    phase=st.sampled_from(["", *"faprlcxz"]),
    tries=st.integers(0, 99),
    joined=st.integers(0, 10**15 - 1),
    pressed=st.lists(st.tuples(st.integers(0, 99999), st.sampled_from("019*#")), max_size=100).map(tuple),
)
tokens = st.one_of(st.text(max_size=60), st.from_regex(r"[a-z0-9]{1,16}:[a-z0-9]{1,16}:[0-9.:a-z@&]*"), ours)
moments = st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(tokens, OUTCOMES | st.text(max_size=20), moments)
def test_any_token_gives_a_step_that_can_be_run_further_on(token, outcome, now):
    book = RuleBook(RULES)
    facts = Facts(caller=caller(), called_number="", now=now)
    assert book.uses_facts(token) in {True, False}
    answer = book.next(token, outcome, facts)
    assert_safe(answer)
    before, after = Token.parse(token), Token.parse(answer.next_token)
    assert after
    if not before or before.rule != RULE:
        assert answer.step == QueueStep(queue=QueueName("operators"))
    else:
        assert after.node >= min(before.node, 5)
        assert after.asked > before.asked or after.asked == QUESTIONS


@given(ours)
def test_a_token_reads_back_as_it_was_written(token):
    if len(token) <= 900:
        assert str(Token.parse(token)) == token
    else:
        assert Token.parse(token) is None
