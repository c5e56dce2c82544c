"""Looking a patient up without a call: the same card, the same rights, always an audit row."""

from dataclasses import replace

import pytest

from ccd.settings.hiding import Hidden
from tests.unit.desk.conftest import make_house
from tests.unit.desk.debts import FakeDebts
from tests.unit.desk.samples import MARIA, RAW, SONYA, past

LOOK = "/api/patients?number=8%20(916)%20123-45-67"


@pytest.fixture
async def house():
    built = make_house(FakeDebts(people={"8 (916) 123-45-67": (SONYA, MARIA)}))
    async with built.client:
        yield built


async def test_the_card_of_a_number_without_a_call(house):
    await house.sign_in(phone="")
    status, answer = await house.call("GET", LOOK)
    card = answer["card"]
    assert (status, card["state"], card["lookup"]) == (200, "found", "known")
    assert card["number"]["text"] == "8 (916) 123-45-67"
    assert [one["name"] for one in card["patients"]] == [SONYA.full_name, MARIA.full_name]


async def test_each_look_has_its_audit_row_with_the_reason(house):
    await house.sign_in()
    await house.call("GET", LOOK + "&why=%D0%B7%D0%B2%D0%BE%D0%BD%D0%B8%D0%BB%D0%B0")
    await house.call("GET", LOOK)
    await house.call("GET", "/api/patients?number=%2B79160000000")
    await house.trail.flush()
    looks = [one for one in house.audit.entries if one.action == "search"]
    assert [(one.user, one.patient_ids, one.reason) for one in looks] == [
        ("anna", ("МИС:17", "p1"), "звонила"),
        ("anna", ("МИС:17", "p1"), ""),
        ("anna", (), ""),
    ]
    assert looks[0].aliases == (("p17", "МИС:17"),)


async def test_what_the_role_may_not_see_is_not_in_the_answer():
    house = make_house(
        FakeDebts(people={RAW: (SONYA,)}), hidden=Hidden(operator=("medical", "debt", "policies", "visits"))
    )
    async with house.client:
        await house.sign_in()
        answer = await house.client.get(f"/api/patients?number=%2B{RAW[1:]}")
        raw = await answer.text()
    assert SONYA.full_name in raw
    assert [sign for sign in ("пенициллин", "1234.56", "РЕСО", "кабинет") if sign in raw] == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "error.number"),
        ("number=112", "error.number"),
        ("number=' OR 1=1 --", "error.number"),
        ("number=" + "7" * 41, "error.number"),
        (f"number=%2B{RAW[1:]}&why=a%00b", "error.why"),
        (f"number=%2B{RAW[1:]}&why=" + "x" * 201, "error.why"),
    ],
)
async def test_what_is_no_number_is_not_looked_up(house, query, code):
    await house.sign_in()
    status, answer = await house.call("GET", f"/api/patients?{query}")
    assert (status, answer["error"]["code"]) == (422, code)
    await house.trail.flush()
    assert "search" not in house.audit.actions("anna")


async def test_a_clinic_may_ask_for_the_reason():
    house = make_house(FakeDebts(people={RAW: (MARIA,)}), ask_reason=True)
    async with house.client:
        await house.sign_in()
        assert (await house.call("GET", LOOK))[1]["error"]["code"] == "error.why"
        assert (await house.call("GET", LOOK + "&why=x"))[0] == 200


async def test_without_a_session_nothing_is_looked_up(house):
    assert (await house.call("GET", LOOK))[0] == 401


async def test_who_looked_a_number_up_may_read_its_calls(house):
    house.archive.records = [past(1, days=2)]
    calls = f"/api/calls?number=%2B{RAW[1:]}"
    await house.sign_in()
    assert (await house.call("GET", calls))[0] == 403
    await house.call("GET", LOOK)
    assert len((await house.call("GET", calls))[1]["calls"]) == 1
    await house.sign_in("oleg")
    assert (await house.call("GET", calls))[0] == 403


async def test_a_source_that_is_late_is_told_as_silent(house, monkeypatch):
    real = house.debts.find

    async def slow(number):
        return replace(await real(number), failed=("МИС",), asking=("МИС",))

    monkeypatch.setattr(house.debts, "find", slow)
    late = make_house(house.debts)
    async with late.client:
        await late.sign_in()
        card = (await late.call("GET", LOOK))[1]["card"]
    assert (card["failed"], card["asking"]) == (["МИС"], [])
