"""Visits over the API: only for whoever is on this phone's card; every outcome in words; nothing twice."""

from dataclasses import replace
from typing import Any

import pytest

from ccd.directory.model import Origin
from ccd.settings.hiding import Hidden
from tests.unit.desk.conftest import make_house
from tests.unit.desk.samples import MARIA, Story, caller

MARIAS = replace(MARIA, patient_id="mis:17", known_as=(("mis", "17"),))
STORY = Story(who=caller(MARIAS))
KEY = "0" * 32


def wish(number: int = 0, **fields: Any) -> dict[str, Any]:
    known = {"kind": "book", "call": STORY.call_id, "patient": "mis:17", "source": "mis", "slot": "s1"}
    return {"key": f"{number:032x}", **known, **fields}


@pytest.fixture
async def desk(house: Any) -> Any:
    await house.sign_in()
    house.hub.show(STORY.talking())
    return house


async def book(desk: Any, number: int = 0, **fields: Any) -> tuple[int, dict[str, Any]]:
    status, answer = await desk.call("POST", "/api/bookings", wish(number, **fields))
    return status, answer


def code(answer: dict[str, Any]) -> str:
    return str(answer["error"]["code"])


async def test_free_hours_by_a_word(desk):
    status, answer = await desk.call("GET", "/api/slots?text=окул")
    assert (status, answer["failed"], answer["owners"]) == (200, [], ["mis"])
    assert [one["id"] for one in answer["slots"]] == ["s2", "s4", "s6"]
    assert answer["slots"][0]["source"] == "mis"


async def test_a_schedule_that_is_down_is_named(desk):
    desk.reception.schedule.down = True
    _, answer = await desk.call("GET", "/api/slots")
    assert (answer["slots"], answer["failed"]) == ([], ["mis"])


async def test_a_visit_is_booked_for_the_one_on_the_card(desk):
    status, answer = await book(desk)
    assert (status, answer["state"], answer["visit"]["doctor"]) == (200, "done", "Ким А. В.")
    placed = desk.reception.journal.orders[KEY]
    assert (placed.known_as, placed.patient_id, placed.user) == ("17", "mis:17", "anna")
    assert (placed.phone, placed.call_id, placed.number) == ("PJSIP/101", STORY.call_id, "+79161234567")
    assert (await desk.call("GET", f"/api/bookings/{KEY}"))[1] == answer


async def test_the_same_wish_again_books_once(desk):
    first = await book(desk)
    assert await book(desk) == first
    assert desk.reception.schedule.asked == [KEY]
    assert (await book(desk, slot="s2"))[0] == 409


async def test_who_sees_no_visits_books_none():
    house = make_house(hidden=Hidden(operator=("visits",)))
    async with house.client:
        await house.sign_in()
        house.hub.show(STORY.talking())
        assert (await house.call("GET", "/api/slots"))[0] == 403
        status, answer = await book(house)
    assert (status, code(answer)) == (403, "error.may_not_book")
    assert house.reception.journal.orders == {}


async def test_a_taken_hour_is_said(desk):
    await book(desk)
    status, answer = await book(desk, 1)
    assert (status, answer["state"], answer["code"]) == (200, "refused", "booking.taken")
    assert answer["message"] == "Somebody has just taken this hour."


async def test_an_unsure_order_is_being_checked_until_it_is_known(desk):
    desk.reception.schedule.lose = "after"
    _, answer = await book(desk)
    assert (answer["state"], answer["code"]) == ("unsure", "booking.unsure")
    await desk.reception.bookings.settle()
    assert (await desk.call("GET", f"/api/bookings/{KEY}"))[1]["state"] == "done"


async def test_moved_and_cancelled_from_the_list_of_visits(desk):
    _, answer = await book(desk)
    visit = replace(MARIAS.visits[0], visit_id=answer["visit"]["id"], origin=Origin("mis"))
    desk.hub.show(Story(who=caller(replace(MARIAS, visits=(visit,)))).talking())
    status, moved = await book(desk, 1, kind="move", visit=visit.visit_id, slot="s2")
    assert (status, moved["state"]) == (200, "done")
    assert [*desk.reception.schedule.taken] == ["s2"]
    cancelled = {"kind": "cancel", "slot": "", "visit": visit.visit_id}
    assert (await book(desk, 2, **cancelled))[1]["state"] == "done"
    assert (await book(desk, 3, kind="cancel", slot="", visit="another's"))[0] == 409


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"patient": "mis:18"}, 403, "error.not_yours"),
        ({"call": "another"}, 403, "error.not_yours"),
        ({"source": "x"}, 409, "error.no_schedule"),
        ({"slot": ""}, 422, "error.field"),
        ({"kind": "cancel"}, 422, "error.field"),
        ({"key": "A" * 32}, 422, "error.field"),
        ({"user": "vera"}, 422, "error.field"),
    ],
)
async def test_what_is_not_allowed_asks_nobody(desk, fields, status, said):
    got, answer = await book(desk, **fields)
    assert (got, code(answer)) == (status, said)
    assert desk.reception.journal.orders == {}


async def test_whom_the_source_does_not_know_is_refused_with_a_sentence(house):
    await house.sign_in()
    house.hub.show(Story(who=caller(replace(MARIAS, known_as=(("other", "5"),)))).talking())
    status, answer = await book(house)
    assert (status, code(answer)) == (409, "error.not_known_there")


async def test_a_doctor_does_not_book(house):
    await house.sign_in("kim", "PJSIP/201")
    assert (await house.call("GET", "/api/slots"))[0] == 403
    assert (await book(house))[0] == 403


async def test_a_foreign_page_books_nothing(desk):
    sent = {"Origin": "https://evil.example"}
    assert (await desk.call("POST", "/api/bookings", wish(), **sent))[0] == 403
    assert desk.reception.journal.orders == {}


async def test_an_order_is_its_users_alone(desk):
    await book(desk)
    await desk.sign_in("oleg", "PJSIP/102")
    assert (await desk.call("GET", f"/api/bookings/{KEY}"))[0] == 404


async def test_a_full_disk_books_nothing_and_says_so(desk):
    desk.reception.journal.down = True
    status, answer = await book(desk)
    assert (status, code(answer)) == (503, "error.not_done")
    assert desk.reception.schedule.asked == []
