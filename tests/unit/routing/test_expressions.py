"""CEL expressions: what is refused when loaded, and what holds in a call."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from ccd.calls.ids import QueueName
from ccd.directory.model import Policy, Visit
from ccd.routing.conditions import Conditions
from ccd.routing.conditions.variables import READ
from ccd.routing.expression import SAMPLE
from ccd.routing.facts import History, PastCall, QueueState
from ccd.routing.rules import Routing
from tests.unit.routing.facts import ANONYMOUS, NOON, caller, facts, matches, one, person, why

MARIA = person(
    "vip",
    birth_date=date(1980, 1, 1),
    language="ru",
    doctor="Петрова",
    debt=Decimal("120.50"),
    policies=(
        Policy(
            insurer="A",
            programme="P",
            number="1",
            kind="dms",
            valid_from=date(2026, 1, 1),
            valid_until=date(2027, 1, 1),
        ),
    ),
    visits=(Visit(starts_at=NOON + timedelta(hours=2), doctor="", specialty="", place="", status="booked"),),
)
FULL = facts(
    caller(MARIA, person()),
    history=History(
        calls=(PastCall(at=NOON - timedelta(days=1), disposition="abandoned"),), reminded_at=NOON
    ),
    queues={QueueName("duty-doctor"): QueueState(waiting=2)},
    pressed={"main": "2"},
)


@pytest.mark.parametrize(
    "expression",
    [
        'caller.kind == "known" && caller.country == "RU" && caller.line == "mobile"',
        'called.startsWith("+7495")',
        "now.getHours() == 12 && now.getDayOfWeek() == 3",
        'patients.exists(p, "vip" in p.tags && p.age > 40)',
        "patients.exists(p, has(p.debt) && p.debt > 100.0)",
        'patients.exists(p, p.policies.exists(q, q.active && q.kind == "dms" && q.valid_until > now))',
        'patients.exists(p, p.visits.exists(v, v.starts_at - now < duration("3h")))',
        "size(patients) == 2",
        'history.calls.exists(c, c.disposition.matches("^aban"))',
        'history.calls.exists(c, patients.exists(p, c.disposition != "matches(" && p.age > 40))',
        'history.calls.exists(c, c.disposition == "abandoned" && now - c.at < duration("25h"))',
        'queues["duty-doctor"].waiting >= 2 && pressed.main == "2"',
        "has(history.reminded_at)",
    ],
)
def test_what_holds(expression):
    assert matches({"if": expression}, FULL)
    assert not matches({"if": f"!({expression})"}, FULL)
    assert not matches({"if": f"1 / 0 == 1 && {expression}"}, FULL)


def test_a_call_has_no_variable_or_field_that_was_not_checked():
    def shape(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: shape(inner) for key, inner in value.items()}
        return [shape(value[0])] if isinstance(value, list) else type(value)

    moment = Conditions(Routing(), "RU").moment(FULL)
    read = {name: read(moment) for name, read in READ.items()}
    assert shape(read | {"queues": {}, "pressed": {}}) == shape(SAMPLE)


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("caller.kind ==", "is no CEL expression: mismatched input '<EOF>' (at character 15)"),
        ("", "is no CEL expression"),
        ('calller.kind == "known"', 'there is no variable "calller"; did you mean "caller"?'),
        ('caller.knd == "known"', 'there is no caller field "knd"; did you mean "kind"?'),
        ("patients.exists(p, p.agee > 3)", 'there is no field "agee"'),
        ("patients.exists(p, q.age > 3)", 'there is no variable "q"'),
        ("sizee(patients) > 1", 'there is no function "sizee"; did you mean "size"?'),
        ("size(patients)", "must be true or false"),
        ("caller.number > 5", "different types"),
        ("true" + " || true" * 70, "is longer than 500 characters"),
        ("[1].all(a, [1].all(b, [1].all(c, [1].all(d, true))))", "goes through lists more than 3 times"),
        (
            'history.calls.exists(a, history.calls.exists(b, a.phone.matches("(a+)+$")))',
            "uses matches and goes through lists more than once",
        ),
        ("(" * 240 + "true" + ")" * 240, "is no CEL expression"),
    ],
)
def test_what_is_refused(expression, sentence):
    with pytest.raises(ValidationError, match="if\n") as caught:
        one({"if": expression})
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("expression", "given", "said"),
    [
        ('!(queues["x"].waiting > 1)', facts(), "the queues cannot be seen now"),
        ('!(queues["x"].waiting > 1)', facts(queues={}), "there is no x"),
        (
            "size(history.calls) == 0",
            facts(history=History(complete=False)),
            "the earlier calls are not known",
        ),
        ("size(patients) == 0", facts(caller(failed=("x",))), "the directory gave no answer"),
        ("patients.all(p, p.debt < 1.0)", facts(caller(person())), "there is no debt"),
        ('pressed.main != "1"', facts(), "there is no main"),
        ("1 / size(patients) == 1", facts(), "error: division by zero in CEL expression"),
        ("size(caller.number) > 0 ? true : false", facts(ANONYMOUS), "false"),
        ('caller.number != ""', facts(caller(raw="\ud800")), "error: Conversion Error"),
    ],
)
def test_what_goes_wrong_in_a_call_does_not_hold_and_says_so(expression, given, said):
    assert not matches({"if": expression}, given)
    assert why({"if": expression}, given).startswith(said)
