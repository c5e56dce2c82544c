"""Booking in a FHIR server: one transaction for each order, guarded by the versions that were read.

A server that undoes nothing when a transaction fails in its middle still books nothing twice: the slot is
written first.  What such a failure leaves taken, by the order's own mark, is given back.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from ccd.directory.booking import NotBookedError, Order, Slot, SlotQuery, SlotTakenError, UnsureError
from ccd.directory.model import DirectoryError, Visit
from ccd.settings.source_fhir import FhirSettings
from ccd.sources import fhir_orders as orders
from ccd.sources.fhir import FhirSource, utc_now
from ccd.sources.fhir_records import Appointment
from ccd.sources.fhir_slots import free_slots
from ccd.sources.fhir_values import is_id
from ccd.sources.fhir_visits import patients_of, visit
from ccd.sources.fhir_writing import RefusalError, Writing

_log = structlog.get_logger(__name__)

_COMING = frozenset({"booked", "pending"})
_HIDDEN = UnsureError("the FHIR server does not show what it said it did")


class FhirBooking(FhirSource):
    """A source that also owns a schedule."""

    def __init__(
        self, name: str, settings: FhirSettings, region: str, now: Callable[[], datetime] = utc_now
    ) -> None:
        super().__init__(name, settings, region, now)
        self._writing = Writing(self._client, self._searching)

    async def slots(self, query: SlotQuery) -> Sequence[Slot]:
        """Free hours, the soonest first; raises DirectoryError."""
        return await free_slots(self._searching, self._facts, query, self._terms())

    async def booked(self, key: str) -> Visit | None:
        """The visit that the order with this key made, moved or cancelled; raises DirectoryError."""
        asked = {"identifier": orders.token(key)}
        found = await self._searching.find("Appointment", asked, ["practitioner", "location"])
        appointments = self._searching.read(Appointment, found)
        actors = [part.actor for one in appointments for part in one.participant]
        known = await self._facts.names(found, actors)
        visits = (visit(one, self._terms(), known) for one in appointments)
        return next((one for one in visits if one is not None), None)

    async def book(self, order: Order) -> Visit:
        """Take the slot; raises SlotTakenError, NotBookedError, UnsureError."""
        if not is_id(order.patient_id):
            raise NotBookedError("this is no id of a FHIR Patient")
        slot = await self._writing.slot(order.slot_id)
        if slot["status"] != "free":
            return await self._surely(order.key, SlotTakenError())
        schedule = await self._writing.schedule(slot)
        entries = [orders.taken(slot, order.key), orders.made(order, slot, schedule)]
        return await self._place(order, slot, entries)

    async def move(self, visit_id: str, order: Order) -> Visit:
        """Take the slot and give the old one back; raises SlotTakenError, NotBookedError, UnsureError."""
        raw, appointment = await self._writing.appointment(visit_id)
        if orders.marked(raw, order.key):
            return await self._surely(order.key, _HIDDEN)
        if appointment.status not in _COMING or order.patient_id not in patients_of(appointment):
            raise NotBookedError("this is no visit of this patient that can be moved")
        slot = await self._writing.slot(order.slot_id)
        if slot["status"] != "free":
            raise SlotTakenError
        schedule = await self._writing.schedule(slot)
        old = await self._writing.slots_of(appointment)
        entries = [orders.taken(slot, order.key), orders.moved(raw, order.key, slot, schedule)]
        return await self._place(order, slot, [*entries, *map(orders.given_back, old)])

    async def cancel(self, visit_id: str, key: str) -> None:
        """Cancel the visit, its hour is free again; raises NotBookedError, UnsureError."""
        raw, appointment = await self._writing.appointment(visit_id)
        if appointment.status == "cancelled":
            return
        if appointment.status not in _COMING:
            raise NotBookedError("this visit cannot be cancelled any more")
        old = await self._writing.slots_of(appointment)
        try:
            await self._writing.transact([orders.cancelled(raw, key), *map(orders.given_back, old)], raw)
        except RefusalError as refusal:
            if not await self._cancelled(visit_id):
                raise NotBookedError(str(refusal)) from refusal

    async def _cancelled(self, visit_id: str) -> bool:
        """Whether the visit is; raises UnsureError: who refused in the middle may have undone nothing."""
        try:
            _, now = await self._writing.appointment(visit_id)
        except NotBookedError as error:
            raise UnsureError(str(error)) from error
        return now.status == "cancelled"

    async def _place(self, order: Order, slot: orders.Raw, entries: list[orders.Entry]) -> Visit:
        """Write, and read what was written: the answer to a transaction need not hold it."""
        try:
            await self._writing.transact(entries, slot)
        except RefusalError as refusal:
            return await self._surely(order.key, refusal, order)
        return await self._surely(order.key, _HIDDEN)

    async def _surely(self, key: str, otherwise: Exception, order: Order | None = None) -> Visit:
        """What the order with this key did; when it did nothing, raise why."""
        try:
            made = await self.booked(key)
        except DirectoryError as error:
            raise UnsureError(str(error)) from error
        if made is not None:
            return made
        raise otherwise if order is None else await self._why(order, str(otherwise))

    async def _why(self, order: Order, refusal: str) -> Exception:
        """Why an order was refused; what it left taken nevertheless is given back."""
        slot = await self._writing.slot(order.slot_id)
        if slot["status"] != "free" and not orders.marked(slot, order.key):
            return SlotTakenError()
        if slot["status"] != "free":
            await self._give_back(slot)
        return NotBookedError(refusal)

    async def _give_back(self, slot: orders.Raw) -> None:
        _log.warning("FHIR server undid only a part of a refused transaction", source=self.name)
        try:
            await self._writing.transact([orders.given_back(slot)], slot)
        except (RefusalError, NotBookedError, UnsureError) as error:
            _log.warning("slot not given back", source=self.name, slot=slot["id"], error=str(error))
