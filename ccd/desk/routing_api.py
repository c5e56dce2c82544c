"""The picture of the routing for whoever oversees: ``/api/routing.svg?since=yesterday``."""

from datetime import timedelta

from aiohttp import web

from ccd.desk.auth import Auth
from ccd.desk.clinic import Clinic
from ccd.desk.ports import RoutingPicture
from ccd.desk.problems import Problem
from ccd.desk.words import of_picture
from ccd.settings.models import Desk

_DAYS = {"today": (0, None), "yesterday": (1, 0), "week": (7, None)}
"""Begin and end, in midnights before now; None is now."""


class RoutingApi:
    """Draws the rules in use, with the calls of a period on them."""

    def __init__(self, settings: Desk, *, auth: Auth, clinic: Clinic, draw: RoutingPicture) -> None:
        self._settings = settings
        self._auth = auth
        self._clinic = clinic
        self._draw = draw

    def routes(self) -> list[web.RouteDef]:
        """Where what is."""
        return [web.get("/api/routing.svg", self.picture)]

    async def picture(self, request: web.Request) -> web.Response:
        """``?since=today|yesterday|week&lang=ru|uk|en``; 403 for who does not oversee.

        The browser asks for an image itself, without the language that the page has.
        """
        session = await self._auth.session(request)
        if not session.user.role.oversees:
            raise Problem(403, "error.role")
        chosen = _DAYS.get(request.query.get("since", "yesterday"))
        if chosen is None:
            raise Problem(422, "error.field", field="since")
        begin, end = (
            None if days is None else self._clinic.midnight - timedelta(days=days) for days in chosen
        )
        assert begin is not None  # noqa: S101 - every period has a begin
        text = await self._draw(begin, end, of_picture(self._language(request)))
        return web.Response(text=text, content_type="image/svg+xml", headers={"Cache-Control": "no-store"})

    def _language(self, request: web.Request) -> str:
        asked = request.query.get("lang", "")
        return asked if asked in self._settings.languages else self._settings.language
