"""A manager of an Asterisk that does not exist: real sockets, scripted answers, no waiting by time.

It reads like Asterisk's ``manager.c``: a bare LF ends a line too, so an injected action is really
executed here.  What a test wants otherwise it puts into ``scripts``.
"""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from typing import Self

Headers = dict[str, str]
Script = Callable[["Connection", Headers], None]

BANNER = b"Asterisk Call Manager/11.0.0\r\n"


def frame(first: str, /, **headers: object) -> bytes:
    """``frame("Event: Hangup", Uniqueid="1.1")`` as Asterisk would write it."""
    lines = [first, *(f"{key.replace('_', '-')}: {value}" for key, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def event(name: str, /, **headers: object) -> bytes:
    return frame(f"Event: {name}", **headers)


def silence(_connection: "Connection", _action: Headers) -> None:
    """A script that answers nothing."""


def hang_up(connection: "Connection", _action: Headers) -> None:
    """A script that drops the link instead of answering."""
    connection.close()


def refuse(message: str) -> Script:
    """A script that answers ``Response: Error``."""
    return lambda connection, action: connection.answer(action, "Error", Message=message)


class Connection:
    """One client."""

    def __init__(self, server: "FakeAmi", writer: asyncio.StreamWriter) -> None:
        self._server = server
        self._writer = writer
        self.actions: list[Headers] = []

    def send(self, data: bytes) -> None:
        self._writer.write(data)

    def event(self, name: str, /, **headers: object) -> None:
        self.send(event(name, **headers))

    def answer(self, action: Headers, response: str = "Success", /, **headers: object) -> None:
        ids = {"ActionID": action["actionid"]} if "actionid" in action else {}
        self.send(frame(f"Response: {response}", **ids, **headers))

    def list(self, action: Headers, end: str, rows: tuple[tuple[str, Mapping[str, object]], ...]) -> None:
        """A whole list: its head, its rows, its end."""
        ids = {"ActionID": action["actionid"]}
        self.answer(action, EventList="start", Message="will follow")
        for name, headers in rows:
            self.event(name, **ids, **headers)
        self.event(end, **ids, EventList="Complete", ListItems=len(rows))

    async def drained(self) -> None:
        await self._writer.drain()

    def close(self) -> None:
        self._writer.close()

    def handle(self, action: Headers) -> None:
        name = action.get("action", "").lower()
        self.actions.append(action)
        self._server.actions.append(action)
        script = self._server.scripts.get(name) or _USUAL.get(name, Connection._done)
        script(self, action)

    def _done(self, action: Headers) -> None:
        self.answer(action, Message="done")

    def _login(self, action: Headers) -> None:
        self.answer(action, Message="Authentication accepted")

    def _ping(self, action: Headers) -> None:
        self.answer(action, Ping="Pong", Timestamp="1795281484.000001")

    def _coreshowchannels(self, action: Headers) -> None:
        rows = tuple(("CoreShowChannel", row) for row in self._server.channels)
        self.list(action, "CoreShowChannelsComplete", rows)

    def _queuestatus(self, action: Headers) -> None:
        members = tuple(("QueueMember", row) for row in self._server.members)
        waiting = tuple(("QueueEntry", row) for row in self._server.waiting)
        self.list(action, "QueueStatusComplete", (*members, *waiting))


_USUAL: dict[str, Script] = {
    "login": Connection._login,
    "ping": Connection._ping,
    "coreshowchannels": Connection._coreshowchannels,
    "queuestatus": Connection._queuestatus,
}


class FakeAmi:
    """``async with FakeAmi() as server:``; ``server.port`` is free, ``server.latest`` the client."""

    def __init__(self, *, banner: bytes = BANNER, tls: ssl.SSLContext | None = None) -> None:
        self.scripts: dict[str, Script] = {}
        self.actions: list[Headers] = []
        self.connections: list[Connection] = []
        self.channels: list[Mapping[str, object]] = []
        self.members: list[Mapping[str, object]] = []
        self.waiting: list[Mapping[str, object]] = []
        self._banner = banner
        self._tls = tls
        self._changed = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for connection in self.connections:
            connection.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def latest(self) -> Connection:
        return self.connections[-1]

    def count(self, action: str) -> int:
        return sum(found.get("action", "").lower() == action.lower() for found in self.actions)

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait for what clients do to make this true."""
        async with asyncio.timeout(60), self._changed:
            await self._changed.wait_for(true)

    async def asked(self, action: str, times: int = 1) -> None:
        """Wait until this action came so many times, over all connections."""
        await self.until(lambda: self.count(action) >= times)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        connection = Connection(self, writer)
        self.connections.append(connection)
        writer.write(self._banner)
        try:
            await self._read(connection, reader)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            self._tasks.discard(task)

    async def _read(self, connection: Connection, reader: asyncio.StreamReader) -> None:
        waiting = b""
        while True:
            async with self._changed:
                self._changed.notify_all()
            data = await reader.read(65_536)
            if not data:
                return
            waiting = (waiting + data).replace(b"\r\n", b"\n")
            while b"\n\n" in waiting:
                text, waiting = waiting.split(b"\n\n", 1)
                connection.handle(parse(text))


def parse(text: bytes) -> Headers:
    """One action's headers by lower-case name; of equal ones the first."""
    headers: Headers = {}
    for line in text.decode("utf-8", "replace").split("\n"):
        key, colon, value = line.partition(":")
        if colon:
            headers.setdefault(key.strip().lower(), value.removeprefix(" "))
    return headers
