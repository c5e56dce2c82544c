"""Sockets against the real server: origin, catch-up, hostile names, slow readers, the end of a session."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import ClientSession, CookieJar, WSServerHandshakeError

from ccd.calls.ids import Phone
from ccd.people import AuditEntry, Role, Session
from tests.unit.desk.conftest import heard, make_house
from tests.unit.desk.fakes import PASSWORD
from tests.unit.desk.samples import ANNA, MARIA, NOW, Story, caller

STORY = Story(who=caller(MARIA))
DEADLINE = 10


async def until(condition) -> None:
    async with asyncio.timeout(DEADLINE):
        while not condition():
            await asyncio.sleep(0.001)


async def closed(socket) -> None:
    async with asyncio.timeout(DEADLINE):
        async for _ in socket:
            pass


async def test_a_pop_reaches_the_page(house):
    await house.sign_in()
    socket = await house.socket()
    await heard(socket, "state")
    house.hub.show(STORY.ringing())
    message = await heard(socket, "card")
    assert message["card"]["patients"][0]["name"] == "Иванова Мария Петровна"
    await socket.close()
    await until(lambda: not house.hub._seats.all())


@pytest.mark.parametrize("origin", ["http://evil.example", "null"])
async def test_a_foreign_page_gets_no_socket(house, origin):
    await house.sign_in()
    with pytest.raises(WSServerHandshakeError) as refused:
        await house.socket(origin=origin)
    assert refused.value.status == 403


async def test_without_a_session_no_socket(house):
    with pytest.raises(WSServerHandshakeError) as refused:
        await house.socket()
    assert refused.value.status == 401


async def test_one_session_has_so_many_pages_and_no_more(house, monkeypatch):
    monkeypatch.setattr("ccd.desk.websocket._A_SESSION", 2)
    await house.sign_in()
    first, second = await house.socket(), await house.socket()
    with pytest.raises(WSServerHandshakeError) as refused:
        await house.socket()
    assert refused.value.status == 429
    await first.close()
    await until(lambda: len(house.server._sockets._seats) == 1)
    third = await house.socket()
    await heard(third, "state")
    await second.close()
    await third.close()


async def test_catching_up_by_number(house):
    await house.sign_in()
    socket = await house.socket()
    state = await heard(socket, "state")
    house.hub.show(STORY.talking())
    seen = await heard(socket, "card")
    await socket.close()
    house.hub.show(STORY.ended())
    again = await house.socket(f"?boot={state['boot']}&seq={seen['seq']}")
    caught = await heard(again, "state")
    assert [(one["id"], one["missed"]) for one in caught["recent"]] == [(STORY.call_id, True)]
    await again.close()


@pytest.mark.parametrize("query", ["?boot=&seq=", "?seq=-1", "?boot=x&seq=٣", "?seq=99999999999999999999"])
async def test_a_strange_number_is_none(house, query):
    await house.sign_in()
    socket = await house.socket(query)
    assert (await heard(socket, "state"))["recent"] == []
    await socket.close()


async def test_names_travel_as_they_are(house):
    hostile = replace(MARIA, full_name="<img src=x onerror=alert(1)>\u202e\x00'\"")
    await house.sign_in()
    socket = await house.socket()
    house.hub.show(Story(who=caller(hostile), name="</script>").ringing())
    card = (await heard(socket, "card"))["card"]
    assert card["patients"][0]["name"] == hostile.full_name
    await socket.close()


async def test_what_the_page_says_is_ignored(house):
    await house.sign_in()
    socket = await house.socket()
    await socket.send_str("{{{")
    house.hub.show(STORY.ringing())
    await heard(socket, "card")
    await socket.send_bytes(b"x")
    await closed(socket)


async def test_one_who_never_reads_is_closed_and_others_go_on(house):
    await house.sign_in()
    slow, quick = await house.socket(), await house.socket()
    await heard(quick, "state")
    await until(lambda: len(house.hub._seats.at(ANNA)) == 2)
    lazy = next(iter(house.hub._seats.at(ANNA)))
    for _ in range(70):
        lazy.outbox.put("x")
    assert lazy.outbox.closed
    await until(lambda: len(house.hub._seats.at(ANNA)) == 1)
    house.hub.show(STORY.ringing())
    heard_by = await asyncio.gather(*(heard(one, "card") for one in (quick, slow)), return_exceptions=True)
    assert sum(isinstance(one, dict) for one in heard_by) == 1
    await slow.close()
    await quick.close()


async def test_signing_out_closes_the_pages(house):
    await house.sign_in()
    socket = await house.socket()
    await heard(socket, "state")
    await house.call("DELETE", "/api/session")
    await closed(socket)


async def test_moving_to_another_phone_closes_the_pages(house):
    await house.sign_in()
    socket = await house.socket()
    await heard(socket, "state")
    await house.call("PUT", "/api/phone", {"phone": "PJSIP/102"})
    await closed(socket)


async def test_a_phone_picked_while_the_socket_opens_is_noticed(house, monkeypatch):
    await house.sign_in()
    real = house.hub.join

    def join(seat, boot, seq):
        [token] = house.users.sessions
        house.users.sessions[token] = replace(house.users.sessions[token], phone=Phone("PJSIP/102"))
        real(seat, boot, seq)

    monkeypatch.setattr(house.hub, "join", join)
    await closed(await house.socket())


async def test_a_session_at_another_phone_closes_the_page(house, monkeypatch):
    monkeypatch.setattr("ccd.desk.sitting.RECHECK", 0.005)
    await house.sign_in()
    socket = await house.socket()
    await heard(socket, "state")
    [token] = house.users.sessions
    await house.users.set_phone(token, Phone("PJSIP/102"))
    await closed(socket)


async def test_another_role_closes_the_page(house, monkeypatch):
    monkeypatch.setattr("ccd.desk.sitting.RECHECK", 0.005)
    await house.sign_in()
    socket = await house.socket()
    await heard(socket, "state")
    for name, user in house.users.people.items():
        house.users.people[name] = replace(user, role=Role.DOCTOR)
    await closed(socket)


async def test_a_session_that_ended_elsewhere_closes_the_page(monkeypatch):
    monkeypatch.setattr("ccd.desk.sitting.RECHECK", 0.005)
    house = make_house()
    async with house.client:
        await house.sign_in()
        socket = await house.socket()
        await heard(socket, "state")
        failing = 0
        real: Any = house.users.session

        async def session(token: str) -> Session | None:
            nonlocal failing
            failing += 1
            if failing < 3:
                raise OSError("database is locked")
            found: Session | None = await real(token)
            return found

        house.users.session = session  # type: ignore[method-assign]
        await until(lambda: failing > 3)
        assert not socket.closed
        house.users.sessions.clear()
        await closed(socket)


async def test_the_real_server_starts_beats_and_stops():
    house = make_house()
    await house.server.start()
    assert house.server.port > 0
    house.trail.note(_entry())
    await until(lambda: house.hub._beats > 1)
    await house.server.stop()
    await house.client.close()
    assert [one.user for one in house.audit.entries] == ["x"]


async def test_stopping_closes_the_pages_and_a_failing_beat_is_survived(monkeypatch):
    monkeypatch.setattr("ccd.desk.server._BEAT", 0.001)
    house = make_house()
    beats = 0

    async def beat():
        nonlocal beats
        beats += 1
        raise ValueError("no beat")

    monkeypatch.setattr(house.hub, "beat", beat)
    await house.server.start()
    await until(lambda: beats > 2)
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as browser:
        url = f"http://127.0.0.1:{house.server.port}"
        good = {"name": "anna", "password": PASSWORD}
        await browser.post(f"{url}/api/session", json=good, headers={"Origin": url})
        socket = await browser.ws_connect(f"{url}/ws", headers={"Origin": url})
        await heard(socket, "state")
        await house.server.stop()
        await closed(socket)
    await house.client.close()


def _entry() -> AuditEntry:
    return AuditEntry(at=NOW, user="x", action="card")
