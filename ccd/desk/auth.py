"""Signing in and out.  The cookie holds a token and nothing else; guessing is slowed down."""

import asyncio
from typing import NoReturn

import structlog
from aiohttp import web

from ccd.desk.addresses import Addresses
from ccd.desk.bodies import Credentials, body
from ccd.desk.browsers import Browsers
from ccd.desk.clinic import utc_now
from ccd.desk.limits import SignIns, Try
from ccd.desk.ports import Users
from ccd.desk.problems import Problem
from ccd.desk.trail import Trail
from ccd.people import AuditEntry, Session, user_key
from ccd.settings.models import Desk

log = structlog.get_logger()

COOKIE = "ccd_session"
_AT_ONCE = 2
"""Passwords checked at the same time: argon2 is meant to be heavy, the desk is not."""


class Auth:
    """Who is asking, and may they."""

    def __init__(self, settings: Desk, users: Users, trail: Trail) -> None:
        self._settings = settings
        self._users = users
        self._trail = trail
        self._sign_ins = SignIns()
        self._addresses = Addresses(settings.trusted_proxies)
        self._browsers = Browsers(secure_cookie=settings.secure_cookie)
        self._gates = {known: asyncio.Semaphore(_AT_ONCE) for known in (True, False)}

    async def session(self, request: web.Request) -> Session:
        """The session of this request; a Problem 401 without one."""
        session = await self._users.session(token) if (token := token_of(request)) else None
        if session is None:
            raise Problem(401, "error.signed_out")
        return session

    async def sign_in(self, request: web.Request) -> web.Response:
        """``POST /api/session``."""
        given = await body(request, Credentials)
        name = user_key(given.name)
        browser, address = self._browsers.known(request, name), self._addresses.client(request)
        one = Try(user=name, address=address, browser=browser)
        async with self._gates[bool(browser)]:
            self._check(one)
            user = await self._users.verify(given.name, given.password)
            if user is None:
                self._refuse(one)
        self._sign_ins.passed(one)
        answer = web.json_response({"user": user.name})
        token = await self._users.open_session(user.name, self._settings.session_hours)
        self._set_cookie(answer, token, self._settings.session_hours * 3600)
        self._browsers.remember(answer, name)
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

    def _check(self, one: Try) -> None:
        if seconds := self._sign_ins.wait(one):
            minutes = -(-seconds // 60)
            raise Problem(429, "error.too_many_tries", retry_after=seconds, minutes=minutes)

    def _refuse(self, one: Try) -> NoReturn:
        self._sign_ins.failed(one)
        log.warning("sign-in refused", user_name=one.user, address=one.address)
        self._trail.note(AuditEntry(at=utc_now(), user=one.user, action="sign-in-refused"))
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
