"""Browsers in which a user has signed in before, known again by a cookie for each user.  It opens nothing.

It only says "not a stranger" to the limits on guessing.  The key lives as long as the process:
after a restart everybody is a stranger once more, until the next sign-in.
"""

import hashlib
import hmac
import secrets

from aiohttp import web

COOKIE = "ccd_browser_"
_DAYS = 180


class Browsers:
    """Makes the cookies and checks them."""

    def __init__(self, *, secure_cookie: bool) -> None:
        self._secure = secure_cookie
        self._key = secrets.token_bytes(32)

    def known(self, request: web.Request, user: str) -> str:
        """The browser's name when this user has signed in there; else empty."""
        name, _, seal = request.cookies.get(_cookie(user), "").partition(".")
        good = hmac.compare_digest(seal.encode(errors="replace"), self._seal(name, user).encode())
        return name if name and good else ""

    def remember(self, answer: web.Response, user: str) -> None:
        """This user has signed in here."""
        name = secrets.token_urlsafe(12)
        answer.set_cookie(
            _cookie(user),
            f"{name}.{self._seal(name, user)}",
            max_age=_DAYS * 86_400,
            path="/api/session",
            httponly=True,
            samesite="Strict",
            secure=self._secure,
        )

    def _seal(self, name: str, user: str) -> str:
        return hmac.digest(self._key, f"{name}.{user}".encode(errors="replace"), "sha256").hex()


def _cookie(user: str) -> str:
    """Several people share a computer: none of them makes the others strangers."""
    return COOKIE + hashlib.sha256(user.encode()).hexdigest()[:12]
