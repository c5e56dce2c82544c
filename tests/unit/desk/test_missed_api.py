"""Missed calls on the desk: who sees them, how one is called back, what is written down."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from ccd.missed.happening import Kind, ring_back_id
from ccd.ports.switchboard import NotBegunError, NotHeardError
from ccd.ports.worklist import Claimed
from tests.unit.desk.lost import lost
from tests.unit.desk.samples import MARIA, NOW, PETYA, RAW, Story, ago
from tests.unit.desk.test_owed import PHONES, trail

OTHER = "+79031112233"
NAME = "1731411000.1"


async def refused(house, path: str) -> tuple[int, str]:
    status, answer = await house.call("POST", path)
    return status, answer["error"]["code"]


@pytest.mark.parametrize(("name", "phone"), PHONES.items())
async def test_every_role_sees_whom_to_call(house, name, phone):
    await house.sign_in(name, phone)
    house.lost.rows = [lost(calls=3, attempts=1, tried_at=ago(minutes=5))]
    house.lost.unknown_calls = 4
    house.debts.people = {RAW: (MARIA,)}
    _, answer = await house.call("GET", "/api/missed")
    (one,) = answer["tasks"]
    assert one["who"] == {
        "number": "8 (916) 123-45-67",
        "name": MARIA.full_name,
        "people": 1,
        "line_name": "",
    }
    assert (one["id"], one["queue"], one["calls"], one["attempts"]) == (NAME, "operators", 3, 1)
    assert (one["late"], one["callable"], one["taken_by"], one["on_line"]) == (False, True, "", False)
    assert one["due"] - one["since"] == timedelta(hours=2) / timedelta(milliseconds=1)
    assert answer["unknown"] == 4


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("POST", "/1.1/call"), ("POST", "/1.1/done")])
async def test_nobody_sees_or_does_anything_without_a_session(house, method, path):
    status, answer = await house.call(method, f"/api/missed{path}")
    assert (status, answer["error"]["code"]) == (401, "error.signed_out")


async def test_the_oldest_come_first_and_the_late_say_so(house):
    await house.sign_in()
    late = lost("2.1", number=OTHER, since=ago(hours=3), due_by=ago(hours=1))
    house.lost.rows = [lost(), late, lost("3.1", last_at=ago(days=8), since=ago(days=8))]
    _, answer = await house.call("GET", "/api/missed")
    assert [(one["id"], one["late"]) for one in answer["tasks"]] == [("2.1", True), (NAME, False)]


def many(count: int) -> list[Claimed]:
    return [
        lost(f"{place}.1", number=f"+7916555{place:04d}", since=ago(minutes=1000 - place))
        for place in range(count)
    ]


async def test_there_is_a_way_to_those_beyond_the_first_200(house):
    await house.sign_in()
    house.lost.rows = many(450)
    _, first = await house.call("GET", "/api/missed")
    assert (len(first["tasks"]), first["skip"], first["total"]) == (200, 0, 450)
    _, last = await house.call("GET", "/api/missed?skip=400")
    assert ([one["id"] for one in last["tasks"]], last["skip"]) == (
        [f"{at}.1" for at in range(400, 450)],
        400,
    )
    house.lost.rows = many(390)
    _, closer = await house.call("GET", "/api/missed?skip=400")
    assert (closer["skip"], len(closer["tasks"])) == (200, 190)


@pytest.mark.parametrize("skip", ["-1", "many", "9" * 30, "٣"])
async def test_a_place_that_is_none_is_refused(house, skip):
    await house.sign_in()
    assert (await house.call("GET", f"/api/missed?skip={skip}"))[0] == 422


async def test_one_key_rings_the_operators_own_phone(house):
    await house.sign_in()
    house.lost.rows = [lost()]
    house.debts.people = {RAW: (MARIA,)}
    status, answer = await house.call("POST", f"/api/missed/{NAME}/call")
    attempt = ring_back_id(lost().task.call_id, NOW)
    assert (status, answer) == (200, {"call": attempt})
    assert house.lost.rung == [("PJSIP/101", RAW, "84951234567", attempt)]
    assert await trail(house, "missed-called") == [("anna", (MARIA.patient_id,), NAME)]
    _, listed = await house.call("GET", "/api/missed")
    assert (listed["tasks"][0]["taken_by"], listed["tasks"][0]["mine"]) == ("anna", True)


async def test_two_operators_never_call_one_patient(house):
    await house.sign_in()
    house.lost.rows = [lost()]
    await house.call("POST", f"/api/missed/{NAME}/call")
    await house.sign_in("oleg", "PJSIP/102")
    assert await refused(house, f"/api/missed/{NAME}/call") == (409, "error.missed_taken")
    assert len(house.lost.rung) == 1


async def test_two_at_the_same_moment(house):
    await house.sign_in()
    house.lost.rows = [lost()]
    calls = (house.call("POST", f"/api/missed/{NAME}/call") for _ in range(3))
    assert sorted(status for status, _ in await asyncio.gather(*calls)) == [200, 409, 409]
    assert len(house.lost.rung) == 1


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"number": "+449161234567"}, 422, "error.missed_number"),
        ({"number": "+78091234567"}, 422, "error.missed_number"),
        ({"closed": Kind.THROUGH}, 409, "error.missed_over"),
    ],
)
async def test_who_is_not_called(house, changes, status, code):
    await house.sign_in()
    house.lost.rows = [lost(**changes)]
    assert await refused(house, f"/api/missed/{NAME}/call") == (status, code)
    assert house.lost.rung == []


async def test_who_is_on_the_line_is_not_called(house):
    await house.sign_in()
    house.lost.rows = [lost()]
    house.lost.in_progress = [replace(Story().ringing().record, caller_number="8 916 123 45 67")]
    assert await refused(house, f"/api/missed/{NAME}/call") == (409, "error.missed_on_line")
    _, answer = await house.call("GET", "/api/missed")
    assert answer["tasks"][0]["on_line"]


async def test_who_sits_at_no_phone_calls_nobody(house):
    await house.sign_in("vera", "")
    house.lost.rows = [lost()]
    assert await refused(house, f"/api/missed/{NAME}/call") == (422, "error.missed_no_phone")


@pytest.mark.parametrize(
    ("error", "taken"), [(NotBegunError("no"), ""), (NotHeardError("nobody knows"), "anna")]
)
async def test_a_call_that_was_not_begun_leaves_the_patient_to_others(house, error, taken):
    await house.sign_in()
    house.lost.rows, house.lost.error = [lost()], error
    assert await refused(house, f"/api/missed/{NAME}/call") == (503, "error.missed_not_called")
    _, answer = await house.call("GET", "/api/missed")
    assert answer["tasks"][0]["taken_by"] == taken


async def test_a_locked_database_calls_nobody(house):
    await house.sign_in()
    house.lost.rows, house.lost.locked = [lost()], True
    assert await refused(house, f"/api/missed/{NAME}/call") == (503, "error.not_done")
    assert house.lost.rung == []


async def test_nothing_is_left_to_do(house):
    await house.sign_in()
    house.lost.rows = [lost()]
    house.debts.people = {RAW: (MARIA, PETYA)}
    assert (await house.call("POST", f"/api/missed/{NAME}/done"))[0] == 200
    assert await trail(house, "missed-done") == [("anna", ("p1", "p2"), NAME)]
    assert await refused(house, f"/api/missed/{NAME}/done") == (409, "error.missed_over")
    assert (await house.call("GET", "/api/missed"))[1]["tasks"] == []


async def test_each_look_is_written_down_once_a_day(house):
    await house.sign_in()
    house.lost.rows = [lost()]
    house.debts.people = {RAW: (MARIA,)}
    for _ in range(3):
        await house.call("GET", "/api/missed")
    assert await trail(house, "missed") == [("anna", (MARIA.patient_id,), NAME)]
