"""The API of visits: free hours; booking, moving and cancelling for somebody on a card of this phone."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import TypeVar

import structlog
from aiohttp import web

from ccd.bookings.journal import KeyUsedError
from ccd.bookings.placing import Bookings
from ccd.calls.ids import LinkedId
from ccd.desk.auth import Auth
from ccd.desk.bodies import VisitWish, body
from ccd.desk.card import Json
from ccd.desk.clinic import millis
from ccd.desk.hub import Hub
from ccd.desk.problems import Problem
from ccd.desk.words import language_of, say
from ccd.directory.booking import Slot, SlotQuery
from ccd.directory.hours import free_hours
from ccd.directory.model import Patient, Visit
from ccd.directory.orders import OrderKind, Placed, Why
from ccd.people import Session
from ccd.settings.models import Desk
from ccd.settings.sources import BUILT_IN

log = structlog.get_logger()

_DEADLINE = 3.0
"""Seconds for the sources to say which hours are free."""
_PATIENCE = 15.0
"""Seconds for the journal and the source together; the page asks again before."""
_DAYS = 60
_MOST = 200
_SAID = {Why.TAKEN: "booking.taken", Why.REFUSED: "booking.refused", Why.LOST: "booking.lost"}
_T = TypeVar("_T")


class BookingApi:
    """Who books is in the audit trail by the order itself; who may, the role says."""

    def __init__(self, *, settings: Desk, auth: Auth, hub: Hub, bookings: Bookings) -> None:
        self._settings = settings
        self._auth = auth
        self._hub = hub
        self._bookings = bookings

    def routes(self) -> list[web.RouteDef]:
        """Where what is."""
        return [
            web.get("/api/slots", self.slots),
            web.post("/api/bookings", self.place),
            web.get("/api/bookings/{key:[0-9a-f]{32}}", self.placed),
        ]

    async def slots(self, request: web.Request) -> web.Response:
        """``?text=``: free hours of the next 60 days, of every source that owns a schedule."""
        await self._booker(request)
        now = self._hub.clinic.now()
        text = request.query.get("text", "")[:100]
        query = SlotQuery(since=now, until=now + timedelta(days=_DAYS), text=text, most=_MOST)
        owners = [owner.source for owner in self._bookings.owners.values()]
        hours = await free_hours(owners, query, _DEADLINE)
        return web.json_response(
            {
                "owners": [source.name for source in owners],
                "failed": hours.failed,
                "slots": [_slot_json(slot) for slot in hours.slots],
            }
        )

    async def place(self, request: web.Request) -> web.Response:
        """A ``VisitWish``; answered with what became of it.  The same again is placed once."""
        session = await self._booker(request)
        wish = await body(request, VisitWish)
        try:
            placed = await _durable(self._bookings.place(self._order(session, wish)))
        except KeyUsedError:
            raise Problem(409, "error.request") from None
        return self._told(request, placed)

    async def placed(self, request: web.Request) -> web.Response:
        """What became of an order of this user."""
        session = await self._booker(request)
        found = await _durable(self._bookings.get(request.match_info["key"]))
        if found is None or found.user != session.user.name:
            raise Problem(404, "error.no_order")
        return self._told(request, found)

    async def _booker(self, request: web.Request) -> Session:
        session = await self._auth.session(request)
        if not session.user.role.books or "visits" in self._hub.sight.unseen(session.user.role):
            raise Problem(403, "error.may_not_book")
        return session

    def _order(self, session: Session, wish: VisitWish) -> Placed:
        """The wish with all that the page is not believed; Problem when it cannot be carried out."""
        if wish.source not in self._bookings.owners:
            raise Problem(409, "error.no_schedule", source=wish.source)
        patient, number = self._patient(session, wish)
        known_as = _known_as(patient, wish.source)
        if not known_as:
            raise Problem(409, "error.not_known_there", source=wish.source)
        if wish.kind is not OrderKind.BOOK and not _has(patient, wish):
            raise Problem(409, "error.no_visit")
        return Placed(
            key=wish.key,
            kind=wish.kind,
            source=wish.source,
            slot_id=wish.slot,
            visit_id=wish.visit,
            known_as=known_as,
            patient_id=patient.patient_id,
            number=number,
            user=session.user.name,
            phone=session.phone,
            call_id=wish.call,
            asked_at=self._hub.clinic.now(),
        )

    def _patient(self, session: Session, wish: VisitWish) -> tuple[Patient, str]:
        entry = self._hub.entry(session.phone, LinkedId(wish.call))
        caller = entry.shown.caller if entry else None
        if caller is None:
            raise Problem(403, "error.not_yours")
        for patient in caller.patients:
            if patient.patient_id == wish.patient:
                return patient, caller.number.e164
        raise Problem(403, "error.not_yours")

    def _told(self, request: web.Request, placed: Placed) -> web.Response:
        language = language_of(request, self._settings.languages, self._settings.language)
        code = "booking.unsure" if placed.open else _SAID[Why(placed.why)] if placed.why else ""
        return web.json_response(
            {
                "key": placed.key,
                "kind": placed.kind,
                "state": "unsure" if placed.open else placed.state,
                "code": code,
                "message": say(language, code, source=placed.source) if code else "",
                "visit": _visit_json(placed.made) if placed.made else None,
            }
        )


def _known_as(patient: Patient, source: str) -> str:
    """The id by which that source knows the patient; empty when it does not."""
    known = dict(patient.known_as) or {patient.origin.source or BUILT_IN: patient.patient_id}
    return known.get(source, "")


def _has(patient: Patient, wish: VisitWish) -> bool:
    """Whether that visit is one of the patient's, as far as the card knows."""
    return any(
        visit.visit_id == wish.visit
        and (visit.origin.source or patient.origin.source or BUILT_IN) == wish.source
        for visit in patient.visits
        if visit.visit_id
    )


async def _durable(question: Awaitable[_T]) -> _T:
    """What the journal says; a Problem 503 when it says nothing: asking again with the same key tells."""
    try:
        async with asyncio.timeout(_PATIENCE):
            return await question
    except KeyUsedError:
        raise
    except Exception as error:
        log.warning("order not written", error=type(error).__name__)
        raise Problem(503, "error.not_done") from error


def _slot_json(slot: Slot) -> Json:
    return {
        "source": slot.origin.source,
        "id": slot.slot_id,
        "at": millis(slot.starts_at),
        "until": millis(slot.ends_at),
        "doctor": slot.doctor,
        "specialty": slot.specialty,
        "place": slot.place,
    }


def _visit_json(visit: Visit) -> Json:
    return {
        "at": millis(visit.starts_at),
        "doctor": visit.doctor,
        "specialty": visit.specialty,
        "place": visit.place,
        "id": visit.visit_id,
    }
