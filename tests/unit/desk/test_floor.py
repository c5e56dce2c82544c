"""The floor for those who watch: who may, what they get, what is written down of it."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccd.calls.record import CallRecord
from ccd.desk.card import Json
from ccd.desk.channel import Channel
from ccd.desk.deltas import Tables, change, whole
from ccd.desk.outbox import Outbox
from ccd.live.model import AgentState
from tests.unit.desk.conftest import House, heard, make_house
from tests.unit.desk.floors import INSURANCE, OPERATORS, agent, call, floor, waiting
from tests.unit.desk.samples import IVAN, MARIA, PETYA, caller, clinic

WORD = "a word that nobody guesses"


async def watch(house: House, name: str = "vera") -> tuple[Any, Json]:
    await house.sign_in(name, phone="PJSIP/101")
    socket = await house.client.ws_connect("/ws/floor", headers={"Origin": house.origin})
    return socket, await heard(socket, "floor")


async def wall(house: House, said: str = WORD) -> Any:
    socket = await house.client.ws_connect("/ws/wall", headers={"Origin": house.origin})
    await socket.send_str(said)
    return socket


def busy(house: House) -> CallRecord:
    talk, ring = call(1), call(2, withheld=True, caller_name="+79160000002")
    house.floor.callers[talk.call_id] = caller(MARIA)
    agents = [
        agent(101, AgentState.TALKING, call=talk),
        agent(103, AgentState.PAUSED, paused_in=(OPERATORS,), reason="обед"),
    ]
    house.floor.floor = floor(agents, [waiting(3, OPERATORS, 42)])
    house.floor.callers[waiting(3, OPERATORS, 42).call.call_id] = caller(IVAN, PETYA)
    return ring


async def test_a_supervisor_sees_queues_agents_and_who_waits(house):
    busy(house)
    _, message = await watch(house)
    rows = {name: {row["id"]: row for row in some} for name, some in message["rows"].items()}
    assert rows["agents"]["PJSIP/101"]["who"]["name"] == "Иванова Мария Петровна"
    assert rows["agents"]["PJSIP/103"]["reason"] == "обед"
    (waits,) = rows["waiting"].values()
    assert (waits["who"]["name"], waits["who"]["people"]) == ("", 2)
    queue = rows["queues"]["operators"]
    assert (queue["waiting"], queue["talking"], queue["paused"]) == (1, 1, 1)
    assert (queue["answered"], queue["abandoned"], queue["level"]) == (412, 15, 86)
    assert message["facts"]["answer_within"] == 20


async def test_a_hidden_caller_stays_hidden(house):
    hidden = replace(waiting(2, OPERATORS, 5), call=busy(house))
    house.floor.floor = floor([], [hidden])
    _, message = await watch(house)
    (row,) = message["rows"]["waiting"]
    assert row["who"] == {"number": "", "name": "", "people": 0, "line_name": ""}


@pytest.mark.parametrize("name", ["anna", "kim"])
async def test_nobody_else_does(house, name):
    await house.sign_in(name, phone="PJSIP/101" if name == "anna" else "PJSIP/201")
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await house.client.ws_connect("/ws/floor", headers={"Origin": house.origin})
    assert refused.value.status == 403


async def test_then_only_what_changed_comes(house):
    busy(house)
    socket, _ = await watch(house)
    now = house.floor.floor
    house.floor.floor = replace(now, agents=now.agents[:1], waiting=())
    house.floor_desk.look()
    message = await heard(socket, "floor")
    assert message["gone"]["agents"] == ["PJSIP/103"]
    assert "agents" not in message["rows"]
    assert "whole" not in message


async def test_who_was_shown_whom_is_written_down_once(house):
    busy(house)
    await watch(house)
    house.floor_desk.look()
    house.floor_desk.look()
    await house.trail.flush()
    seen = [one.patient_ids for one in house.audit.entries if one.action == "overview"]
    assert sorted(seen) == [("p1",), ("p3", "p2")]


async def test_a_name_that_comes_late_is_shown_and_written_down(house):
    busy(house)
    socket, _ = await watch(house)
    house.floor.callers[call(1).call_id] = caller(PETYA)
    house.floor_desk.look()
    message = await heard(socket, "floor")
    assert message["rows"]["agents"][0]["who"]["name"] == "Иванов Пётр"
    await house.trail.flush()
    assert ("p2",) in [one.patient_ids for one in house.audit.entries if one.action == "overview"]


async def test_signing_out_closes_the_page(house):
    socket, _ = await watch(house)
    assert (await house.call("DELETE", "/api/session"))[0] == 200
    async with asyncio.timeout(10):
        while not socket.closed:
            await socket.receive()


@pytest.fixture
async def running(house, monkeypatch):
    """It looks a thousand times a second."""
    monkeypatch.setattr("ccd.desk.floor._WATCHED", 0.001)
    monkeypatch.setattr("ccd.desk.floor._ALONE", 0.001)
    task = asyncio.create_task(house.floor_desk.run())
    yield house
    task.cancel()


async def test_whoever_watches_hears_signs_of_life(running, monkeypatch):
    monkeypatch.setattr("ccd.desk.floor._LIFE", 0)
    socket, _ = await watch(running)
    assert await heard(socket, "floor")


async def test_what_changes_is_seen_without_being_told(running):
    socket, _ = await watch(running)
    busy(running)
    assert (await heard(socket, "floor"))["rows"]["agents"]


async def test_a_look_that_fails_ends_nothing(running):
    socket, _ = await watch(running)
    working, failed = running.floor.look, asyncio.Event()

    def broken():
        failed.set()
        raise ValueError

    running.floor_desk._look = broken
    await asyncio.wait_for(failed.wait(), 10)
    running.floor_desk._look = working
    busy(running)
    assert await heard(socket, "floor")


async def test_the_wall_needs_its_word_and_shows_nobody():
    house = make_house(wall_word=WORD)
    async with house.client:
        busy(house)
        message = await heard(await wall(house), "wall")
        assert [row["id"] for row in message["rows"]["queues"]] == ["operators", "insurance", "duty-doctor"]
        assert set(message["rows"]) == {"queues"}
        text = json.dumps(message, ensure_ascii=False)
        assert not any(one in text for one in ("Иванов", "916", "PJSIP", "обед"))


@pytest.mark.parametrize("said", ["", "another word that opens", WORD[:-1], "\ud800"])
async def test_another_word_opens_nothing(said):
    house = make_house(wall_word=WORD)
    async with house.client:
        socket = await wall(house, said.encode(errors="replace").decode())
        assert (await socket.receive(timeout=10)).type is aiohttp.WSMsgType.CLOSE
        assert socket.close_code == 4403


async def test_a_foreign_page_sees_no_wall():
    house = make_house(wall_word=WORD)
    async with house.client:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await house.client.ws_connect("/ws/wall", headers={"Origin": "http://elsewhere.example"})
        assert refused.value.status == 403


async def test_without_a_word_only_who_oversees_sees_the_wall(house):
    socket = await wall(house, "")
    assert (await socket.receive(timeout=10)).type is aiohttp.WSMsgType.CLOSE
    await house.sign_in("vera")
    assert await heard(await wall(house, ""), "wall")


async def test_a_screen_that_says_nothing_is_closed(house, monkeypatch):
    monkeypatch.setattr("ccd.desk.wall_socket._PATIENCE", 0.01)
    socket = await house.client.ws_connect("/ws/wall", headers={"Origin": house.origin})
    assert (await socket.receive(timeout=10)).type is aiohttp.WSMsgType.CLOSE


async def test_screens_are_not_without_number(monkeypatch):
    monkeypatch.setattr("ccd.desk.wall_socket._SCREENS", 1)
    house = make_house(wall_word=WORD)
    async with house.client:
        first = await wall(house)
        assert await heard(first, "wall")
        second = await wall(house)
        assert (await second.receive(timeout=10)).type is aiohttp.WSMsgType.CLOSE
        assert second.close_code == aiohttp.WSCloseCode.TRY_AGAIN_LATER
        await first.close()
        async with asyncio.timeout(10):
            while (await (await wall(house)).receive()).type is not aiohttp.WSMsgType.TEXT:
                pass


async def test_whoever_says_nothing_keeps_no_screen_out(monkeypatch):
    monkeypatch.setattr("ccd.desk.wall_socket._UNHEARD", 2)
    monkeypatch.setattr("ccd.desk.wall_socket._SCREENS", 2)
    monkeypatch.setattr("ccd.desk.wall_socket._PATIENCE", 600)
    house = make_house(wall_word=WORD)
    async with house.client:
        mute = [await house.client.ws_connect("/ws/wall", headers={"Origin": house.origin}) for _ in range(3)]
        assert (await mute[0].receive(timeout=10)).type is aiohttp.WSMsgType.CLOSE
        screen = await wall(house)
        assert await heard(screen, "wall")
        assert (await mute[1].receive(timeout=10)).type is aiohttp.WSMsgType.CLOSE
        assert not mute[2].closed
        await mute[2].send_str(WORD)
        assert await heard(mute[2], "wall")


async def test_the_wall_shows_the_queues_that_were_chosen():
    house = make_house(wall_word=WORD, wallboard={"queues": ["Insurance", "nobody"]})
    async with house.client:
        busy(house)
        message = await heard(await wall(house), "wall")
        assert [row["id"] for row in message["rows"]["queues"]] == [INSURANCE]


def test_text_is_made_once_for_all():
    channel, outboxes = Channel("floor", clinic(), {}), [Outbox() for _ in range(3)]
    for outbox in outboxes:
        channel.join(outbox)
    channel.show({"queues": {"a": {"id": "a"}}}, stale=False)
    last = [[outbox._queue.get_nowait() for _ in range(outbox._queue.qsize())][-1] for outbox in outboxes]
    assert last[0] is last[1] is last[2]


def test_what_did_not_change_is_not_sent():
    channel, outbox = Channel("floor", clinic(), {}), Outbox()
    channel.show({"queues": {"a": {"id": "a"}}}, stale=False)
    channel.join(outbox)
    channel.show({"queues": {"a": {"id": "a"}}}, stale=False)
    assert outbox._queue.qsize() == 1


TABLES = st.dictionaries(
    st.sampled_from(["queues", "agents"]),
    st.dictionaries(st.sampled_from("abcd"), st.integers(0, 3).map(lambda value: {"value": value})),
)


@given(before=TABLES, after=TABLES)
def test_a_page_that_takes_what_changed_has_what_is(before, after):
    def keyed(tables: Tables) -> Tables:
        return {name: {key: row | {"id": key} for key, row in rows.items()} for name, rows in tables.items()}

    before, after = keyed(before), keyed(after)
    page = {name: {row["id"]: row for row in rows} for name, rows in whole(before)["rows"].items()}
    news = change(before, after) or {"rows": {}, "gone": {}}
    for name, rows in news["rows"].items():
        page.setdefault(name, {}).update({row["id"]: row for row in rows})
    for name, ids in news["gone"].items():
        for one in ids:
            del page[name][one]
    assert {name: rows for name, rows in page.items() if rows} == {
        name: rows for name, rows in after.items() if rows
    }
