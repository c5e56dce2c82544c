"""What one socket still has to be sent: bounded, so that a slow reader costs nobody but itself."""

import asyncio
from collections.abc import Awaitable, Callable

LIMIT = 64
"""Messages that may wait.  A desk gets a few a second: this many means that nobody reads."""


class Outbox:
    """Filled without waiting; on overflow it closes, and the page reconnects and catches up."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._queue: asyncio.Queue[str] = asyncio.Queue(limit)
        self._closed = asyncio.Event()

    @property
    def closed(self) -> bool:
        """True once nothing more will be sent."""
        return self._closed.is_set()

    def put(self, text: str) -> None:
        """Hand over one message; never waits."""
        if self.closed:
            return
        try:
            self._queue.put_nowait(text)
        except asyncio.QueueFull:
            self.close()

    def close(self) -> None:
        """Send no more."""
        self._closed.set()

    async def wait_closed(self) -> None:
        """Until somebody closes it."""
        await self._closed.wait()

    async def pump(self, send: Callable[[str], Awaitable[None]]) -> None:
        """Send what comes, until cancelled or the socket fails."""
        while True:
            await send(await self._queue.get())
