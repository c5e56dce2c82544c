"""Conditions on the patients behind the number: of several, any one is enough."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from ccd.directory.model import Policy, Visit
from ccd.routing.facts import Facts
from tests.unit.routing.facts import ANONYMOUS, NOON, caller, facts, matches, person, why

SILENT = facts(caller(failed=("built-in",)))


def born(text: str):
    return facts(caller(person(birth_date=date.fromisoformat(text))))


@pytest.mark.parametrize(
    ("age", "birth", "expected"),
    [
        ("0-17", "2008-11-19", True),  # 18 tomorrow
        ("0-17", "2008-11-18", False),  # 18 today
        (">=65", "1961-11-18", True),
        (">=65", "1961-11-19", False),
        ("<3", "2026-11-18", True),
        ("<3", "2026-11-19", False),  # not born yet: nobody knows
        ("40", "1986-01-01", True),
        (40, "1986-01-01", True),
        (["<3", ">80"], "1940-01-01", True),
        ("26", "2000-02-29", True),
    ],
)
def test_age_in_full_years(age, birth, expected):
    assert matches({"age": age}, born(birth)) is expected


def test_any_patient_behind_the_number_is_enough():
    mother, child = person(birth_date=date(1990, 1, 1)), person(birth_date=date(2020, 1, 1), language="ru")
    given = facts(caller(mother, child))
    assert matches({"age": "0-17"}, given)
    assert matches({"age": ">=18"}, given)
    assert matches({"age": ">=18", "language": "ru"}, given)  # each condition by itself
    assert why({"age": "7"}, given) == "36, 6"


def policy(insurer: str, start: str, end: str, kind: str = "") -> Policy:
    return Policy(
        insurer=insurer, programme="", number="1", kind=kind,
        valid_from=date.fromisoformat(start), valid_until=date.fromisoformat(end),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("policies", "state"),
    [
        ((), "none"),
        ((policy("a", "2026-01-01", "2026-11-18"),), "active"),
        ((policy("a", "2026-11-18", "2027-11-18"),), "active"),
        ((policy("a", "2026-01-01", "2026-11-17"),), "expired"),
        ((policy("a", "2026-11-19", "2027-11-17"),), "none"),
        ((policy("a", "2025-01-01", "2025-11-17"), policy("b", "2026-01-01", "2026-12-31")), "active"),
        ((Policy(insurer="a", programme="", number=""),), "active"),
    ],
)
def test_each_patient_is_in_exactly_one_state_of_policy(policies, state):
    given = facts(caller(person(policies=policies)))
    assert [one for one in ("active", "expired", "none") if matches({"policy": one}, given)] == [state]


def test_insurer_and_kind_are_of_a_policy_that_is_valid_today():
    valid, over = (
        policy("Ингос", "2026-01-01", "2026-12-31", "ДМС"),
        policy("Alfa", "2025-01-01", "2025-02-02"),
    )
    given = facts(caller(person(policies=(valid, over))))
    assert matches({"insurer": "ингос", "policy_kind": "дмс"}, given)
    assert not matches({"insurer": "Alfa"}, given)
    assert why({"insurer": "Alfa"}, given) == "Ингос"


@pytest.mark.parametrize(
    ("debt", "owes", "expected"),
    [
        (">0", "0", False),
        (">0", "0.01", True),
        (">=5000", "4999.99", False),
        (5000, "5000", True),
        ("100-200", "200", True),
        (">0", None, False),
    ],
)
def test_debt(debt, owes, expected):
    given = facts(caller(person(debt=owes and Decimal(owes))))
    assert matches({"debt": debt}, given) is expected


def test_language_and_doctor():
    given = facts(caller(person(language="uk", doctor="Петрова  Анна")))
    assert matches({"language": "uk", "doctor": "петрова анна"}, given)
    assert not matches({"language": "ru"}, given)
    assert why({"doctor": "x"}, facts(caller(person()))) == "no doctor is known"


@pytest.mark.parametrize(
    ("visit", "from_now", "expected"),
    [
        ("today", timedelta(hours=-2), True),  # late: still today's
        ("today", timedelta(hours=11, minutes=59), True),
        ("today", timedelta(hours=12), False),
        ("today", timedelta(hours=-13), False),
        ("tomorrow", timedelta(hours=12), True),
        ("tomorrow", timedelta(hours=36), False),
        ("within 4h", timedelta(hours=4), True),
        ("within 4h", timedelta(hours=4, seconds=1), False),
        ("within 4h", timedelta(seconds=-1), False),
        ("within 1h30m", timedelta(minutes=90), True),
    ],
)
def test_booked_visits(visit, from_now, expected):
    def at(status: str) -> Facts:
        found = Visit(starts_at=NOON + from_now, doctor="", specialty="", place="", status=status)
        return facts(caller(person(), person(visits=(found,))))

    assert matches({"visit": visit}, at("booked")) is expected
    assert not matches({"visit": visit}, at("cancelled"))


def test_how_many_patients():
    assert matches({"patients": ">1"}, facts(caller(person(), person())))
    assert not matches({"patients": ">1"}, facts(caller(person())))
    assert matches({"patients": 0}, facts(ANONYMOUS))


def test_a_silent_directory_proves_nothing():
    for when in ({"patients": 0}, {"policy": "none"}, {"tag": "x"}, {"age": "<3"}, {"visit": "today"}):
        assert not matches(when, SILENT)
        assert "the directory gave no answer" in why(when, SILENT)
    partly = facts(caller(person(), person(), failed=("fhir",)))
    assert matches({"patients": ">1"}, partly)
    assert not matches({"patients": "2"}, partly)
    assert not matches({"policy": "none"}, partly)
