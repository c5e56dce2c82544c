"""Phones, languages, calls and notes."""

import asyncio
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from ccd.calls.ids import LinkedId
from ccd.calls.record import CallRecord, Disposition
from ccd.desk import calls_api
from tests.unit.desk.conftest import make_house
from tests.unit.desk.debts import promise
from tests.unit.desk.fakes import member
from tests.unit.desk.samples import ANNA, MARIA, OLEG, RAW, Story, ago, caller, past

STORY = Story(who=caller(MARIA))
NOTE = f"/api/calls/{STORY.call_id}/note"


async def test_phones_are_listed_once_with_their_queues(house):
    await house.sign_in(phone="")
    _, answer = await house.call("GET", "/api/phones")
    assert [(one["phone"], one["queues"]) for one in answer["phones"]] == [
        ("PJSIP/101", ["operators"]),
        ("PJSIP/102", ["operators", "insurance"]),
        ("PJSIP/201", ["duty-doctor"]),
    ]


@pytest.mark.parametrize("names", [("PJSIP/11", "Registratura"), ("Registratura", "PJSIP/11")])
async def test_a_phone_has_the_name_that_any_queue_gives_it(house, names):
    await house.sign_in(phone="")
    house.phones.rows = [member("PJSIP/11", name, f"queue-{at}") for at, name in enumerate(names)]
    _, answer = await house.call("GET", "/api/phones")
    assert [one["name"] for one in answer["phones"]] == ["Registratura"]


async def test_only_a_known_phone_can_be_picked(house):
    await house.sign_in()
    status, answer = await house.call("PUT", "/api/phone", {"phone": "PJSIP/999"})
    assert (status, answer["error"]["code"]) == (422, "error.phone")
    assert (await house.call("PUT", "/api/phone", {"phone": ""}))[0] == 422


async def test_a_supervisor_may_sit_at_no_phone(house):
    await house.sign_in("vera", "PJSIP/101")
    assert (await house.call("PUT", "/api/phone", {"phone": ""}))[0] == 200
    _, me = await house.call("GET", "/api/me")
    assert (me["phone"], me["oversees"]) == ("", True)


async def test_the_language_is_remembered(house):
    await house.sign_in()
    assert (await house.call("PUT", "/api/language", {"language": "uk"}))[0] == 200
    assert (await house.call("GET", "/api/me"))[1]["language"] == "uk"
    assert (await house.call("PUT", "/api/language", {"language": "xx"}))[0] == 422


async def test_a_note_is_written_and_shown(house):
    await house.sign_in()
    house.archive.records = [STORY.talking().record]
    house.hub.show(STORY.talking())
    status, answer = await house.call("PUT", NOTE, {"topic": "price", "note": " Сколько стоит\x00 МРТ? "})
    assert (status, answer["topic"], answer["note"], answer["by"]) == (
        200,
        "price",
        "Сколько стоит МРТ?",
        "anna",
    )
    [note] = house.archive.notes
    assert (note.topic, note.note, note.by) == ("price", "Сколько стоит МРТ?", "anna")
    entry = house.hub.entry(ANNA, LinkedId(STORY.call_id))
    assert entry is not None
    assert entry.note == note
    await house.trail.flush()
    assert "note" in house.audit.actions("anna")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"topic": "nonsense"}, "error.topic"),
        ({"topic": "", "note": "  "}, "error.note_empty"),
        ({"topic": "price", "note": "x" * 2001}, "error.note_too_long"),
        ({"topic": "price", "patient": 1}, "error.field"),
        ({"topic": 1}, "error.field"),
    ],
)
async def test_wrong_notes_are_refused_in_words(house, body, code):
    await house.sign_in()
    house.hub.show(STORY.talking())
    status, answer = await house.call("PUT", NOTE, body)
    assert (status, answer["error"]["code"]) == (422, code)
    assert house.archive.notes == []


OUTCOMES = (
    {"id": "booked", "ru": "Записан", "uk": "Записано", "en": "Booked"},
    {
        "id": "advice",
        "ru": "Совет",
        "uk": "Порада",
        "en": "Advice",
        "children": ({"id": "prices", "ru": "Цены", "uk": "Ціни", "en": "Prices"},),
    },
)


@pytest.fixture
async def choosy():
    """A clinic with a list of outcomes."""
    built = make_house(outcomes=OUTCOMES, outcome_required=True)
    async with built.client:
        built.archive.records = [STORY.talking().record]
        built.hub.show(STORY.talking())
        await built.sign_in()
        yield built


async def test_the_page_knows_the_outcomes(choosy):
    _, me = await choosy.call("GET", "/api/me")
    assert me["outcome_required"]
    assert [(one["id"], [child["id"] for child in one["children"]]) for one in me["outcomes"]] == [
        ("booked", []),
        ("advice", ["prices"]),
    ]


async def test_an_outcome_is_written_and_shown(choosy):
    status, answer = await choosy.call("PUT", NOTE, {"outcome": "advice.prices"})
    assert (status, answer["outcome"]) == (200, "advice.prices")
    assert (await choosy.call("PUT", NOTE, {"topic": "price"}))[1]["outcome"] is None
    entry = choosy.hub.entry(ANNA, LinkedId(STORY.call_id))
    assert entry is not None
    card = entry.json(choosy.hub.clinic, frozenset())
    assert (card["topic"], card["outcome"]) == ("price", "advice.prices")
    _, today = await choosy.call("GET", "/api/today")
    assert [one["outcome"] for one in today["calls"]] == ["advice.prices"]


def over(call_id: str, days: int = 0, **changes: Any) -> CallRecord:
    """A talk of Anna's that is over."""
    return replace(past(1, days=days, **changes), call_id=LinkedId(call_id))


async def test_what_is_saved_without_its_outcome_is_kept_and_marked(choosy):
    choosy.archive.records = [over(STORY.call_id)]
    status, answer = await choosy.call("PUT", NOTE, {"topic": "price", "outcome": "", "note": "said"})
    assert (status, answer["lacks_outcome"]) == (200, True)
    assert (choosy.archive.notes[-1].topic, choosy.archive.notes[-1].note) == ("price", "said")
    assert (await choosy.call("PUT", NOTE, {"outcome": "booked"}))[1]["lacks_outcome"] is False
    assert (await choosy.call("PUT", NOTE, {"topic": "price"}))[1]["lacks_outcome"] is None
    await choosy.call("PUT", NOTE, {"topic": "price", "outcome": ""})
    _, today = await choosy.call("GET", "/api/today")
    assert [one["lacks_outcome"] for one in today["calls"]] == [True]


async def test_calls_of_yesterday_without_an_outcome_are_asked_for_again(choosy):
    choosy.archive.records = [
        over("today", outcome="booked"),
        over("lacking", days=1),
        over("whole", days=1, outcome="booked"),
        over("missed", days=1, disposition=Disposition.ABANDONED),
        over("older", days=2),
    ]
    _, today = await choosy.call("GET", "/api/today")
    assert [one["id"] for one in today["calls"]] == ["today"]
    assert [(one["id"], one["lacks_outcome"]) for one in today["earlier"]] == [("lacking", True)]


async def test_where_none_is_required_none_is_lacking(house):
    await house.sign_in()
    house.archive.records = [over("1.1"), over("1.2", days=1)]
    _, today = await house.call("GET", "/api/today")
    assert ([one["lacks_outcome"] for one in today["calls"]], today["earlier"]) == ([False], [])


@pytest.mark.parametrize("outcome", ["nonsense", "advice", "advice.nonsense", "booked.prices", "prices"])
async def test_an_outcome_that_is_none_is_refused(choosy, outcome):
    status, answer = await choosy.call("PUT", NOTE, {"topic": "price", "outcome": outcome})
    assert (status, answer["error"]["code"]) == (422, "error.outcome")
    assert choosy.archive.notes == []


async def test_the_history_tells_what_was_changed(choosy):
    for outcome in ("advice.prices", "booked"):
        await choosy.call("PUT", NOTE, {"outcome": outcome})
    _, answer = await choosy.call("GET", f"/api/calls?{urlencode({'number': RAW})}")
    (row,) = answer["calls"]
    told = [(one["field"], one["before"], one["after"], one["by"]) for one in row["edits"]]
    assert told == [("outcome", "", "advice.prices", "anna"), ("outcome", "advice.prices", "booked", "anna")]


async def test_an_operator_may_not_annotate_calls_of_other_phones(house):
    await house.sign_in("oleg", "PJSIP/102")
    house.hub.show(STORY.talking())
    house.archive.records = [STORY.talking().record]
    assert (await house.call("PUT", NOTE, {"topic": "price"}))[0] == 403
    assert house.archive.notes == []


async def test_a_doctor_is_no_supervisor(house):
    await house.sign_in("kim", "PJSIP/201")
    house.archive.records = [STORY.talking().record]
    assert (await house.call("PUT", NOTE, {"topic": "price"}))[0] == 403


async def test_a_supervisor_annotates_any_call(house):
    await house.sign_in("vera", "")
    house.archive.records = [STORY.ended().record]
    house.hub.show(STORY.ended())
    assert (await house.call("PUT", NOTE, {"topic": "price"}))[0] == 200
    entry = house.hub.entry(ANNA, LinkedId(STORY.call_id))
    assert entry is not None
    assert entry.note is not None
    assert (await house.call("PUT", "/api/calls/unknown/note", {"topic": "price"}))[0] == 404


async def test_after_a_restart_the_archive_knows_whose_call_it_was(house):
    await house.sign_in()
    house.archive.records = [STORY.ended().record]
    assert (await house.call("PUT", NOTE, {"topic": "price"}))[0] == 200


async def test_without_a_phone_nothing_is_ones_own(house):
    await house.sign_in(phone="")
    house.archive.records = [STORY.ended().record]
    assert (await house.call("PUT", NOTE, {"topic": "price"}))[0] == 403
    assert (await house.call("GET", "/api/today"))[1] == {"calls": [], "earlier": []}


async def test_a_locked_database_is_told_and_nothing_claimed(house):
    await house.sign_in()
    house.hub.show(STORY.talking())
    house.archive.locked = True
    status, answer = await house.call("PUT", NOTE, {"topic": "price"})
    assert (status, answer["error"]["code"]) == (503, "error.not_saved")
    assert (await house.call("GET", "/api/today"))[0] == 503
    entry = house.hub.entry(ANNA, LinkedId(STORY.call_id))
    assert entry is not None
    assert entry.note is None


async def test_a_database_that_hangs_is_not_waited_for(house, monkeypatch):
    monkeypatch.setattr(calls_api, "_PATIENCE", 0.01)
    await house.sign_in()
    house.hub.show(STORY.talking())
    house.archive.slow = True
    async with asyncio.timeout(10):
        assert (await house.call("PUT", NOTE, {"topic": "price"}))[0] == 503


async def test_a_call_not_yet_in_the_records_can_be_tried_again(house):
    await house.sign_in()
    house.hub.show(STORY.talking())
    assert (await house.call("PUT", NOTE, {"topic": "price"}))[0] == 503


async def test_the_calls_of_a_number_that_is_on_the_line(house):
    await house.sign_in()
    house.archive.records = [
        past(1, topic="booking", days=3, patient_ids=("p1",)),
        past(2, caller_number="+7903"),
    ]
    house.hub.show(STORY.ringing())
    status, answer = await house.call("GET", "/api/calls?number=%2B79161234567")
    [row] = answer["calls"]
    assert (status, row["topic"], row["agent"], row["state"]) == (200, "booking", "Анна Петрова", "wrapup")
    await house.trail.flush()
    assert "history" in house.audit.actions("anna")


async def test_other_numbers_are_none_of_an_operators_business(house):
    await house.sign_in()
    assert (await house.call("GET", "/api/calls?number=%2B79161234567"))[0] == 403
    assert (await house.call("GET", "/api/calls"))[0] == 403


async def test_a_supervisor_may_ask_for_any_number(house):
    await house.sign_in("vera", "")
    house.archive.records = [past(1)]
    assert len((await house.call("GET", f"/api/calls?number={RAW.replace('+', '%2B')}"))[1]["calls"]) == 1
    assert (await house.call("GET", "/api/calls"))[1] == {"calls": [], "whys": []}


async def test_the_same_digits_of_another_country_are_another_caller(house):
    await house.sign_in()
    house.archive.records = [
        past(1, caller_number="+19165550123"),
        past(2, caller_number="89165550123"),
        past(3, caller_number="0019165550123"),
        past(4, caller_number="+19165550123", withheld=True),
        past(5, caller_number="sip:9165550123"),
    ]
    house.hub.show(Story(raw="+19165550123").ringing())
    _, answer = await house.call("GET", "/api/calls?number=%2B19165550123")
    assert [one["id"] for one in answer["calls"]] == ["past.1", "past.3", "past.5"]


async def test_today_is_of_the_own_phone_and_of_today(house):
    await house.sign_in()
    house.archive.records = [past(1, minutes=5), past(2, days=2), past(3, minutes=9, phone=OLEG)]
    _, answer = await house.call("GET", "/api/today")
    assert [(one["id"], one["talked"], one["number"]) for one in answer["calls"]] == [
        ("past.1", 192.0, "8 (916) 123-45-67")
    ]


async def test_who_asked_to_be_hidden_is_hidden_in_lists_too(house):
    await house.sign_in()
    house.archive.records = [past(1, minutes=5, withheld=True, caller_name=RAW)]
    [row] = (await house.call("GET", "/api/today"))[1]["calls"]
    assert (row["number"], row["key"], row["caller_name"]) == ("", "", "")
    assert "4567" not in str(row)


async def test_a_call_that_was_handed_on_is_of_both_phones_after_a_restart_too(house):
    house.archive.records = [STORY.handed_on().record]
    for name, phone, standing, talked in (
        ("anna", "PJSIP/101", "transferred", 192.0),
        ("oleg", "PJSIP/102", "wrapup", 8.0),
    ):
        await house.sign_in(name, phone)
        [row] = (await house.call("GET", "/api/today"))[1]["calls"]
        assert (row["state"], row["talked"]) == (standing, talked)
        assert (await house.call("PUT", NOTE, {"topic": "price"}))[0] == 200
    await house.sign_in("kim", "PJSIP/201")
    assert (await house.call("PUT", NOTE, {"topic": "price"}))[0] == 403


async def test_everything_needs_a_session(house):
    for method, path in (
        ("GET", "/api/phones"),
        ("GET", "/api/today"),
        ("GET", "/api/calls?number=1"),
        ("PUT", "/api/phone"),
        ("PUT", "/api/language"),
        ("PUT", NOTE),
        ("DELETE", "/api/session"),
        ("GET", "/ws"),
    ):
        status, answer = await house.call(method, path, {})
        assert (status, answer["error"]["code"]) == (401, "error.signed_out"), path


async def test_what_breaks_is_told_without_its_insides(house, monkeypatch):
    await house.sign_in()
    monkeypatch.setattr(house.phones, "members", lambda: 1 / 0)
    status, answer = await house.call("GET", "/api/phones")
    assert (status, answer["error"]["code"]) == (500, "error.server")
    assert "Zero" not in str(answer)


async def test_the_desk_is_alive(house):
    assert await house.call("GET", "/healthz") == (200, {"status": "ok"})


async def test_the_history_says_why_the_number_may_call_now(house):
    await house.sign_in("vera", "")
    house.archive.records = [replace(past(1), ended_at=ago(minutes=10))]
    house.history.reminded_at = ago(hours=2)
    house.debts.promises.rows = [promise(), promise(2, number="+79990001122")]
    number = f"/api/calls?number=%2B{RAW[1:]}"
    _, answer = await house.call("GET", number)
    assert [why["kind"] for why in answer["whys"]] == ["reminded", "cut", "promised"]
    house.debts.promises.locked = True
    _, answer = await house.call("GET", number + "&but=past.1")
    assert [why["kind"] for why in answer["whys"]] == ["reminded"]
