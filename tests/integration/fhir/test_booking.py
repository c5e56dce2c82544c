"""Booking in the schedule of a FHIR server that others wrote: nothing twice, nothing lost."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ccd.directory.booking import (
    Booking,
    NotBookedError,
    Order,
    SlotQuery,
    SlotTakenError,
    UnsureError,
)
from ccd.settings.source_fhir import FhirSettings
from ccd.sources.fhir_booking import FhirBooking
from ccd.sources.fhir_client import FhirClient
from ccd.sources.fhir_errors import LostError, RefusedError
from tests.integration.fhir import clinic
from tests.testbed.fhir_server import FhirServer

NOW = datetime(2026, 5, 1, 9, tzinfo=UTC)
DAY = datetime(2026, 5, 4, 9, tzinfo=UTC)


def query(**wanted: Any) -> SlotQuery:
    return SlotQuery(since=DAY, until=DAY + timedelta(days=1), **wanted)


class World:
    """A doctor's schedule with free slots, of this test alone."""

    def __init__(self, server: FhirServer, name: str) -> None:
        self.server = server
        self.name = name
        server.put(
            clinic.practitioner(f"{name}-doctor", f"Врач-{name}"),
            clinic.patient(f"{name}-1", "+79169990001"),
            clinic.patient(f"{name}-2", "+79169990002"),
            clinic.schedule(f"{name}-hours", f"{name}-doctor", "Кардиология", "Каб. 12"),
        )

    def slots(self, count: int) -> list[str]:
        ids = [f"{self.name}-slot-{number}" for number in range(1, count + 1)]
        starts = [DAY + timedelta(minutes=30 * number) for number in range(count)]
        schedule = f"{self.name}-hours"
        self.server.put(*(clinic.slot(*pair, schedule) for pair in zip(ids, starts, strict=True)))
        return ids

    def order(self, key: str, slot: str, patient: int = 1, **more: Any) -> Order:
        return Order(key=f"{self.name}-{key}", slot_id=slot, patient_id=f"{self.name}-{patient}", **more)

    def status(self, slot: str) -> str:
        return str(self.server.get(f"Slot/{slot}")["status"])

    def visits(self) -> list[Any]:
        """Those that stand."""
        found = self.server.get("Appointment?_count=1000").get("entry", [])
        mine = [one["resource"] for one in found if self.name in str(one["resource"]["participant"])]
        return [one for one in mine if one["status"] == "booked"]


@pytest.fixture
def world(fhir_server: FhirServer, request: pytest.FixtureRequest) -> World:
    return World(fhir_server, f"b{abs(hash(request.node.name)) % 10**9}")


@pytest.fixture
async def source(fhir_server: FhirServer) -> AsyncIterator[FhirBooking]:
    made = FhirBooking(
        "mis", FhirSettings(url=fhir_server.url, booking=True, request_timeout=60), "RU", lambda: NOW
    )
    assert isinstance(made, Booking)
    yield made
    await made.close()


async def test_free_slots_are_shown_by_specialty_and_doctor(world: World, source: FhirBooking):
    first, second, busy = world.slots(3)
    world.server.put(clinic.slot(busy, DAY, f"{world.name}-hours", "busy"))
    found = await source.slots(query(doctor=world.name, specialty="кардио"))
    assert [one.slot_id for one in found] == [first, second]
    shown = found[0]
    assert (shown.doctor, shown.specialty, shown.place) == (
        f"Врач-{world.name} Олег",
        "Кардиология",
        "Каб. 12",
    )
    assert (shown.starts_at, shown.ends_at) == (DAY, DAY + timedelta(minutes=30))
    assert [one.slot_id for one in await source.slots(query(text=world.name, most=1))] == [first]
    assert await source.slots(query(doctor=world.name, specialty="хирургия")) == []


async def test_a_booked_slot_is_busy_and_the_visit_is_the_patients(world: World, source: FhirBooking):
    (slot,) = world.slots(1)
    visit = await source.book(world.order("k", slot, comment="с коляской"))
    assert (visit.starts_at, visit.status, visit.doctor) == (DAY, "booked", f"Врач-{world.name} Олег")
    assert (visit.specialty, visit.place) == ("Кардиология", "Каб. 12")
    assert world.status(slot) == "busy"
    assert await source.slots(query(doctor=world.name)) == []
    (written,) = world.visits()
    assert (written["id"], written["comment"]) == (visit.visit_id, "с коляской")
    assert await source.booked(f"{world.name}-k") == visit


async def test_the_same_order_again_books_nothing_more(world: World, source: FhirBooking):
    (slot,) = world.slots(1)
    first = await source.book(world.order("k", slot))
    assert (await source.book(world.order("k", slot))).visit_id == first.visit_id
    assert len(world.visits()) == 1


async def test_a_taken_slot_is_refused(world: World, source: FhirBooking):
    (slot,) = world.slots(1)
    await source.book(world.order("k", slot))
    with pytest.raises(SlotTakenError):
        await source.book(world.order("other", slot, 2))
    with pytest.raises(SlotTakenError):
        await source.book(world.order("third", f"{world.name}-none"))
    assert await source.booked(f"{world.name}-other") is None
    assert len(world.visits()) == 1


async def test_a_moved_visit_gives_its_slot_back(world: World, source: FhirBooking):
    old, new = world.slots(2)
    visit = await source.book(world.order("k", old))
    moved = await source.move(visit.visit_id, world.order("m", new))
    assert (moved.visit_id, moved.starts_at) == (visit.visit_id, DAY + timedelta(minutes=30))
    assert (world.status(old), world.status(new)) == ("free", "busy")
    assert len(world.visits()) == 1
    assert await source.booked(f"{world.name}-m") == moved
    assert await source.move(visit.visit_id, world.order("m", new)) == moved
    again = await source.book(world.order("again", old, 2))
    assert again.visit_id != visit.visit_id


async def test_a_visit_is_not_moved_into_a_taken_slot(world: World, source: FhirBooking):
    old, new = world.slots(2)
    visit = await source.book(world.order("k", old))
    await source.book(world.order("other", new, 2))
    with pytest.raises(SlotTakenError):
        await source.move(visit.visit_id, world.order("m", new))
    assert world.status(old) == "busy"


async def test_anothers_visit_is_not_moved(world: World, source: FhirBooking):
    old, new = world.slots(2)
    visit = await source.book(world.order("k", old))
    with pytest.raises(NotBookedError, match="this patient"):
        await source.move(visit.visit_id, world.order("m", new, 2))
    assert (world.status(old), world.status(new)) == ("busy", "free")


async def test_a_cancelled_visit_frees_its_slot(world: World, source: FhirBooking):
    (slot,) = world.slots(1)
    visit = await source.book(world.order("k", slot))
    await source.cancel(visit.visit_id, "c")
    await source.cancel(visit.visit_id, "c")
    assert (world.status(slot), world.visits()) == ("free", [])
    assert (await source.book(world.order("next", slot, 2))).visit_id != visit.visit_id


@pytest.mark.parametrize("hostile", ["../Patient/1", "..", "1?_id=2", "1/$expunge", "", "x" * 65, "%2e%2e"])
async def test_no_id_leads_elsewhere(world: World, source: FhirBooking, hostile: str):
    (slot,) = world.slots(1)
    with pytest.raises(NotBookedError):
        await source.book(Order(key="k", slot_id=hostile, patient_id=f"{world.name}-1"))
    with pytest.raises(NotBookedError):
        await source.book(Order(key="k", slot_id=slot, patient_id=hostile))
    with pytest.raises(NotBookedError):
        await source.cancel(hostile, "k")
    assert world.status(slot) == "free"


async def test_an_odd_key_is_still_a_key(world: World, source: FhirBooking):
    slot, other = world.slots(2)
    odd = world.order("a|b,c$&identifier=\\ ё", slot)
    visit = await source.book(odd)
    assert await source.booked(odd.key) == visit
    assert await source.booked(odd.key + "x") is None
    assert world.status(other) == "free"


@pytest.mark.parametrize("sent", [True, False])
async def test_a_lost_answer_is_unsure_and_can_be_asked_about(
    world: World, source: FhirBooking, monkeypatch: pytest.MonkeyPatch, sent: bool
):
    (slot,) = world.slots(1)
    real = FhirClient.transact

    async def losing(client: FhirClient, entries: Any) -> Any:
        if sent or len(entries) == 1:
            await real(client, entries)
        raise LostError("the line was cut")

    monkeypatch.setattr(FhirClient, "transact", losing)
    with pytest.raises(UnsureError):
        await source.book(world.order("k", slot))
    known = await source.booked(f"{world.name}-k")
    assert (known is not None) is sent
    monkeypatch.undo()
    assert (await source.book(world.order("k", slot))).starts_at == DAY
    assert len(world.visits()) == 1


@pytest.mark.parametrize(
    ("status", "expected"), [(500, UnsureError), (400, NotBookedError), (403, NotBookedError)]
)
async def test_a_refusal_changes_nothing(
    world: World, source: FhirBooking, monkeypatch: pytest.MonkeyPatch, status: int, expected: type[Exception]
):
    (slot,) = world.slots(1)

    async def refusing(_client: FhirClient, entries: Any) -> Any:
        raise RefusedError(status if len(entries) > 1 else 412)

    monkeypatch.setattr(FhirClient, "transact", refusing)
    with pytest.raises(expected):
        await source.book(world.order("k", slot))
    assert (world.status(slot), world.visits()) == ("free", [])


async def test_what_a_half_undone_move_left_taken_is_given_back(
    world: World, source: FhirBooking, monkeypatch: pytest.MonkeyPatch
):
    """This server undoes nothing of a transaction that fails: the visit changes under the move's hands."""
    old, new = world.slots(2)
    visit = await source.book(world.order("k", old))
    real = FhirClient.transact

    async def late(client: FhirClient, entries: Any) -> Any:
        written = world.server.get(f"Appointment/{visit.visit_id}")
        if len(entries) > 1:
            world.server.put({**written, "comment": "changed"})
        return await real(client, entries)

    monkeypatch.setattr(FhirClient, "transact", late)
    with pytest.raises(NotBookedError):
        await source.move(visit.visit_id, world.order("m", new))
    assert (world.status(old), world.status(new)) == ("busy", "free")


async def test_a_server_that_keeps_no_transaction_is_not_trusted(
    world: World, source: FhirBooking, monkeypatch: pytest.MonkeyPatch
):
    """It would carry out one entry and refuse the other."""
    (slot,) = world.slots(1)

    async def batch(client: FhirClient, entries: Any) -> Any:
        return await client.execute("", data={"resourceType": "Bundle", "type": "batch", "entry": entries})

    monkeypatch.setattr(FhirClient, "transact", batch)
    with pytest.raises(NotBookedError, match="not safe"):
        await source.book(world.order("k", slot))
    assert (world.status(slot), world.visits()) == ("free", [])


async def test_twenty_bookers_share_five_slots(world: World, source: FhirBooking):
    slots = world.slots(5)

    async def booker(number: int) -> str:
        for slot in slots[number % 5 :] + slots[: number % 5]:
            try:
                return (await source.book(world.order(f"k{number}", slot))).visit_id
            except SlotTakenError:
                continue
        return ""

    got = await asyncio.gather(*(booker(number) for number in range(20)))
    booked = [one for one in got if one]
    assert len(booked) == len(set(booked)) == 5
    assert {one["id"] for one in world.visits()} == set(booked)
    assert sorted(one["slot"][0]["reference"] for one in world.visits()) == [f"Slot/{one}" for one in slots]
