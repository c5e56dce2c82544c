"""A clinic's HTTP service that owns a schedule: free hours, and what becomes of an order."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from ccd.directory.booking import (
    NotBookedError,
    NotReachedError,
    Order,
    Slot,
    SlotQuery,
    SlotTakenError,
    UnsureError,
)
from ccd.directory.model import DirectoryError, Visit
from ccd.settings.http_requests import Writing
from ccd.settings.source_http import AskBooked, AskSlots, Moving, Taking
from ccd.sources.http import HttpSource
from ccd.sources.http_client import UNREADABLE
from ccd.sources.http_errors import MAYBE_DONE, UnreachedError
from ccd.sources.http_items import search
from ccd.sources.http_requests import blanks_of


class HttpBooking(HttpSource):
    """A service with ``slots`` in its settings."""

    async def slots(self, query: SlotQuery) -> Sequence[Slot]:
        """Free hours, the soonest first; raises DirectoryError."""
        request: AskSlots | None = self._settings.slots
        if request is None:
            return ()
        read = partial(self._read.slots, fields=request.answer)
        found = await self._ask(request, _of_query(query), read)
        untold = _untold(query, blanks_of(request))
        wanted = (one for one in found if untold.fits(one))
        return sorted(wanted, key=lambda one: one.starts_at)[: query.most]

    async def book(self, order: Order) -> Visit:
        """Take the slot; raises SlotTakenError, NotBookedError, UnsureError."""
        return await self._take(self._settings.book, _of_order(order), order.key)

    async def move(self, visit_id: str, order: Order) -> Visit:
        """Give the visit another hour; raises as ``book``."""
        return await self._take(self._settings.move, _of_order(order) | {"visit_id": visit_id}, order.key)

    async def cancel(self, visit_id: str, key: str) -> None:
        """Cancel the visit; raises NotBookedError, UnsureError."""
        request = self._settings.cancel
        if request is None:
            raise NotBookedError("no visit can be cancelled here: the settings have no request for it")
        status, answer = await self._tell(request, {"visit_id": visit_id, "key": key}, key)
        if status not in request.gone:
            _refused(request, status, answer)

    async def booked(self, key: str) -> Visit | None:
        """The visit that the order made, None when it made none; raises DirectoryError."""
        request: AskBooked | None = self._settings.booked
        if request is None:
            raise DirectoryError("cannot be asked what became of an order: the settings have no booked")
        visits = await self._ask(request, {"key": key}, partial(self._read.visits, fields=request.answer))
        if len(visits) > 1:
            raise DirectoryError("names several visits that one order made")
        return visits[0] if visits else None

    async def _take(self, request: Taking | Moving | None, values: Mapping[str, str], key: str) -> Visit:
        if request is None:
            raise NotBookedError("cannot be done here: the settings have no request for it")
        status, answer = await self._tell(request, values, key)
        if status in request.taken or _says(request.taken_if, answer):
            raise SlotTakenError("somebody else has that hour")
        _refused(request, status, answer)
        return self._made(None if answer is UNREADABLE else answer, request)

    def _made(self, answer: Any, request: Taking) -> Visit:
        try:
            (visit,) = self._read.visits(answer, request.answer)
        except (DirectoryError, ValueError) as error:
            raise UnsureError(f"the service did it, but its answer shows no visit: {error}") from error
        return visit

    async def _tell(self, request: Writing, values: Mapping[str, str], key: str) -> tuple[int, Any]:
        """The status and JSON of an answer.  Raises NotBookedError, UnsureError."""
        try:
            sending = self._fill(request, values, key)
        except DirectoryError as error:
            raise NotBookedError(str(error)) from error
        try:
            return await self._client.tell(sending, self._settings.write_timeout)
        except UnreachedError as error:
            raise NotReachedError(f"the service {error}") from error
        except DirectoryError as error:
            raise UnsureError(f"the service {error}") from error


def _refused(request: Writing, status: int, answer: Any) -> None:
    """Raise for an answer that is no success."""
    if _says(request.refused_if, answer):
        raise NotBookedError("the service refused")
    if status >= 500 or status < 200 or status in MAYBE_DONE:
        raise UnsureError(f"the service answers {status}")
    if status >= 300:
        raise NotBookedError(f"the service refused: it answers {status}")
    if request.refused_if is not None and answer is UNREADABLE:
        raise UnsureError("the service's answer cannot be read: it may say no")


def _untold(query: SlotQuery, asked: frozenset[str]) -> SlotQuery:
    """The query without what the service was told itself."""
    specialty = "" if "specialty" in asked else query.specialty
    return replace(query, specialty=specialty, doctor="" if "doctor" in asked else query.doctor)


def _says(expression: str | None, answer: Any) -> bool:
    """Whether the answer says so; one that cannot be asked does not, nor one that is not there."""
    if expression is None or answer is None or answer is UNREADABLE:
        return False
    try:
        return bool(search(expression, answer, "answer"))
    except DirectoryError:
        return False


def _of_order(order: Order) -> dict[str, str]:
    return {
        "key": order.key,
        "slot_id": order.slot_id,
        "patient_id": order.patient_id,
        "comment": order.comment,
    }


def _of_query(query: SlotQuery) -> dict[str, str]:
    return {
        "since": _utc(query.since),
        "until": _utc(query.until),
        "specialty": query.specialty,
        "doctor": query.doctor,
        "text": query.text,
        "most": str(query.most),
    }


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
