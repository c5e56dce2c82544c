"""A schedule that loses answers, and a journal in memory that outlives its ccd."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ccd.directory.booking import NotBookedError, Order, Slot, SlotQuery, SlotTakenError, UnsureError
from ccd.directory.model import DirectoryError, Origin, Visit
from ccd.directory.orders import Placed

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class FakeSchedule:
    """``lose`` is what happens to the next answer: "", "before" or "after" it was done; or "hang"."""

    def __init__(self, name: str = "mis", hours: int = 3, begin: datetime = NOON) -> None:
        self.name = name
        self.hours = {
            f"s{number}": Slot(
                slot_id=f"s{number}",
                starts_at=begin + timedelta(hours=number),
                ends_at=begin + timedelta(hours=number, minutes=30),
                doctor="Ким А. В." if number % 2 else "Орлова Н. П.",
                specialty="терапевт" if number % 2 else "окулист",
                place="кабинет 204",
                origin=Origin(name, begin),
            )
            for number in range(1, hours + 1)
        }
        self.taken: dict[str, tuple[str, str]] = {}
        """By slot: the visit, and the patient."""
        self.made: dict[str, Visit] = {}
        """By the key of the order."""
        self.asked: list[str] = []
        self.lose = ""
        self.down = False
        self.refusal: NotBookedError | None = None
        """Of every order."""

    async def slots(self, query: SlotQuery) -> list[Slot]:
        if self.down:
            raise DirectoryError("down")
        return [one for one in self.hours.values() if one.slot_id not in self.taken and query.fits(one)]

    async def book(self, order: Order) -> Visit:
        return await self._do(order, "")

    async def move(self, visit_id: str, order: Order) -> Visit:
        return await self._do(order, visit_id)

    async def cancel(self, visit_id: str, key: str) -> None:
        self.asked.append(key)
        await self._answer("before")
        self.taken = {slot: one for slot, one in self.taken.items() if one[0] != visit_id}
        await self._answer("after")

    async def booked(self, key: str) -> Visit | None:
        if self.down:
            raise DirectoryError("down")
        return self.made.get(key)

    async def _do(self, order: Order, old: str) -> Visit:
        self.asked.append(order.key)
        await self._answer("before")
        if order.key not in self.made:
            self._take(order, old)
        await self._answer("after")
        return self.made[order.key]

    def _take(self, order: Order, old: str) -> None:
        if order.slot_id in self.taken or order.slot_id not in self.hours:
            raise SlotTakenError
        held = next((slot for slot, one in self.taken.items() if one == (old, order.patient_id)), "")
        if old and not held:
            raise NotBookedError("no such visit")
        self.taken.pop(held, None)
        hour, visit_id = self.hours[order.slot_id], f"v-{order.key}"
        self.taken[order.slot_id] = (visit_id, order.patient_id)
        self.made[order.key] = Visit(
            starts_at=hour.starts_at,
            doctor=hour.doctor,
            specialty=hour.specialty,
            place=hour.place,
            status="booked",
            visit_id=visit_id,
            origin=Origin(self.name, hour.starts_at),
        )

    async def _answer(self, when: str) -> None:
        if self.refusal:
            raise self.refusal
        if self.lose == when:
            self.lose = ""
            raise UnsureError("the line broke")
        if when == "after" and self.lose == "hang":
            await asyncio.Event().wait()


class FakeJournal:
    """``down``: it takes nothing and says nothing."""

    def __init__(self) -> None:
        self.orders: dict[str, Placed] = {}
        self.down = False

    async def add(self, placed: Placed) -> bool:
        self._must_be_up()
        if placed.key in self.orders:
            return False
        self.orders[placed.key] = placed
        return True

    async def settle(self, after: Placed) -> bool:
        self._must_be_up()
        if not self.orders[after.key].open:
            return False
        self.orders[after.key] = replace(after)
        return True

    async def get(self, key: str) -> Placed | None:
        self._must_be_up()
        return self.orders.get(key)

    async def open(self) -> list[Placed]:
        self._must_be_up()
        return [one for one in self.orders.values() if one.open]

    def _must_be_up(self) -> None:
        if self.down:
            raise OSError("disk full")
