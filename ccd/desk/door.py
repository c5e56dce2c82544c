"""Who may be connected, and for how long without asking: idle sockets must not use up the process.

The rule: at most ``room`` connections, and the desk gives way before AGI has to.  When all are taken,
the one that has been silent longest makes room for the new one; when all are at work, the new one is
closed.  A connection without a whole request (nothing sent, half a request, an answer that is
not read, kept alive) is silent, and closed after ten seconds in any case.  A WebSocket is at work.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import structlog
from aiohttp import web

from ccd.desk.guard import Handler
from ccd.desk.sparing import Sparing
from ccd.limits import descriptors

log = structlog.get_logger()

_PATIENCE = 10.0
_SHARE = 3
"""Of all descriptors the desk's connections get a third; another third may be in accepting."""
_TURNS = 4
"""Of the event loop, from accepting a connection to having closed it."""
_BACKLOG = 1024
"""Enough for a thousand desks that come back at once."""


class Door:
    """Every open connection of the desk."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._silent: dict[web.RequestHandler, float] = {}
        """Since when; the longest first."""
        self._at_work: set[web.RequestHandler] = set()
        self.sparing = Sparing(clock)

    @property
    def room(self) -> int:
        """How many connections there may be."""
        return max(1, min(self._most, descriptors() // _SHARE))

    @property
    def backlog(self) -> int:
        """How many may wait to be accepted: asyncio accepts all of them in one turn."""
        return min(_BACKLOG, descriptors() // _SHARE // _TURNS)

    def enter(self, one: web.RequestHandler) -> None:
        """A connection was made: it stays, or is closed at once."""
        if len(self._silent) + len(self._at_work) >= self.room:
            self._close(next(iter(self._silent), one))
        if one.transport is not None and not one.transport.is_closing():
            self._silent[one] = self._clock()

    def leave(self, one: web.RequestHandler) -> None:
        """It is closed."""
        self._silent.pop(one, None)
        self._at_work.discard(one)

    def sweep(self) -> None:
        """Close those who were silent for too long."""
        latest = self._clock() - _PATIENCE
        for one in [one for one, since in self._silent.items() if since <= latest]:
            self._close(one)

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """A whole request's head is here: its connection is at work until the answer is made."""
        one = request.protocol
        if self._silent.pop(one, None) is not None:
            self._at_work.add(one)
        try:
            return await handler(request)
        finally:
            if one in self._at_work:
                self._at_work.discard(one)
                self._silent[one] = self._clock()

    def _close(self, one: web.RequestHandler) -> None:
        self.leave(one)
        if one.transport is not None:
            one.transport.abort()


class Connection(web.RequestHandler):
    """A connection that the door knows of."""

    __slots__ = ("_door",)

    def __init__(self, server: web.Server, door: Door) -> None:
        super().__init__(server, loop=asyncio.get_running_loop(), access_log=None)  # type: ignore[arg-type]  # aiohttp: none
        self._door = door

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Connected, maybe not for long."""
        super().connection_made(transport)
        self._door.enter(self)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Closed by either side."""
        self._door.leave(self)
        super().connection_lost(exc)

    def log_exception(self, *_args: Any, **facts: Any) -> None:
        """What is no HTTP, at most once a second."""
        self._door.sparing(log.warning, "request not understood", exc_info=facts.get("exc_info"))
