"""``/ws/wall``: the big figures for a screen on the wall, which has no person's password.

The screen's page says a word first, which stands behind the ``#`` of its address: browsers never send
that part, so no log and no proxy has it.  The word opens these figures and nothing else; whoever signed in
to oversee needs none.  There is no patient in what is sent.

Only a screen that said its word has one of the places.  Until then a socket waits aside, for five seconds
at most; where many wait, the one that has been silent longest goes.  So whoever opens sockets and says
nothing keeps no screen out.
"""

import asyncio
import hmac

import structlog
from aiohttp import WSCloseCode, WSMsgType, web

from ccd.desk.auth import Auth
from ccd.desk.feeding import feed, new_socket
from ccd.desk.floor import FloorDesk
from ccd.desk.guard import Guard
from ccd.desk.outbox import Outbox
from ccd.desk.problems import Problem
from ccd.desk.sparing import Sparing

log = structlog.get_logger()

REFUSED = 4403
"""The code with which a socket is closed whose word opens nothing: the page says so, and tries on."""
_PATIENCE = 5.0
"""Seconds for the word."""
_SCREENS = 50
"""Sockets that said the word."""
_UNHEARD = 20
"""Those that did not yet."""


class WallSockets:
    """``word`` opens the wall; empty: only who signed in to oversee sees it."""

    def __init__(self, *, guard: Guard, auth: Auth, floor: FloorDesk, word: str) -> None:
        self._guard = guard
        self._auth = auth
        self._floor = floor
        self._word = word.encode()
        self._screens: set[Outbox] = set()
        self._unheard: dict[Outbox, None] = {}
        """The one that has been silent longest first."""
        self._sparing = Sparing()

    def routes(self) -> list[web.RouteDef]:
        """Where what is."""
        return [web.get("/ws/wall", self.wall)]

    async def wall(self, request: web.Request) -> web.StreamResponse:
        """The word in, then every queue's figures, then what changes."""
        self._guard.check_origin(request)
        outbox, socket = Outbox(), new_socket(compress=False)
        if not await self._may(request, await self._word_of(request, socket, outbox)):
            self._sparing(log.warning, "wallboard refused", address=request.remote)
            await socket.close(code=REFUSED)
        elif len(self._screens) >= _SCREENS:
            self._sparing(log.warning, "wallboards are too many", most=_SCREENS)
            await socket.close(code=WSCloseCode.TRY_AGAIN_LATER)
        else:
            await self._fed(request, socket, outbox)
        return socket

    def close(self) -> None:
        """The server stops."""
        for outbox in (*self._screens, *self._unheard):
            outbox.close()

    async def _word_of(self, request: web.Request, socket: web.WebSocketResponse, outbox: Outbox) -> str:
        """The first thing that the page says; it waits aside for that."""
        if len(self._unheard) >= _UNHEARD:
            oldest = next(iter(self._unheard))
            oldest.close()
            del self._unheard[oldest]
        self._unheard[outbox] = None
        try:
            await socket.prepare(request)
            return await _said(socket, outbox)
        finally:
            self._unheard.pop(outbox, None)

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
        self._screens.add(outbox)
        try:
            await feed(request, socket, outbox, join=join, leave=leave, until=outbox.wait_closed())
        finally:
            self._screens.discard(outbox)


async def _said(socket: web.WebSocketResponse, outbox: Outbox) -> str:
    """What the page says first; empty when it says nothing in time, or has to go before."""
    hearing, leaving = asyncio.ensure_future(socket.receive()), asyncio.ensure_future(outbox.wait_closed())
    try:
        await asyncio.wait((hearing, leaving), timeout=_PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        message = hearing.result() if hearing.done() else None
    finally:
        for one in (hearing, leaving):
            one.cancel()
        await asyncio.gather(hearing, leaving, return_exceptions=True)
    return message.data if message and message.type is WSMsgType.TEXT else ""
