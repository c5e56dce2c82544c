"""The sockets of whoever signed in: ``/ws`` of the desk, ``/ws/floor`` of the supervisors' live page."""

from collections.abc import Callable

from aiohttp import web

from ccd.desk.auth import Auth, token_of
from ccd.desk.feeding import feed, new_socket
from ccd.desk.floor import FloorDesk
from ccd.desk.guard import Guard
from ccd.desk.hub import Hub
from ccd.desk.ports import Users
from ccd.desk.problems import Problem
from ccd.desk.seats import Seat
from ccd.desk.sitting import session_ends

_A_SESSION = 20
"""Open pages of one session."""


class Sockets:
    """Opens, feeds and closes the sockets of the pages."""

    def __init__(self, *, guard: Guard, auth: Auth, users: Users, hub: Hub, floor: FloorDesk) -> None:
        self._guard = guard
        self._auth = auth
        self._users = users
        self._hub = hub
        self._floor = floor
        self._seats: set[Seat] = set()

    def routes(self) -> list[web.RouteDef]:
        """Where what is."""
        return [web.get("/ws", self.desk), web.get("/ws/floor", self.floor)]

    async def desk(self, request: web.Request) -> web.StreamResponse:
        """``?boot=&seq=``: where the page left off; then everything that is now, then what changes."""
        boot, seq = request.query.get("boot", ""), _number(request.query.get("seq", ""))
        seat = await self._seat(request)
        return await self._fed(
            request, new_socket(), seat, lambda: self._hub.join(seat, boot, seq), self._hub.leave
        )

    async def floor(self, request: web.Request) -> web.StreamResponse:
        """Every queue and agent, for whoever oversees."""
        seat = await self._seat(request)
        if not seat.user.role.oversees:
            raise Problem(403, "error.role")
        socket = new_socket(compress=False)
        return await self._fed(request, socket, seat, lambda: self._floor.join(seat), self._floor.leave)

    def close(self) -> None:
        """The server stops."""
        for seat in self._seats:
            seat.outbox.close()

    async def _seat(self, request: web.Request) -> Seat:
        """Who asks, from where; raises Problem."""
        self._guard.check_origin(request)
        session = await self._auth.session(request)
        if sum(seat.token == token_of(request) for seat in self._seats) >= _A_SESSION:
            raise Problem(429, "error.request")
        return Seat(user=session.user, phone=session.phone, token=token_of(request))

    async def _fed(
        self,
        request: web.Request,
        socket: web.WebSocketResponse,
        seat: Seat,
        join: Callable[[], None],
        leave: Callable[[Seat], None],
    ) -> web.StreamResponse:
        self._seats.add(seat)
        try:
            await socket.prepare(request)
            ends = session_ends(self._users, seat)
            await feed(request, socket, seat.outbox, join=join, leave=lambda: leave(seat), until=ends)
        finally:
            self._seats.discard(seat)
        return socket


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
