"""The API of calls: today's, those of a number, and the note that an operator writes."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import structlog
from aiohttp import web

from ccd.calls.ids import LinkedId, Phone
from ccd.calls.record import CallRecord
from ccd.desk.auth import Auth
from ccd.desk.bodies import NoteText, body
from ccd.desk.card import Json
from ccd.desk.clinic import millis
from ccd.desk.found import Found
from ccd.desk.hub import Hub
from ccd.desk.lacking import Required
from ccd.desk.lately import Lately
from ccd.desk.listening import Listening
from ccd.desk.numbers import same_caller
from ccd.desk.ports import Archive
from ccd.desk.problems import Problem
from ccd.desk.rows import call_row, edit_json
from ccd.desk.trail import Trail
from ccd.people import AuditEntry, Session
from ccd.ports.calls import Note
from ccd.settings.models import Desk
from ccd.settings.topics import outcome_ids

log = structlog.get_logger()

_PATIENCE = 5.0
"""Seconds for the database; the page keeps the text and says so."""
_HISTORY = 20
_LOOKED_AT = 100
"""The archive compares ten digits only: what it finds is looked at again."""
_DAY = 1000
_NOTABLE = timedelta(days=1)
"""An operator writes of today's calls and of yesterday's."""


class CallsApi:
    """Reads the archive; writes notes durably before it says so."""

    def __init__(
        self,
        *,
        settings: Desk,
        auth: Auth,
        archive: Archive,
        hub: Hub,
        trail: Trail,
        found: Found,
        lately: Lately,
        listening: Listening,
    ) -> None:
        self._topics = {topic.id for topic in settings.topics}
        self._outcomes = outcome_ids(settings.outcomes)
        self._required = Required(settings)
        self._auth = auth
        self._archive = archive
        self._hub = hub
        self._trail = trail
        self._found = found
        self._lately = lately
        self._listening = listening

    def routes(self) -> list[web.RouteDef]:
        """Where what is."""
        return [
            web.get("/api/calls", self.of_number),
            web.get("/api/today", self.today),
            web.put("/api/calls/{id}/note", self.annotate),
        ]

    async def of_number(self, request: web.Request) -> web.Response:
        """``?number=&but=``: its last calls and why it may call now (``but``: the call that asks).

        For whoever has it on the line, looked it up, or sees all phones.
        """
        session = await self._auth.session(request)
        number = request.query.get("number", "")
        if not self._may_read(session, number):
            raise Problem(403, "error.not_yours")
        found = await self._read(number=number, limit=_LOOKED_AT) if number else ()
        calls = [one for one in found if same_caller(one, number, self._hub.clinic.region)][:_HISTORY]
        self._trail.listed(session.user.name, "history", session.phone, calls)
        but = LinkedId(request.query.get("but", ""))
        unseen = self._hub.sight.unseen(session.user.role)
        whys = await self._lately.whys(number, calls, but, unseen)
        return web.json_response({"calls": await self._with_edits(session, calls), "whys": whys})

    def _may_read(self, session: Session, number: str) -> bool:
        looked_up = (session.user.name, number) in self._found
        return session.user.role.oversees or looked_up or self._hub.knows_number(session.phone, number)

    async def today(self, request: web.Request) -> web.Response:
        """What this phone took today, newest first; ``earlier``: yesterday's calls that lack an outcome."""
        session = await self._auth.session(request)
        calls, earlier = await self._lately_here(session.phone) if session.phone else ((), ())
        self._trail.listed(session.user.name, "today", session.phone, (*calls, *earlier))
        rows, before = (self._rows(session, some, session.phone) for some in (calls, earlier))
        return web.json_response({"calls": rows, "earlier": before})

    async def _lately_here(self, phone: Phone) -> tuple[list[CallRecord], list[CallRecord]]:
        midnight = self._hub.clinic.midnight
        calls = await self._read(since=midnight, phone=phone, limit=_DAY)
        if not self._required.wants(""):
            return list(calls), []
        both = await self._read(since=midnight - _NOTABLE, phone=phone, limit=2 * _DAY)
        known = {one.call_id for one in calls}
        earlier = [one for one in both if one.call_id not in known and self._required.lacks(one)]
        return list(calls), earlier

    async def annotate(self, request: web.Request) -> web.Response:
        """``{topic, outcome, note}``: answered only when it is on disk, with who changed what.

        ``lacks_outcome``: the call still needs an outcome; null when this did not say which it has.
        """
        session = await self._auth.session(request)
        call_id = LinkedId(request.match_info["id"])
        text = await body(request, NoteText)
        if text.empty:
            raise Problem(422, "error.note_empty")
        await self._check_own(session, call_id)
        note = await self.save(session, call_id, text)
        said = {"topic": note.topic, "outcome": note.outcome, "note": note.note}
        lacks = None if note.outcome is None else self._required.wants(note.outcome)
        return web.json_response(said | {"noted_at": millis(note.at), "by": note.by, "lacks_outcome": lacks})

    async def save(self, session: Session, call_id: LinkedId, text: NoteText) -> Note:
        """Write topic, outcome and note durably; raises Problem."""
        if text.topic and text.topic not in self._topics:
            raise Problem(422, "error.topic")
        if text.outcome and text.outcome not in self._outcomes:
            raise Problem(422, "error.outcome")
        now, who = self._hub.clinic.now(), session.user.name
        note = Note(call_id=call_id, topic=text.topic, outcome=text.outcome, note=text.note, by=who, at=now)
        await self._write(session, note)
        return note

    async def _check_own(self, session: Session, call_id: LinkedId) -> None:
        """An operator annotates the calls of their own phone; supervisors annotate any."""
        if session.user.role.oversees or self._hub.entry(session.phone, call_id):
            return
        since = self._hub.clinic.midnight - _NOTABLE
        calls = await self._read(since=since, phone=session.phone, limit=_DAY) if session.phone else ()
        if all(call.call_id != call_id for call in calls):
            raise Problem(403, "error.not_yours")

    async def _write(self, session: Session, note: Note) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                written = await self._archive.annotate(note)
        except Exception as error:
            log.warning("note not saved", call_id=note.call_id, error=type(error).__name__)
            raise Problem(503, "error.not_saved") from error
        if not written:
            known = self._hub.entry(session.phone, note.call_id) is not None
            raise Problem(*((503, "error.not_saved") if known else (404, "error.no_call")))
        self._trail.note(
            AuditEntry(at=note.at, user=note.by, action="note", phone=session.phone, call_id=note.call_id)
        )
        self._hub.noted(session.phone, note)

    async def _read(self, **which: object) -> Sequence[CallRecord]:
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self._archive.calls(**which)  # type: ignore[arg-type]
        except Exception as error:
            log.warning("calls not read", error=type(error).__name__)
            raise Problem(503, "error.not_read") from error

    async def _with_edits(self, session: Session, calls: Sequence[CallRecord]) -> list[Json]:
        """The rows, each with what people changed of it; without that when it cannot be read in time."""
        kept: dict[str, list[Json]] = {}
        try:
            async with asyncio.timeout(_PATIENCE):
                for one in await self._archive.edits([call.call_id for call in calls]):
                    kept.setdefault(one.call_id, []).append(edit_json(one))
        except Exception as error:  # noqa: BLE001 - the calls are worth more than their changes
            log.warning("edits not read", error=type(error).__name__)
        return [row | {"edits": kept.get(row["id"], [])} for row in self._rows(session, calls)]

    def _rows(self, session: Session, calls: Sequence[CallRecord], phone: Phone | None = None) -> list[Json]:
        """As that phone stood in them; without one, as whoever answered."""
        region = self._hub.clinic.region
        return [
            call_row(call, phone or call.phone, region)
            | {
                "lacks_outcome": self._required.lacks(call),
                "recording": self._listening.offers(session, call),
            }
            for call in calls
        ]
