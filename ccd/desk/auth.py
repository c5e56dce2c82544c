"""Signing in and out.  The cookie holds a token and nothing else; guessing is slowed down twice."""

import asyncio
from typing import NoReturn

import structlog
from aiohttp import web

from ccd.desk.bodies import Credentials, body
from ccd.desk.clinic import utc_now
from ccd.desk.limits import Failures
from ccd.desk.ports import Users
from ccd.desk.problems import Problem
from ccd.desk.trail import Trail
from ccd.people import AuditEntry, Session
from ccd.settings.models import Desk

log = structlog.get_logger()

COOKIE = "ccd_session"
_WINDOW = 300.0
_PER_USER = 8
_PER_ADDRESS = 40
_AT_ONCE = 2
"""Passwords checked at the same time: argon2 is meant to be heavy, the desk is not."""


class Auth:
    """Who is asking, and may they."""

    def __init__(self, settings: Desk, users: Users, trail: Trail) -> None:
        self._settings = settings
        self._users = users
        self._trail = trail
        self._by_user = Failures(_PER_USER, _WINDOW)
        self._by_address = Failures(_PER_ADDRESS, _WINDOW)
        self._gate = asyncio.Semaphore(_AT_ONCE)

    async def session(self, request: web.Request) -> Session:
        """The session of this request; a Problem 401 without one."""
        session = await self._users.session(token) if (token := token_of(request)) else None
        if session is None:
            raise Problem(401, "error.signed_out")
        return session

    async def sign_in(self, request: web.Request) -> web.Response:
        """``POST /api/session``."""
        given = await body(request, Credentials)
        user_key, address = given.name.casefold(), request.remote or ""
        async with self._gate:
            self._check(user_key, address)
            user = await self._users.verify(given.name, given.password)
            if user is None:
                self._refuse(user_key, address)
        self._by_user.forget(user_key)
        answer = web.json_response({"user": user.name})
        token = await self._users.open_session(user.name, self._settings.session_hours)
        self._set_cookie(answer, token, self._settings.session_hours * 3600)
        self._trail.note(AuditEntry(at=utc_now(), user=user.name, action="sign-in"))
        return answer

    async def sign_out(self, request: web.Request) -> tuple[str, web.Response]:
        """End the session; returns its token, so that its sockets can be closed."""
        session = await self.session(request)
        token = token_of(request)
        await self._users.close_session(token)
        self._trail.note(AuditEntry(at=utc_now(), user=session.user.name, action="sign-out"))
        answer = web.json_response({})
        self._set_cookie(answer, "", 0)
        return token, answer

    def _check(self, user: str, address: str) -> None:
        if seconds := max(self._by_user.wait(user), self._by_address.wait(address)):
            minutes = -(-seconds // 60)
            raise Problem(429, "error.too_many_tries", retry_after=seconds, minutes=minutes)

    def _refuse(self, user: str, address: str) -> NoReturn:
        self._by_user.add(user)
        self._by_address.add(address)
        log.warning("sign-in refused", user_name=user, address=address)
        self._trail.note(AuditEntry(at=utc_now(), user=user, action="sign-in-refused"))
        raise Problem(401, "error.wrong_password")

    def _set_cookie(self, answer: web.Response, token: str, seconds: int) -> None:
        answer.set_cookie(
            COOKIE,
            token,
            max_age=seconds,
            path="/",
            httponly=True,
            samesite="Strict",
            secure=self._settings.secure_cookie,
        )


def token_of(request: web.Request) -> str:
    """The session's token, empty without one."""
    return request.cookies.get(COOKIE, "")
