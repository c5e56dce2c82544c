"""A TCP proxy that spoils a link as a test tells it to."""

import asyncio
from dataclasses import dataclass, field
from typing import Self

_CHUNK = 65536


@dataclass
class Faults:
    """What happens to what the server sends; may be changed while the link is up."""

    delay: float = 0
    """Seconds that every chunk waits."""
    one_byte: bool = False
    """Every byte arrives alone."""
    black_hole: bool = False
    """Nothing passes, in either direction, and nobody is told."""


@dataclass
class Proxy:
    """``async with Proxy(host, port) as proxy``: connect to ``proxy.port`` in place of the server."""

    host: str
    target: int
    port: int = 0
    faults: Faults = field(default_factory=Faults)
    connections: int = 0
    """How many were accepted so far."""

    async def __aenter__(self) -> Self:
        self._links: set[asyncio.Task[object]] = set()
        self._cut_after = b""
        await self.listen()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.refuse()

    async def listen(self) -> None:
        """Accept connections (again), on the same port as before."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def refuse(self) -> None:
        """Cut every link and refuse new ones."""
        self._server.close()
        await self.cut()

    async def cut(self) -> None:
        """End every link at once, with a reset."""
        links = list(self._links)
        for link in links:
            link.cancel()
        await asyncio.gather(*links, return_exceptions=True)

    def cut_after(self, needle: bytes) -> None:
        """End the link just behind these bytes when the server sends them next: in the middle of a frame."""
        self._cut_after = needle

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        if task is None:
            return
        self._links.add(task)
        try:
            await self._link(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._links.discard(task)
            writer.transport.abort()

    async def _link(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(self.host, self.target)
        both = self._up(reader, far_writer), self._down(far_reader, writer)
        ways = [asyncio.ensure_future(way) for way in both]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            far_writer.transport.abort()

    async def _up(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(_CHUNK):
            if not self.faults.black_hole:
                writer.write(data)
                await writer.drain()

    async def _down(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(_CHUNK):
            await asyncio.sleep(self.faults.delay)
            if self.faults.black_hole:
                continue
            where = data.find(self._cut_after) if self._cut_after else -1
            if where >= 0:
                await self._pass(data[: where + len(self._cut_after)], writer)
                self._cut_after = b""
                return
            await self._pass(data, writer)

    async def _pass(self, data: bytes, writer: asyncio.StreamWriter) -> None:
        for piece in (data[n : n + 1] for n in range(len(data))) if self.faults.one_byte else (data,):
            writer.write(piece)
            await writer.drain()
            if self.faults.one_byte:
                await asyncio.sleep(0)
