"""The API of the page: who am I, which phone, which language."""

from collections.abc import Callable
from typing import Any

from aiohttp import web

from ccd.calls.ids import Phone
from ccd.desk.auth import Auth, token_of
from ccd.desk.bodies import ChosenLanguage, ChosenPhone, body
from ccd.desk.clinic import utc_now
from ccd.desk.hub import Hub
from ccd.desk.ports import Phones, Users
from ccd.desk.problems import Problem
from ccd.desk.trail import Trail
from ccd.people import AuditEntry
from ccd.settings.models import Desk


class Api:
    """Everything but calls."""

    def __init__(
        self,
        *,
        settings: Desk,
        auth: Auth,
        users: Users,
        phones: Phones,
        hub: Hub,
        trail: Trail,
        drop: Callable[[str], None],
    ) -> None:
        self._settings = settings
        self._auth = auth
        self._users = users
        self._phones = phones
        self._hub = hub
        self._trail = trail
        self._drop = drop

    def routes(self) -> list[web.RouteDef]:
        """Where what is."""
        return [
            web.get("/healthz", self.health),
            web.post("/api/session", self._auth.sign_in),
            web.delete("/api/session", self.sign_out),
            web.get("/api/me", self.me),
            web.get("/api/phones", self.phones),
            web.put("/api/phone", self.pick_phone),
            web.put("/api/language", self.pick_language),
        ]

    async def health(self, _request: web.Request) -> web.Response:
        """The web server answers."""
        return web.json_response({"status": "ok"})

    async def sign_out(self, request: web.Request) -> web.Response:
        """End the session and close its pages' sockets."""
        token, answer = await self._auth.sign_out(request)
        self._drop(token)
        return answer

    async def me(self, request: web.Request) -> web.Response:
        """The user, and what the page needs to know of the clinic."""
        session = await self._auth.session(request)
        user, settings = session.user, self._settings
        known = user.language in settings.languages
        return web.json_response(
            {
                "name": user.name,
                "full_name": user.full_name or user.name,
                "role": user.role,
                "oversees": user.role.oversees,
                "books": user.role.books,
                "language": user.language if known else "",
                "phone": session.phone,
                "zone": self._hub.clinic.zone.key,
                "currency": settings.currency,
                "ask_reason": settings.ask_reason,
                "topics": [topic.model_dump() for topic in settings.topics],
                "outcomes": [outcome.model_dump() for outcome in settings.outcomes],
                "outcome_required": settings.outcome_required,
            }
        )

    async def phones(self, request: web.Request) -> web.Response:
        """The phones to choose from, each once, with its queues.

        A member without a name has its interface's: the name that another queue gives is better.
        """
        await self._auth.session(request)
        found: dict[Phone, dict[str, Any]] = {}
        for member in self._phones.members():
            row = found.setdefault(member.phone, {"phone": member.phone, "name": member.name, "queues": []})
            row["queues"].append(member.queue)
            if row["name"] in {"", member.phone}:
                row["name"] = member.name or member.phone
        return web.json_response({"phones": sorted(found.values(), key=lambda row: _natural(row["phone"]))})

    async def pick_phone(self, request: web.Request) -> web.Response:
        """Sit at a phone; those who see all phones may also sit at none."""
        session = await self._auth.session(request)
        phone = Phone((await body(request, ChosenPhone)).phone)
        known = {member.phone for member in self._phones.members()}
        if phone not in known and (phone or not session.user.role.oversees):
            raise Problem(422, "error.phone")
        await self._users.set_phone(token_of(request), phone)
        self._trail.note(AuditEntry(at=utc_now(), user=session.user.name, action="phone", phone=phone))
        self._drop(token_of(request))
        return web.json_response({"phone": phone})

    async def pick_language(self, request: web.Request) -> web.Response:
        """Remember the user's language."""
        session = await self._auth.session(request)
        chosen = (await body(request, ChosenLanguage)).language
        if chosen not in self._settings.languages:
            raise Problem(422, "error.field", field="language")
        await self._users.set_language(session.user.name, chosen)
        return web.json_response({"language": chosen})


def _natural(phone: str) -> tuple[int, str]:
    """Short names first: 99 before 101."""
    return len(phone), phone
