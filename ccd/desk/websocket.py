"""``/ws``: the page listens; all it ever says is where it left off."""

import asyncio
import contextlib

import structlog
from aiohttp import WSMsgType, web

from ccd.desk.auth import Auth, token_of
from ccd.desk.guard import Guard
from ccd.desk.hub import Hub
from ccd.desk.ports import Users
from ccd.desk.problems import Problem
from ccd.desk.seats import Seat

log = structlog.get_logger()

_HEARTBEAT = 15.0
_RECHECK = 30.0
"""Seconds between looks whether the session still holds."""
_MAX_MESSAGE = 4096
_A_SESSION = 20
"""Open pages of one session."""


class Sockets:
    """Opens, feeds and closes the sockets of the pages."""

    def __init__(self, *, guard: Guard, auth: Auth, users: Users, hub: Hub) -> None:
        self._guard = guard
        self._auth = auth
        self._users = users
        self._hub = hub
        self._seats: set[Seat] = set()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """``GET /ws?boot=&seq=``: who asks, from where; then everything that is now, then what changes."""
        self._guard.check_origin(request)
        session = await self._auth.session(request)
        if sum(seat.token == token_of(request) for seat in self._seats) >= _A_SESSION:
            raise Problem(429, "error.request")
        seat = Seat(user=session.user, phone=session.phone, token=token_of(request))
        self._seats.add(seat)
        try:
            return await self._opened(request, seat)
        finally:
            self._seats.discard(seat)

    async def _opened(self, request: web.Request, seat: Seat) -> web.StreamResponse:
        socket = web.WebSocketResponse(heartbeat=_HEARTBEAT, max_msg_size=_MAX_MESSAGE, timeout=1.0)
        await socket.prepare(request)
        try:
            self._hub.join(seat, request.query.get("boot", ""), _number(request.query.get("seq", "")))
            await self._serve(socket, seat)
        finally:
            self._hub.leave(seat)
            if not socket.closed and request.transport is not None:
                request.transport.abort()
        return socket

    def close(self) -> None:
        """The server stops."""
        for seat in self._seats:
            seat.outbox.close()

    async def _serve(self, socket: web.WebSocketResponse, seat: Seat) -> None:
        """Until the page leaves, the outbox closes, the session ends or sending fails."""
        tasks = [
            asyncio.create_task(one)
            for one in (
                _listen(socket),
                seat.outbox.pump(socket.send_str),
                seat.outbox.wait_closed(),
                self._session_ends(seat),
            )
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        with contextlib.suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(1):
                await socket.close()

    async def _session_ends(self, seat: Seat) -> None:
        """Until the session is over or sits at another phone.

        The first look is at once: a phone picked while this socket opened found no seat to close.
        """
        while True:
            try:
                session = await self._users.session(seat.token)
                if session is None or session.phone != seat.phone:
                    return
            except Exception:
                log.exception("session not checked")
            await asyncio.sleep(_RECHECK)


async def _listen(socket: web.WebSocketResponse) -> None:
    """The page has nothing to say here; its messages are read and forgotten."""
    async for message in socket:
        if message.type is not WSMsgType.TEXT:
            return


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
