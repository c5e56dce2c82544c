"""``GET /api/patients``: who is behind a number, without a call; for the desk and for other programs."""

from dataclasses import replace

from aiohttp import web

from ccd.desk.auth import Auth
from ccd.desk.card import dump
from ccd.desk.found import Found, found_json
from ccd.desk.hub import Hub
from ccd.desk.numbers import number_key
from ccd.desk.owed import Owed
from ccd.desk.problems import Problem
from ccd.desk.trail import Trail
from ccd.directory.caller import NumberKind
from ccd.settings.models import Desk

_LONGEST = {"number": 40, "why": 200}


class PatientsApi:
    """For everybody who is signed in, with the rights of their role; each answer has its audit row."""

    def __init__(
        self, *, settings: Desk, auth: Auth, hub: Hub, owed: Owed, trail: Trail, found: Found
    ) -> None:
        self._settings = settings
        self._auth = auth
        self._hub = hub
        self._owed = owed
        self._trail = trail
        self._found = found

    def routes(self) -> list[web.RouteDef]:
        """Where what is."""
        return [web.get("/api/patients", self.of_number, allow_head=False)]

    async def of_number(self, request: web.Request) -> web.Response:
        """``?number=&why=``: its card; ``why`` is asked for when the settings say so (``ask_reason``)."""
        session = await self._auth.session(request)
        number, why = _asked(request, "number"), _asked(request, "why")
        if self._settings.ask_reason and not why:
            raise Problem(422, "error.why")
        caller = (await self._owed.callers([number]))[number]
        if caller.number.kind is not NumberKind.E164:
            raise Problem(422, "error.number")
        self._found.add(session.user.name, number_key(caller.number))
        self._trail.searched(session, caller, why)
        unseen = self._hub.sight.unseen(session.user.role)
        final = replace(caller, asking=())  # nobody tells this page of a late answer: it asks again
        card = found_json(final, self._hub.clinic, unseen)
        return web.json_response({"card": card}, headers={"Cache-Control": "no-store"}, dumps=dump)


def _asked(request: web.Request, name: str) -> str:
    text = request.query.get(name, "").strip()
    if len(text) > _LONGEST[name] or not text.isprintable():
        raise Problem(422, f"error.{name}")
    return text
