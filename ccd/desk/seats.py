"""The open pages: who looks, and from which phone."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from ccd.calls.ids import Phone
from ccd.desk.outbox import Outbox
from ccd.people import User

_CHUNK = 10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seat:
    """One open page: who looks, from which phone, under which session."""

    user: User
    phone: Phone
    token: str = field(repr=False)
    outbox: Outbox = field(default_factory=Outbox, repr=False)


class Seats:
    """All of them, by phone."""

    def __init__(self) -> None:
        self._at: defaultdict[Phone, set[Seat]] = defaultdict(set)

    def add(self, seat: Seat) -> None:
        """A page opened."""
        self._at[seat.phone].add(seat)

    def remove(self, seat: Seat) -> None:
        """A page is gone."""
        self._at[seat.phone].discard(seat)
        if not self._at[seat.phone]:
            del self._at[seat.phone]

    def at(self, phone: Phone) -> Collection[Seat]:
        """The pages at a phone."""
        return self._at.get(phone, ())

    def all(self) -> list[Seat]:
        """Every page."""
        return [seat for seats in self._at.values() for seat in seats]

    def drop(self, token: str) -> None:
        """Close every page of a session."""
        for seat in self.all():
            if seat.token == token:
                seat.outbox.close()


async def spread(seats: Iterable[Seat], text: str) -> None:
    """To many, a few at a time: in between, cards overtake."""
    for place, seat in enumerate(seats, start=1):
        seat.outbox.put(text)
        if place % _CHUNK == 0:
            await asyncio.sleep(0.001)
