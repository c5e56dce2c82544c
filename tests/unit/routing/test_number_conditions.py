"""Conditions on the called number's source, and on the caller's number."""

import pytest

from ccd.routing.ruleset import RuleSet
from ccd.settings.models import Routing
from tests.unit.routing.facts import ANONYMOUS, caller, facts, matches, why

SOURCES = {"sources": {"yandex": ["+74951111111", "+7812*"], "flyer": "84952222222"}}
LISTS = {"lists": {"blocked": ["8 916 000-00-00".replace(" ", "").replace("-", "")], "labs": ["+7499*"]}}


@pytest.mark.parametrize(
    ("source", "called", "expected"),
    [
        ("yandex", "84951111111", True),
        ("yandex", "+78125555555", True),
        ("yandex", "84952222222", False),
        ("flyer", "4952222222", True),
        (["yandex", "flyer"], "4952222222", True),
    ],
)
def test_source_behind_the_called_number(source, called, expected):
    assert matches({"source": source}, facts(called=called), **SOURCES) is expected


@pytest.mark.parametrize(
    ("number", "raw", "expected"),
    [
        ("+79161234567", "89161234567", True),
        ("89161234567", "+79161234567", True),
        ("9161234567", "79161234567", True),
        ("+79161234567", "+79161234568", False),
        ("+7916*", "89161234567", True),
        ("+7917*", "89161234567", False),
        ("101", "101", True),
        ("*", "89161234567", True),
    ],
)
def test_caller_number_in_any_spelling(number, raw, expected):
    assert matches({"number": number}, facts(caller(raw=raw))) is expected


def test_a_withheld_number_is_no_number():
    assert not matches({"number": "*"}, facts(ANONYMOUS))
    assert why({"number": "*"}, facts(ANONYMOUS)) == "withheld"


def test_lists_of_callers():
    assert matches({"list": "blocked"}, facts(caller(raw="+79160000000")), **LISTS)
    assert matches({"list": ["blocked", "labs"]}, facts(caller(raw="84991234567")), **LISTS)
    assert not matches({"list": "blocked"}, facts(caller(raw="84991234567")), **LISTS)
    assert not matches({"list": ["blocked", "labs"]}, facts(ANONYMOUS), **LISTS)


@pytest.mark.parametrize(
    ("raw", "country", "line"),
    [
        ("+79161234567", "RU", "mobile"),
        ("+74951234567", "RU", "landline"),
        ("+380441234567", "UA", "landline"),
        ("+77012345678", "KZ", "mobile"),
        ("+12125550123", "US", ""),
        ("112", "", ""),
        ("Beeline", "", ""),
    ],
)
def test_country_and_line(raw, country, line):
    given = facts(caller(raw=raw))
    assert [code for code in ("RU", "UA", "KZ", "US") if matches({"country": code}, given)] == [country][
        : bool(country)
    ]
    assert [kind for kind in ("mobile", "landline") if matches({"line": kind}, given)] == [line][: bool(line)]
    assert why({"country": "FR"}, given) == (country or "of no country that is known")


def test_the_source_of_a_called_number_for_its_record():
    written = {"sources": {"yandex": ["+74951111111", "+7812*"], "flyer": ["84952222222", "+78121111111"]}}
    rules = RuleSet(Routing.model_validate(written))
    numbers = ("8 495 111-11-11", "74952222222", "+78121111111", "100", "")
    assert [rules.source(one) for one in numbers] == ["yandex", "flyer", "yandex", "", ""]
