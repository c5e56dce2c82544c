"""Resources that are read to be written again, and the transaction that writes them."""

from contextlib import suppress
from http import HTTPStatus
from typing import TypeVar

from ccd.directory.booking import NotBookedError, NotReachedError, SlotTakenError, UnsureError
from ccd.directory.model import DirectoryError
from ccd.sources.fhir_client import FhirClient
from ccd.sources.fhir_errors import RefusedError
from ccd.sources.fhir_model import Resource
from ccd.sources.fhir_orders import Entry, Raw, all_done, never
from ccd.sources.fhir_records import Appointment, FhirSlot, Schedule
from ccd.sources.fhir_search import Searching, kind_of
from ccd.sources.fhir_values import is_id
from ccd.sources.http_errors import MAYBE_DONE, UnreachedError

_R = TypeVar("_R", bound=Resource)
_GONE = frozenset({404, 410})


class RefusalError(Exception):
    """The transaction was refused; ``conflict``: something is not what it was when it was read."""

    def __init__(self, reason: str, *, conflict: bool) -> None:
        super().__init__(reason)
        self.conflict = conflict


class Writing:
    """Of one server.  Reading changes nothing, so whatever goes wrong there is NotBookedError."""

    def __init__(self, client: FhirClient, searching: Searching) -> None:
        self._client = client
        self._searching = searching
        self._proven = False

    async def slot(self, slot_id: str) -> Raw:
        """A slot; raises SlotTakenError when there is none, NotBookedError."""
        raw, _ = await self._read(FhirSlot, slot_id, SlotTakenError("there is no such slot"))
        return raw

    async def schedule(self, slot: Raw) -> Raw:
        """The schedule of a slot that was read; raises NotBookedError."""
        reference = self._checked(FhirSlot, slot).schedule.reference
        raw, _ = await self._read(Schedule, reference.removeprefix("Schedule/"))
        return raw

    async def appointment(self, visit_id: str) -> tuple[Raw, Appointment]:
        """A visit, as it is and as it is understood; raises NotBookedError."""
        return await self._read(Appointment, visit_id)

    async def slots_of(self, appointment: Appointment) -> list[Raw]:
        """The slots that a visit keeps busy; raises NotBookedError."""
        slots = []
        for reference in (one.reference for one in appointment.slot if one.reference):
            with suppress(SlotTakenError):  # it is no more
                slots.append(await self.slot(reference.removeprefix("Slot/")))
        return [one for one in slots if one["status"] != "free"]

    async def transact(self, entries: list[Entry], as_read: Raw) -> None:
        """All entries or none; raises RefusalError, NotBookedError, UnsureError.

        ``as_read`` is a resource that they change: with the first transaction it is tried whether the server
        refuses a version that never was, as a whole.  One that does not could book a slot twice.
        """
        if not self._proven:
            await self._prove(as_read)
        if not all_done(await self._send(entries), entries):
            raise UnsureError("the FHIR server does not say that all was done")

    async def _prove(self, raw: Raw) -> None:
        try:
            await self._send([never(raw)])
        except RefusalError as refusal:
            if refusal.conflict:
                self._proven = True
                return
            raise NotBookedError(str(refusal)) from refusal
        except UnsureError as error:
            raise NotBookedError(str(error)) from error
        raise NotBookedError("the FHIR server does not keep ifMatch in transactions: booking is not safe")

    async def _send(self, entries: list[Entry]) -> Raw:
        try:
            return await self._client.transact(entries)
        except RefusedError as error:
            raise _refusal(error) from error
        except UnreachedError as error:
            raise NotReachedError(str(error)) from error
        except DirectoryError as error:
            raise UnsureError(str(error)) from error

    async def _read(self, model: type[_R], ident: str, absent: Exception | None = None) -> tuple[Raw, _R]:
        kind = kind_of(model)
        if not is_id(ident):
            raise NotBookedError(f"this is no id of a FHIR {kind}")
        try:
            raw = await self._client.read(f"{kind}/{ident}")
        except DirectoryError as error:
            gone = isinstance(error, RefusedError) and error.status in _GONE
            if gone and absent is not None:
                raise absent from error
            raise (NotBookedError if gone else NotReachedError)(str(error)) from error
        one = self._checked(model, raw)
        if raw.get("resourceType") != kind or one.id != ident or not one.meta.version_id:
            raise NotBookedError(f"the FHIR server's {kind} is another, or has no version")
        return raw, one

    def _checked(self, model: type[_R], raw: Raw) -> _R:
        one = self._searching.checked(model, raw)
        if one is None:
            raise NotBookedError(f"the FHIR server's {kind_of(model)} is not valid")
        return one


def _refusal(error: RefusedError) -> Exception:
    """What an HTTP status says of a transaction; after some nobody knows."""
    if error.status >= 500 or error.status in MAYBE_DONE:
        return UnsureError(str(error))
    return RefusalError(
        str(error), conflict=error.status in {HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED}
    )
