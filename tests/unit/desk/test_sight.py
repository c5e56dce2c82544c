"""What a role may not see does not leave the server: looked for in the raw texts, in every way out."""

from dataclasses import replace
from typing import get_args

import pytest

from ccd.desk.card import dump
from ccd.desk.sight import Sight, seen
from ccd.people import Role
from ccd.settings.hiding import FactKind, Hidden
from tests.unit.desk.conftest import House, make_house
from tests.unit.desk.debts import FakeDebts, promise
from tests.unit.desk.samples import RAW, SONYA, Story, ago, caller, past

STORY = Story(who=caller(SONYA))
SIGNS: dict[FactKind, tuple[str, ...]] = {
    "medical": ("пенициллин",),
    "remarks": ("коляска",),
    "debt": ("1234.56", "Касса"),
    "tags": ("VIP",),
    "birth_date": ("2019",),
    "doctor": ('"doctor":"Орлова',),
    "policies": ("РЕСО", "Базис", "УЗИ"),
    "coverage": ("УЗИ", "1555.55"),
    "visits": ("кабинет 204", "не есть"),
    "visit_details": ("терапевт", "не есть"),
}
"""What a reader of the raw data would find of each kind, and of that kind alone."""
NEVER_HIDDEN = ("Иванова Софья", "guardian")


def everything() -> Hidden:
    return Hidden(operator=tuple(SIGNS), doctor=(), supervisor=tuple(SIGNS))


async def ways_out(house: House, name: str) -> str:
    """All that somebody gets: card, catching up, overview, history, today, promises, search."""
    await house.sign_in(name)
    await house.call("PUT", "/api/phone", {"phone": "PJSIP/101"})
    socket = await house.socket()
    texts = [(await socket.receive(timeout=10)).data]
    house.hub.show(STORY.ringing())
    while '"card"' not in texts[-1]:
        texts.append((await socket.receive(timeout=10)).data)
    again = await house.socket()
    for _ in range(3 if name == "vera" else 2):
        texts.append((await again.receive(timeout=10)).data)  # noqa: PERF401 - one after the other
    assert ("overview" in texts[-1]) is (name == "vera")
    number = f"number=%2B{RAW[1:]}"
    for path in (f"/api/calls?{number}", "/api/today", "/api/promises", f"/api/patients?{number}"):
        answer = await house.client.get(path)
        texts.append(dump(await answer.json()))
    await socket.close()
    await again.close()
    return "\n".join(texts)


@pytest.fixture
def debts():
    return FakeDebts(people={RAW: (SONYA,)})


@pytest.mark.parametrize("name", ["anna", "vera"])
async def test_nothing_hidden_is_in_any_way_out(debts, name):
    debts.promises.rows = [promise()]
    house = make_house(debts, hidden=everything())
    house.archive.records = [past(1, minutes=5)]
    house.history.reminded_at = ago(hours=1)
    async with house.client:
        raw = await ways_out(house, name)
    found = [sign for signs in SIGNS.values() for sign in signs if sign in raw]
    assert found == []
    assert '"reminded"' not in raw
    assert all(sign in raw for sign in NEVER_HIDDEN)


async def test_who_sees_everything_gets_it(debts):
    house = make_house(debts, hidden=everything())
    async with house.client:
        raw = await ways_out(house, "kim")
    assert [sign for signs in SIGNS.values() for sign in signs if sign not in raw] == []


@pytest.mark.parametrize("kind", get_args(FactKind))
def test_each_kind_leaves_by_itself_and_the_rest_stays(kind):
    left = repr(seen(caller(SONYA), frozenset({kind})).patients)
    assert left != repr((SONYA,))
    assert all(sign in left for sign in NEVER_HIDDEN if sign != "guardian")
    others = set(SIGNS) - {kind, "coverage", "visit_details", "policies", "visits", "birth_date"}
    gone = {other for other in others for sign in SIGNS[other] if sign.removeprefix('"doctor":"') not in left}
    assert gone == set()


def test_by_default_an_operator_sees_no_diagnoses_and_a_doctor_no_debts():
    sight = Sight()
    assert sight.unseen(Role.OPERATOR) == {"medical"}
    assert sight.unseen(Role.DOCTOR) == {"debt"}


def test_a_caller_with_nothing_hidden_is_not_copied():
    who = caller(SONYA)
    assert seen(who, frozenset()) is who
    assert seen(replace(who, patients=()), frozenset({"debt"})).patients == ()
