"""What every request passes: its origin, and every answer: its headers, its errors in plain words."""

from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

import structlog
from aiohttp import web

from ccd.desk.problems import Problem
from ccd.desk.sparing import Sparing
from ccd.desk.words import language_of, say
from ccd.settings.models import Desk

log = structlog.get_logger()

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "media-src 'self'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_SAFE = frozenset({"GET", "HEAD"})


class Guard:
    """Middleware and origin check by the settings of the desk."""

    def __init__(self, settings: Desk) -> None:
        self._settings = settings
        self._scheme = "https" if settings.secure_cookie else "http"
        self._sparing = Sparing()

    def check_origin(self, request: web.Request) -> None:
        """Only the page itself may change anything or open a socket: its origin must match exactly.

        Under a domain name it is the page itself only when the settings say so (``origins``).
        Raises Problem (403).
        """
        origin = request.headers.get("Origin", "")
        own = f"{self._scheme}://{request.host}" if _nobody_elses(request.host) else None
        if origin != own and origin not in self._settings.origins:
            self._sparing(
                log.warning, "request from a foreign origin refused", origin=origin, path=request.path
            )
            raise Problem(403, "error.origin")

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Check, handle, turn problems into sentences."""
        try:
            if request.method not in _SAFE:
                self.check_origin(request)
            return await handler(request)
        except Problem as problem:
            return self._answer(request, problem)
        except web.HTTPException as error:
            return self._answer(request, Problem(error.status, _HTTP.get(error.status, "error.request")))
        except Exception:  # noqa: BLE001 - logged with its traceback
            self._sparing(log.exception, "request failed", path=request.path, method=request.method)
            return self._answer(request, Problem(500, "error.server"))

    def _answer(self, request: web.Request, problem: Problem) -> web.Response:
        language = language_of(request, self._settings.languages, self._settings.language)
        message = say(language, problem.code, **problem.facts)
        answer = web.json_response(
            {"error": {"code": problem.code, "message": message}}, status=problem.status
        )
        if problem.retry_after:
            answer.headers["Retry-After"] = str(problem.retry_after)
        return answer


def _nobody_elses(host: str) -> bool:
    """An address, or a name without a dot; a domain may be a stranger's that points here (DNS rebinding)."""
    try:
        return bool(ip_address(urlsplit(f"//{host}").hostname or ""))
    except ValueError:
        return "." not in host


_HTTP = {404: "error.not_found", 405: "error.request", 413: "error.too_large"}


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Signal ``on_response_prepare``: security headers on everything, nothing of the API is stored."""
    response.headers.update(HEADERS)
    response.headers.popall("Server", None)
    if request.path.startswith("/api/"):
        response.headers["Cache-Control"] = "no-store"
