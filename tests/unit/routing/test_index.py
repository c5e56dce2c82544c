"""Whatever the rules and the facts: no condition raises, and the index finds what a plain loop finds."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from ccd.calls.ids import QueueName
from ccd.directory.caller import Caller, Number, NumberKind
from ccd.directory.model import Patient, Policy, Visit
from ccd.directory.phones import normalise
from ccd.routing.compile import compiled
from ccd.routing.conditions import Conditions
from ccd.routing.facts import Facts, History, PastCall, QueueState
from ccd.routing.index import Index
from ccd.routing.rules import Routing
from tests.unit.routing.facts import caller, facts, person

WORDS = ("a", "A ", "b", "c", "any", "")
NUMBERS = (
    "+74951234567",
    "84951234567",
    "+79161234567",
    "89169999999",
    "112",
    "+380441234567",
    "x*",
    "",
    "*",
)
words = st.sampled_from(WORDS[:5])
patterns = st.sampled_from(
    [*NUMBERS[:6], "+7*", "*", "+7495*", "8495*", "+7916123456*", "+749512345678*", "11*"]
)
bounds = st.sampled_from([">=5", "<3", "0-17", "2", ">0", "0"])
spans = st.sampled_from(["15m", "7d", "90d"])


def some(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(values, min_size=1, max_size=3) | values


whens = st.fixed_dictionaries(
    {},
    optional={
        "called": some(patterns),
        "source": some(st.sampled_from(["s", "t"])),
        "number": some(patterns),
        "list": some(st.sampled_from(["l", "m"])),
        "country": some(st.sampled_from(["RU", "UA"])),
        "line": st.sampled_from(["mobile", "landline"]),
        "caller": some(st.sampled_from(["known", "unknown", "anonymous", "failed"])),
        **dict.fromkeys(
            ("tag", "language", "insurer", "policy_kind", "doctor", "last_operator"), some(words)
        ),
        **dict.fromkeys(("age", "patients", "debt"), some(bounds)),
        "policy": some(st.sampled_from(["active", "expired", "none"])),
        "visit": st.sampled_from(["today", "tomorrow", "within 4h"]),
        "calls": st.fixed_dictionaries({"last": spans, "count": bounds}),
        **dict.fromkeys(("abandoned_within", "calls_again_within", "reminded_within"), spans),
        "queue": st.fixed_dictionaries({"name": words, "waiting": bounds, "longest": spans}),
        "pressed": st.dictionaries(words, some(st.sampled_from(["1", "2"])), max_size=2),
        "during": st.just("c"),
        "if": st.sampled_from(
            ["patients.all(p, p.age > 3)", "size(history.calls) > 1", 'queues["a"].free == 1']
        ),
    },
)
few = whens.map(lambda when: dict(list(when.items())[:3]))

DEBTS = (Decimal(0), Decimal("5.5"), Decimal("NaN"), Decimal(10**30))
NOW = datetime(2026, 11, 18, 9, tzinfo=UTC)
instants = st.datetimes(timezones=st.just(UTC)) | st.timedeltas(timedelta(-9), timedelta(9)).map(
    lambda by: NOW + by
)
nows = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
days = st.none() | st.dates() | st.just(date(2026, 11, 18))
texts = st.sampled_from(WORDS) | st.text(max_size=4)
policies = st.builds(
    Policy, insurer=texts, programme=texts, number=texts, valid_from=days, valid_until=days, kind=texts
)
visits = st.builds(
    Visit,
    starts_at=instants,
    doctor=texts,
    specialty=texts,
    place=texts,
    status=st.sampled_from(["booked", "x"]),
)
patients = st.builds(
    Patient, patient_id=texts, full_name=texts, birth_date=days, language=texts, doctor=texts,
    tags=st.frozensets(texts, max_size=2), debt=st.none() | st.sampled_from(DEBTS),
    policies=st.lists(policies, max_size=2).map(tuple), visits=st.lists(visits, max_size=2).map(tuple),
)  # fmt: skip
numbers = (st.sampled_from(NUMBERS) | st.text(max_size=8)).map(lambda raw: normalise(raw, "RU"))
callers = st.builds(
    Caller,
    number=numbers | st.just(Number("+74951234567", NumberKind.ANONYMOUS)),
    patients=st.lists(patients, max_size=2).map(tuple),
    failed=st.sampled_from([(), ("built-in",)]),
)
past = st.builds(
    PastCall, at=instants, disposition=st.sampled_from(["abandoned", "answered"]), agent=texts, phone=texts
)
histories = st.builds(
    History,
    calls=st.lists(past, max_size=3).map(tuple),
    reminded_at=st.none() | instants,
    complete=st.booleans(),
)
small = st.integers(0, 6)
states = st.builds(QueueState, waiting=small, longest_since=st.none() | instants, on_duty=small, free=small)
some_facts = st.builds(
    Facts, caller=callers, called_number=st.sampled_from(NUMBERS) | st.text(max_size=8), now=nows,
    history=histories, queues=st.none() | st.dictionaries(words.map(QueueName), states, max_size=2),
    pressed=st.dictionaries(words, st.sampled_from(["1", "2", "*"]), max_size=2),
)  # fmt: skip


def ready(whens: list[dict[str, Any]]) -> tuple[Conditions, list[Any]]:
    """Rules with these conditions, compiled."""
    routing = Routing.model_validate(
        {
            "rules": [
                {"name": f"r{at}", "when": when, "steps": [{"queue": "q"}]} for at, when in enumerate(whens)
            ],
            "calendars": {"c": [{"holidays": "RU", "timezone": "Asia/Almaty"}, {"hours": "08:00-13:00"}]},
            "lists": {"l": ["+79161234567", "8495*"], "m": ["+7*", "112"]},
            "sources": {"s": ["+7495*"], "t": ["84951234567", "*"]},
        }
    )
    conditions = Conditions(routing, "RU")
    return conditions, list(compiled(routing, conditions))


def assert_same(conditions: Conditions, rules: list[Any], calls: list[Facts]) -> None:
    index = Index(rules)
    for call in calls:
        moment = conditions.moment(call)
        wanted = [at for at, rule in enumerate(rules) if rule.matches(moment)]
        found = [rules.index(rule) for rule in index.candidates(moment)]
        assert all(here <= there for here, there in pairwise(found))
        assert set(wanted) <= set(found)
        assert index.first(moment) is next((rule for rule in rules if rule.matches(moment)), None)


@settings(deadline=None, max_examples=60)
@given(st.lists(few, max_size=30), st.lists(some_facts, min_size=1, max_size=4))
def test_the_index_leaves_out_no_rule_that_matches(whens, calls):
    assert_same(*ready(whens), calls)


FOREVER = datetime.max.replace(tzinfo=UTC)
ODD = facts(
    caller(
        person(
            debt=Decimal("NaN"),
            visits=(Visit(starts_at=FOREVER, doctor="", specialty="", place="", status="booked"),),
        )
    ),
    history=History(calls=(PastCall(at=datetime.min.replace(tzinfo=UTC), disposition="abandoned"),)),
)


@settings(deadline=None, max_examples=60)
@given(whens, some_facts)
@example({"debt": ">0", "visit": "today", "abandoned_within": "1h", "if": "size(patients) == 1"}, ODD)
def test_no_condition_raises_and_each_says_what_was_there(when, call):
    conditions, (rule,) = ready([when])
    moment = conditions.moment(call)
    for condition in rule.conditions:
        said = condition.check(moment)
        assert said.actual
        assert said.matched == condition.test(moment)


def test_rules_that_share_a_number_are_told_apart_by_their_other_conditions():
    shared = [{"called": "+74951234567", "tag": f"t{at}", "caller": "known"} for at in range(1000)]
    conditions, rules = ready([*shared, {"called": "+74951234567"}])
    moment = conditions.moment(facts(caller(person("T500"))))
    found = [rules.index(rule) for rule in Index(rules).candidates(moment)]
    assert found == [500, 1000]
