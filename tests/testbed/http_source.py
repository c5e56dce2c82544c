"""A clinic's HTTP service that answers well, or as badly as a test tells it to.

``async with HttpSource(answer) as service``: ``service.url`` is where it listens; ``answer`` makes a JSON
value, or a ``Reply``, of each ``Asked``.  ``service.manner`` may be changed at any time.
"""

import asyncio
import json
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from tests.testbed.http_manners import SPOILT, Manner, well
from tests.testbed.http_messages import Asked, Reply, read, wire

Answer = Callable[[Asked], Any]


@dataclass
class HttpSource:
    """The service.  A tested client may stay connected; everything ends with the ``async with``."""

    answer: Answer
    manner: Manner = Manner.WELL
    delay: float = 1.0
    elsewhere: str = "http://127.0.0.2:9/"
    tls: ssl.SSLContext | None = None
    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    sent: int = 0
    """Bytes that the client has taken so far."""

    @property
    def url(self) -> str:
        """Scheme, host and port."""
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._links: set[asyncio.Task[object]] = set()
        await self.listen()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.refuse()

    async def listen(self) -> None:
        """Accept connections (again), on the same port as before."""
        self._server = await asyncio.start_server(
            self._serve, "127.0.0.1", self.port, ssl=self.tls, backlog=1024
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def refuse(self) -> None:
        """Cut every link and refuse new ones."""
        self._server.close()
        links = list(self._links)
        for link in links:
            link.cancel()
        await asyncio.gather(*links, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._links.add(task)
        try:
            while True:
                asked = await read(reader)
                self.asked.append(asked)
                await self._reply(asked, writer)
        except (OSError, EOFError, asyncio.CancelledError):
            pass
        finally:
            self._links.discard(task)
            writer.transport.abort()

    async def _reply(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        async for piece in SPOILT.get(self.manner, well)(self, asked):
            writer.write(piece)
            await writer.drain()
            self.sent += len(piece)

    def whole(self, asked: Asked) -> bytes:
        """The good answer as it goes over the wire."""
        answer = self.answer(asked)
        if not isinstance(answer, Reply):
            answer = Reply(body=json.dumps(answer, ensure_ascii=False).encode())
        return wire(answer)
