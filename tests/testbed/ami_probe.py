"""A tiny AMI client for the tests, independent of ccd's: sends actions, keeps the raw stream."""

import asyncio
import itertools
from collections.abc import Callable, Mapping
from typing import Self

Message = dict[str, str]
PATIENCE = 60
"""Seconds for anything that Asterisk does at once, however busy the machine."""


class AmiProbe:
    """One login.  ``raw`` is every byte that Asterisk sent; ``messages`` the same, parsed (last wins)."""

    def __init__(self, host: str, port: int, username: str, secret: str) -> None:
        self._address = (host, port)
        self._login = {"Action": "Login", "Username": username, "Secret": secret}
        self._ids = itertools.count(1)
        self._changed = asyncio.Condition()
        self._closed = False
        self.raw = b""
        self.messages: list[Message] = []

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection(*self._address, limit=1 << 24)
        self.raw = await self._reader.readline()
        self._task = asyncio.create_task(self._read())
        answer = await self.action(self._login)
        if answer.get("Response") != "Success":
            await self.__aexit__()
            raise PermissionError(answer.get("Message", ""))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._writer.close()

    async def action(self, headers: Mapping[str, str], *, seconds: float = PATIENCE) -> Message:
        """Send an action, return its response."""
        number = await self._send(headers)
        return await self.wait(lambda m: "Response" in m and m.get("ActionID") == number, seconds=seconds)

    async def list(self, headers: Mapping[str, str], *, seconds: float = PATIENCE) -> list[Message]:
        """Send an action that answers with a list, return the list's events."""
        number = await self._send(headers)

        def over(message: Message) -> bool:
            ended = message.get("EventList") == "Complete" or message.get("Response") == "Error"
            return message.get("ActionID") == number and ended

        await self.wait(over, seconds=seconds)
        return [
            m for m in self.messages if m.get("ActionID") == number and "Event" in m and "EventList" not in m
        ]

    def forget(self) -> None:
        """Drop what came so far."""
        self.raw = b""
        self.messages.clear()

    async def command(self, line: str) -> str:
        """Run a command of Asterisk's CLI, return what it prints."""
        answer = await self.action({"Action": "Command", "Command": line})
        return answer.get("Output", "")

    async def wait(
        self, wanted: Callable[[Message], bool], *, since: int = 0, seconds: float = PATIENCE
    ) -> Message:
        """Return the first message from index ``since`` on that is wanted, waiting for it if need be."""
        seen = since
        async with asyncio.timeout(seconds), self._changed:
            while True:
                for message in self.messages[seen:]:
                    if wanted(message):
                        return message
                seen = len(self.messages)
                if self._closed:
                    raise ConnectionResetError("Asterisk closed the manager connection")
                await self._changed.wait()

    async def event(self, name: str, *, since: int = 0, seconds: float = PATIENCE, **headers: str) -> Message:
        """Wait for an event by name and headers."""
        wanted = {"Event": name, **headers}.items()
        return await self.wait(lambda m: wanted <= m.items(), since=since, seconds=seconds)

    async def _send(self, headers: Mapping[str, str]) -> str:
        number = f"probe-{next(self._ids)}"
        lines = [f"{key}: {value}" for key, value in {**headers, "ActionID": number}.items()]
        self._writer.write("\r\n".join([*lines, "", ""]).encode())
        await self._writer.drain()
        return number

    async def _read(self) -> None:
        while frame := await self._frame():
            self.raw += frame
            async with self._changed:
                self.messages.append(_parse(frame))
                self._changed.notify_all()
        async with self._changed:
            self._closed = True
            self._changed.notify_all()

    async def _frame(self) -> bytes:
        try:
            return await self._reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionResetError) as error:
            self.raw += getattr(error, "partial", b"")
            return b""


def _parse(frame: bytes) -> Message:
    message: Message = {}
    for line in frame.decode(errors="replace").split("\r\n"):
        key, colon, value = line.partition(":")
        if key == "Output" and key in message:
            message[key] += "\n" + value.removeprefix(" ")
        elif colon:
            message[key] = value.removeprefix(" ")
    return message
