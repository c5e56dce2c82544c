"""``POST /api/calls/{id}/escalate``: an operator sends the caller to the duty doctor."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from aiohttp import web

from ccd.calls.ids import LinkedId
from ccd.desk.auth import Auth
from ccd.desk.bodies import NoteText, body
from ccd.desk.hub import Hub
from ccd.desk.ports import Escalation
from ccd.desk.problems import Problem
from ccd.desk.standing import Standing
from ccd.desk.trail import Trail
from ccd.people import AuditEntry, Session
from ccd.ports.switchboard import NoCallError, NotBegunError, NotHeardError

SaveNote = Callable[[Session, LinkedId, NoteText], Awaitable[object]]
"""Writes topic and note durably (``CallsApi.save``)."""


class EscalateApi:
    """Only for whoever talks with the caller now.  What was noted is durable before the caller goes."""

    def __init__(self, *, auth: Auth, hub: Hub, trail: Trail, save: SaveNote, asterisk: Escalation) -> None:
        self._auth = auth
        self._hub = hub
        self._trail = trail
        self._save = save
        self._asterisk = asterisk
        self._under_way: set[LinkedId] = set()

    def routes(self) -> list[web.RouteDef]:
        """Where what is."""
        return [web.post("/api/calls/{id}/escalate", self.escalate)]

    async def escalate(self, request: web.Request) -> web.Response:
        """``{topic, outcome, note}``, all may be empty; 409 when this phone does not talk with the caller."""
        session = await self._auth.session(request)
        call_id = LinkedId(request.match_info["id"])
        text = await body(request, NoteText)
        self._must_talk(session, call_id)
        with self._once(call_id):
            if not text.empty:
                await self._save(session, call_id, text)
                self._must_talk(session, call_id)  # that took a while
            await self._sent(session, call_id)
        self._trail.note(
            AuditEntry(
                at=self._hub.clinic.now(),
                user=session.user.name,
                action="escalate",
                phone=session.phone,
                call_id=call_id,
            )
        )
        return web.json_response({"escalated": True})

    def _must_talk(self, session: Session, call_id: LinkedId) -> None:
        entry = self._hub.entry(session.phone, call_id)
        if entry is None or entry.standing not in {Standing.TALKING, Standing.HELD}:
            raise Problem(409, "error.not_talking")

    @contextmanager
    def _once(self, call_id: LinkedId) -> Iterator[None]:
        """A second wish for a call that is on its way would take the caller out of the doctors' queue."""
        if call_id in self._under_way:
            raise Problem(409, "error.not_talking")
        self._under_way.add(call_id)
        try:
            yield
        finally:
            self._under_way.discard(call_id)

    async def _sent(self, session: Session, call_id: LinkedId) -> None:
        try:
            await self._asterisk.escalate(call_id, session.phone)
        except NoCallError:
            raise Problem(409, "error.not_talking") from None
        except (NotBegunError, NotHeardError) as error:
            raise Problem(503, "error.not_escalated") from error
