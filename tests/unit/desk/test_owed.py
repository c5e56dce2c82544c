"""Promised calls and voice messages on the desk: who sees them, what is done, what is written down."""

import asyncio
import os
from dataclasses import replace

import pytest

from ccd.callbacks.promise import Standing
from ccd.desk import messages_api
from ccd.desk.owed import AT_ONCE, MOST
from ccd.directory.caller import Caller
from tests.unit.desk.conftest import House, make_house
from tests.unit.desk.debts import FakeDebts, message, promise, record
from tests.unit.desk.samples import MARIA, PETYA, RAW, ago

PHONES = {"anna": "PJSIP/101", "kim": "PJSIP/201", "vera": ""}


async def trail(house: House, action: str) -> list[tuple[str, tuple[str, ...], str | None]]:
    """What the audit trail has of an action: who, about whom, which call."""
    await house.trail.flush()
    rows = [one for one in house.audit.entries if one.action == action]
    return [(one.user, one.patient_ids, one.call_id) for one in rows]


@pytest.mark.parametrize(("name", "phone"), PHONES.items())
async def test_every_role_sees_what_is_owed(house, name, phone):
    await house.sign_in(name, phone)
    house.debts.promises.rows = [promise()]
    house.debts.messages.rows = [message()]
    house.debts.people = {RAW: (MARIA,)}
    _, promises = await house.call("GET", "/api/promises")
    _, messages = await house.call("GET", "/api/messages")
    who = {"number": "8 (916) 123-45-67", "name": MARIA.full_name, "people": 1, "line_name": ""}
    assert [(one["id"], one["who"], one["queue"]) for one in promises["live"]] == [(1, who, "operators")]
    assert [(one["id"], one["who"], one["seconds"]) for one in messages["messages"]] == [(1, who, 12.4)]


async def test_nobody_sees_or_does_anything_without_a_session(house):
    for method, path in (
        ("GET", "/api/promises"),
        ("POST", "/api/promises/1/cancel"),
        ("GET", "/api/messages"),
        ("GET", "/api/messages/1/audio"),
        ("POST", "/api/messages/1/heard"),
    ):
        status, answer = await house.call(method, path)
        assert (status, answer["error"]["code"]) == (401, "error.signed_out"), path


async def test_the_late_come_first_and_say_so(house):
    await house.sign_in()
    house.debts.promises.rows = [
        promise(1, due_by=ago(minutes=-5)),
        promise(2, due_by=ago(minutes=-20), at=ago(minutes=1)),
        promise(3, due_by=ago(minutes=2), state=Standing.CALLING),
        promise(4, due_by=ago(minutes=-2), at=ago(minutes=-1)),
    ]
    _, answer = await house.call("GET", "/api/promises")
    shown = [(one["id"], one["late"]) for one in answer["live"]]
    assert shown == [(3, True), (2, True), (4, False), (1, False)]


async def test_only_todays_broken_promises_are_told(house):
    await house.sign_in()
    house.debts.promises.rows = [
        promise(1, due_by=ago(hours=2), state=Standing.EXPIRED),
        promise(2, due_by=ago(days=1), state=Standing.EXPIRED),
        promise(3, due_by=ago(hours=1), state=Standing.UNREACHABLE, attempts=4),
        promise(4, due_by=ago(hours=1), state=Standing.KEPT),
    ]
    _, answer = await house.call("GET", "/api/promises")
    assert answer["live"] == []
    told = [(one["id"], one["state"], one["attempts"], one["late"]) for one in answer["broken"]]
    assert told == [(1, "expired", 0, False), (3, "unreachable", 4, False)]


async def test_a_name_is_given_only_when_it_is_sure(house):
    await house.sign_in()
    house.debts.promises.rows = [promise(1, name="IVANOVA"), promise(2, number="+79031112233", name="OLGA")]
    house.debts.people = {RAW: (MARIA, PETYA)}
    _, answer = await house.call("GET", "/api/promises")
    family, stranger = (one["who"] for one in answer["live"])
    assert (family["name"], family["people"], family["line_name"]) == ("", 2, "")
    assert (stranger["name"], stranger["people"], stranger["line_name"]) == ("", 0, "OLGA")


@pytest.mark.parametrize("number", ["", "anonymous", "<Restricted>"])
async def test_a_hidden_number_is_not_shown(house, number):
    await house.sign_in()
    house.debts.messages.rows = [message(number=number)]
    _, answer = await house.call("GET", "/api/messages")
    assert answer["messages"][0]["who"]["number"] == ""


async def test_a_promise_is_taken_back(house):
    await house.sign_in()
    house.debts.promises.rows = [promise()]
    house.debts.people = {RAW: (MARIA,)}
    assert await house.call("POST", "/api/promises/1/cancel") == (200, {"state": "cancelled"})
    assert (await house.call("GET", "/api/promises"))[1]["live"] == []
    assert await trail(house, "promise-cancelled") == [("anna", ("p1",), promise().call_id)]


@pytest.mark.parametrize(
    "state", [Standing.KEPT, Standing.EXPIRED, Standing.SUPERSEDED, Standing.CANCELLED, Standing.UNREACHABLE]
)
async def test_what_is_over_is_not_taken_back(house, state):
    await house.sign_in()
    house.debts.promises.rows = [promise(state=state)]
    status, answer = await house.call("POST", "/api/promises/1/cancel")
    assert (status, answer["error"]["code"]) == (409, "error.promise_over")
    assert house.debts.promises.rows[0].state is state
    assert await trail(house, "promise-cancelled") == []


async def test_a_promise_kept_in_the_same_moment_is_not_told_as_taken_back(house, monkeypatch):
    await house.sign_in()
    house.debts.promises.rows = [promise()]

    async def too_late(_id):
        return replace(promise(), state=Standing.KEPT)

    monkeypatch.setattr(house.debts.promises, "cancel", too_late)
    assert (await house.call("POST", "/api/promises/1/cancel"))[0] == 409
    assert await trail(house, "promise-cancelled") == []


@pytest.mark.parametrize("path", ["/api/promises/2/cancel", "/api/messages/2/heard"])
async def test_what_there_is_not_is_said(house, path):
    await house.sign_in()
    house.debts.promises.rows, house.debts.messages.rows = [promise()], [message()]
    assert (await house.call("POST", path))[0] == 404


@pytest.mark.parametrize(
    "hostile", ["-1", "1.0", "1e3", "٣", "9" * 16, "0x1", "..%2f..", "1%00", "1;drop", "%20", "null"]
)
async def test_hostile_ids_are_nothings(house, hostile):
    await house.sign_in()
    for method, path in (
        ("POST", f"/api/promises/{hostile}/cancel"),
        ("GET", f"/api/messages/{hostile}/audio"),
        ("POST", f"/api/messages/{hostile}/heard"),
    ):
        status, answer = await house.call(method, path)
        assert (status, answer["error"]["code"]) == (404, "error.not_found"), path


async def test_other_pages_may_change_nothing(house):
    await house.sign_in()
    house.debts.promises.rows, house.debts.messages.rows = [promise()], [message()]
    for path in ("/api/promises/1/cancel", "/api/messages/1/heard"):
        status, answer = await house.call("POST", path, Origin="https://evil.example")
        assert (status, answer["error"]["code"]) == (403, "error.origin")
    assert house.debts.promises.rows[0].live
    assert house.debts.messages.rows[0].heard_at is None


async def test_a_message_is_heard(house):
    await house.sign_in()
    house.debts.messages.rows = [message()]
    house.debts.people = {RAW: (MARIA,)}
    assert (await house.call("POST", "/api/messages/1/heard"))[0] == 200
    assert (await house.call("GET", "/api/messages"))[1] == {"messages": []}
    [one] = house.debts.messages.rows
    assert one.heard_by == "anna"
    await house.sign_in("kim", "PJSIP/201")
    assert (await house.call("POST", "/api/messages/1/heard"))[0] == 200
    assert house.debts.messages.rows == [one]
    assert await trail(house, "message-heard") == [("anna", ("p1",), one.call_id)]


@pytest.fixture
async def spoken(tmp_path):
    """A house with one recorded message, of a patient; anna is signed in."""
    debts = FakeDebts(recordings=tmp_path / "voicemail")
    debts.recordings.mkdir()
    built = make_house(debts)
    built.debts.messages.rows = [message()]
    built.debts.people = {RAW: (MARIA,)}
    async with built.client:
        await built.sign_in()
        yield built


async def test_the_sound_is_sent_whole_and_kept_nowhere(spoken, monkeypatch):
    monkeypatch.setattr(messages_api, "_BLOCK", 1000)
    file = record(spoken.debts.recordings, message())
    answer = await spoken.client.get("/api/messages/1/audio")
    assert await answer.read() == file.read_bytes()
    assert (answer.status, answer.headers["Content-Type"]) == (200, "audio/wav")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "media-src 'self'" in answer.headers["Content-Security-Policy"]
    await spoken.client.get("/api/messages/1/audio")
    assert await trail(spoken, "message-played") == [("anna", ("p1",), message().call_id)] * 2
    assert spoken.debts.messages.rows[0].heard_at is None


async def test_asking_for_the_sounds_head_is_no_listening(spoken):
    record(spoken.debts.recordings, message())
    assert (await spoken.client.head("/api/messages/1/audio")).status == 405
    assert await trail(spoken, "message-played") == []


@pytest.mark.parametrize(
    "file",
    [
        "../secret.wav",
        "night/../../secret.wav",
        "/etc/passwd",
        "./secret.wav",
        "night/sub/1.wav",
        "night/",
        "",
        "night/1\0.wav",
        "night",
        "night/gone.wav",
        "night/pipe.wav",
        "night/folder.wav",
        "night/link.wav",
        "linked/secret.wav",
    ],
)
async def test_no_file_outside_the_folder_is_sent(spoken, file):
    folder = spoken.debts.recordings
    secret = folder.parent / "secret.wav"
    secret.write_bytes(b"secret")
    (folder / "night" / "sub").mkdir(parents=True)
    (folder / "night" / "sub" / "1.wav").write_bytes(b"deeper")
    (folder / "night" / "folder.wav").mkdir()
    (folder / "night" / "link.wav").symlink_to(secret)
    (folder / "linked").symlink_to(folder.parent)
    os.mkfifo(folder / "night" / "pipe.wav")
    spoken.debts.messages.rows = [message(file=file)]
    status, answer = await spoken.call("GET", "/api/messages/1/audio")
    assert (status, answer["error"]["code"]) == (404, "error.no_recording")
    assert await trail(spoken, "message-played") == []


async def test_each_look_is_written_down_once_a_day(house):
    await house.sign_in()
    house.debts.promises.rows = [promise(1), promise(2, number="+79031112233")]
    house.debts.messages.rows = [message()]
    house.debts.people = {RAW: (MARIA, PETYA)}
    for _ in range(3):
        await house.call("GET", "/api/promises")
        await house.call("GET", "/api/messages")
    looks = await trail(house, "promises")
    assert looks == [("anna", ("p1", "p2"), promise(1).call_id), ("anna", (), promise(2).call_id)]
    assert await trail(house, "messages") == [("anna", ("p1", "p2"), message().call_id)]


async def test_a_database_that_gives_no_answer_is_told(house):
    await house.sign_in()
    house.debts.promises.rows, house.debts.promises.locked = [promise()], True
    status, answer = await house.call("GET", "/api/promises")
    assert (status, answer["error"]["code"]) == (503, "error.not_read")
    status, answer = await house.call("POST", "/api/promises/1/cancel")
    assert (status, answer["error"]["code"]) == (503, "error.not_done")
    assert await trail(house, "promise-cancelled") == []


async def test_however_much_is_owed_the_directory_is_not_flooded():
    debts, now, highest = FakeDebts(), 0, 0
    real = debts.find

    async def find(number: str) -> Caller:
        nonlocal now, highest
        now += 1
        highest = max(highest, now)
        await asyncio.sleep(0)
        now -= 1
        return await real(number)

    debts.find = find  # type: ignore[method-assign]
    numbers = [f"+7916123{n:04}" for n in range(50)]
    assert [*await debts.owed.callers(numbers)] == numbers
    assert highest == AT_ONCE


async def test_a_page_has_the_most_urgent(house):
    await house.sign_in()
    house.debts.promises.rows = [promise(n, due_by=ago(minutes=-n)) for n in range(1, MOST + 10)]
    house.debts.messages.rows = [message(n) for n in range(1, MOST + 10)]
    _, promises = await house.call("GET", "/api/promises")
    _, messages = await house.call("GET", "/api/messages")
    assert [one["id"] for one in promises["live"]] == [*range(1, MOST + 1)]
    assert len(messages["messages"]) == MOST
