"""Who may be connected: against the real server, by plain sockets."""

import asyncio
import resource
from contextlib import suppress

import pytest
from structlog.testing import capture_logs

from ccd import limits
from ccd.desk.door import Door
from tests.unit.desk.conftest import make_house
from tests.unit.desk.fakes import PASSWORD

HALF = b"POST /api/session HTTP/1.1\r\nHost: x\r\nX-Slow: "
WHOLE = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
DEADLINE = 10


class Caller:
    """One connection to the desk."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def ask(self, request: bytes = WHOLE) -> bytes:
        """The first line of the whole answer; empty when there is none."""
        self.writer.write(request)
        async with asyncio.timeout(DEADLINE):
            try:
                head = await self.reader.readuntil(b"\r\n\r\n")
                await self.reader.readexactly(int(head.lower().partition(b"content-length: ")[2].split()[0]))
                return head.partition(b"\r\n")[0]
            except (asyncio.IncompleteReadError, ConnectionError):
                return b""

    async def closed(self) -> None:
        """Wait until the desk has closed it."""
        async with asyncio.timeout(DEADLINE):
            with suppress(ConnectionError):
                while await self.reader.read(4096):
                    pass


class Desk:
    """The real server with a clock that stands still."""

    def __init__(self, **changes) -> None:
        self.house = make_house(**changes)
        self.door: Door = self.house.server._door
        self.now = 0.0
        self.door._clock = lambda: self.now
        self.callers: list[Caller] = []

    async def __aenter__(self):
        await self.house.server.start()
        return self

    async def __aexit__(self, *_):
        for caller in self.callers:
            caller.writer.close()
        await self.house.server.stop()
        await self.house.client.close()

    async def caller(self, sent: bytes = b"") -> Caller:
        """A connection that the door has seen, with something sent."""
        before = self.known()
        caller = Caller(*await asyncio.open_connection("127.0.0.1", self.house.server.port))
        self.callers.append(caller)
        caller.writer.write(sent)
        async with asyncio.timeout(DEADLINE):
            while self.known() == before:
                await asyncio.sleep(0.001)
        return caller

    def known(self) -> set[object]:
        return {*self.door._silent, *self.door._at_work}

    async def at_work(self, count: int) -> None:
        """Wait until so many are."""
        async with asyncio.timeout(DEADLINE):
            while len(self.door._at_work) != count:
                await asyncio.sleep(0.001)


def post(length: int, body: bytes, port: int) -> bytes:
    head = f"POST /api/session HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
    return f"{head}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n".encode() + body


@pytest.mark.parametrize("sent", [b"", HALF], ids=["nothing", "half a head"])
async def test_who_sends_no_whole_request_is_closed(sent):
    async with Desk() as desk:
        caller = await desk.caller(sent)
        desk.now = 9.9
        desk.door.sweep()
        assert len(desk.known()) == 1
        desk.now = 10.0
        desk.door.sweep()
        await caller.closed()
        assert not desk.known()


async def test_who_asks_now_and_then_stays():
    async with Desk() as desk:
        caller = await desk.caller()
        for desk.now in (9.0, 18.0, 27.0):
            assert await caller.ask() == b"HTTP/1.1 200 OK"
            desk.door.sweep()
        desk.now = 37.0
        desk.door.sweep()
        await caller.closed()


async def test_the_longest_silent_makes_room():
    async with Desk(max_connections=2) as desk:
        first, second = await desk.caller(HALF), await desk.caller(HALF)
        third = await desk.caller()
        await first.closed()
        assert await third.ask() == b"HTTP/1.1 200 OK"
        await desk.caller()
        await second.closed()
        assert await third.ask() == b"HTTP/1.1 200 OK"


async def test_who_is_at_work_stays_and_the_new_one_goes():
    async with Desk(max_connections=1) as desk:
        body = b'{"name": "anna", "password": "%s"}' % PASSWORD.encode()
        busy = await desk.caller(post(len(body), body[:5], desk.house.server.port))
        await desk.at_work(1)
        desk.now = 100.0
        desk.door.sweep()
        turned_away = Caller(*await asyncio.open_connection("127.0.0.1", desk.house.server.port))
        await turned_away.closed()
        turned_away.writer.close()
        assert await busy.ask(body[5:]) == b"HTTP/1.1 200 OK"


async def test_a_body_that_does_not_arrive_is_not_waited_for(monkeypatch):
    monkeypatch.setattr("ccd.desk.bodies._PATIENCE", 0.01)
    async with Desk() as desk:
        caller = await desk.caller()
        half = post(100, b'{"name"', desk.house.server.port)
        assert await caller.ask(half) == b"HTTP/1.1 408 Request Timeout"


async def test_what_is_no_http_does_not_fill_the_log():
    async with Desk() as desk:
        with capture_logs() as lines:
            for _ in range(3):
                caller = await desk.caller()
                assert await caller.ask(b"GET / HTTP/1.1\r\nHost : x\r\n\r\n") == b"HTTP/1.0 400 Bad Request"
    assert [line["event"] for line in lines if line["log_level"] != "info"] == ["request not understood"]


def test_the_desk_takes_a_third_of_what_the_process_may_open(monkeypatch):
    monkeypatch.setattr("ccd.desk.door.descriptors", lambda: 1024)
    assert (Door(2000).room, Door(100).room, Door(2000).backlog) == (341, 100, 85)


def test_the_soft_limit_is_raised_to_the_hard_one():
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (before[1] // 2, before[1]))
        assert limits.descriptors() == before[1] // 2
        limits.raise_descriptors()
        assert limits.descriptors() == before[1]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
