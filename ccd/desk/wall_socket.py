"""``/ws/wall``: the big figures for a screen on the wall, which has no person's password.

The screen's page says a word first, which stands behind the ``#`` of its address: browsers never send
that part, so no log and no proxy has it.  The word opens these figures and nothing else; whoever signed in
to oversee needs none.  There is no patient in what is sent.
"""

import asyncio
import hmac

import structlog
from aiohttp import WSMsgType, web

from ccd.desk.auth import Auth
from ccd.desk.feeding import feed, new_socket
from ccd.desk.floor import FloorDesk
from ccd.desk.guard import Guard
from ccd.desk.outbox import Outbox
from ccd.desk.problems import Problem

log = structlog.get_logger()

REFUSED = 4403
"""The code with which a socket is closed whose word opens nothing: the page says so, and tries on."""
_PATIENCE = 5.0
"""Seconds for the word."""
_SCREENS = 50
"""Open sockets, those included that did not say the word yet."""


class WallSockets:
    """``word`` opens the wall; empty: only who signed in to oversee sees it."""

    def __init__(self, *, guard: Guard, auth: Auth, floor: FloorDesk, word: str) -> None:
        self._guard = guard
        self._auth = auth
        self._floor = floor
        self._word = word.encode()
        self._screens: set[Outbox] = set()

    def routes(self) -> list[web.RouteDef]:
        """Where what is."""
        return [web.get("/ws/wall", self.wall)]

    async def wall(self, request: web.Request) -> web.StreamResponse:
        """The word in, then every queue's figures, then what changes."""
        self._guard.check_origin(request)
        if len(self._screens) >= _SCREENS:
            raise Problem(429, "error.request")
        outbox, socket = Outbox(), new_socket(compress=False)
        self._screens.add(outbox)
        try:
            await socket.prepare(request)
            if await self._may(request, await _said(socket)):
                await self._fed(request, socket, outbox)
            else:
                log.warning("wallboard refused", address=request.remote)
                await socket.close(code=REFUSED)
        finally:
            self._screens.discard(outbox)
        return socket

    def close(self) -> None:
        """The server stops."""
        for outbox in self._screens:
            outbox.close()

    async def _may(self, request: web.Request, said: str) -> bool:
        if self._word and hmac.compare_digest(said.encode(errors="replace"), self._word):
            return True
        try:
            session = await self._auth.session(request)
        except Problem:
            return False
        return session.user.role.oversees

    async def _fed(self, request: web.Request, socket: web.WebSocketResponse, outbox: Outbox) -> None:
        join, leave = lambda: self._floor.join_wall(outbox), lambda: self._floor.leave_wall(outbox)
        await feed(request, socket, outbox, join=join, leave=leave, until=outbox.wait_closed())


async def _said(socket: web.WebSocketResponse) -> str:
    """The first thing that the page says; empty when it says none in time."""
    try:
        async with asyncio.timeout(_PATIENCE):
            message = await socket.receive()
    except TimeoutError:
        return ""
    return message.data if message.type is WSMsgType.TEXT else ""
