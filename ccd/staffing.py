"""Who is there to take calls, and for how long: what occupancy is a part of.

A keeper: every half a minute it looks at the queues' members and adds the time since the look before to
each who is there.  Time in which ccd or its link was away is added to nobody: it is not known.  What the
book does not take waits: else people would look busier than they were, for their calls are kept.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from ccd.calls.ids import QueueName
from ccd.calls.snapshot import MemberNow
from ccd.looking import keep_looking
from ccd.metrics.dimensions import Part

TICK = 30.0
"""Seconds between two looks: so much may be wrong whenever somebody comes, goes or pauses."""
_GAP = 2 * TICK
"""A look later than this says nothing of the time before it."""
_MOST = 2880
"""Looks that may wait to be written: a day of them."""
Person = tuple[Part, str]
Worked = Mapping[Person, tuple[float, float]]
"""Seconds there and free to take calls, and seconds there but paused."""


class WorkBook(Protocol):
    """Where such times are added up; may raise."""

    async def add(self, at: datetime, worked: Worked) -> None:
        """Add these times to the hour of ``at``, durably."""
        ...


class Staffing:
    """``heard`` tells whether Asterisk is heard at all; ``outages`` are what the book raises."""

    def __init__(
        self,
        book: WorkBook,
        *,
        members: Callable[[], Iterable[MemberNow]],
        heard: Callable[[], bool],
        doctors_queue: QueueName,
        clock: Callable[[], datetime],
        seconds: Callable[[], float] = time.monotonic,
        outages: tuple[type[Exception], ...] = (),
    ) -> None:
        self._book = book
        self._members = members
        self._heard = heard
        self._doctors_queue = doctors_queue.lower()
        self._clock = clock
        self._seconds = seconds
        self._outages = outages
        self._looked: float | None = None
        self._owed: deque[tuple[datetime, Worked]] = deque(maxlen=_MOST)

    async def run(self) -> None:
        """Look until cancelled."""
        await keep_looking(self.look, TICK, outages=self._outages, waits="staffed time not written")

    async def look(self) -> None:
        """Add the time since the look before to whoever is there now."""
        if worked := self._worked():
            self._owed.append((self._clock(), worked))
        while self._owed:
            await self._write(*self._owed.popleft())

    def _worked(self) -> Worked:
        before, now = self._looked, self._seconds()
        self._looked = now if self._heard() else None
        if before is None or self._looked is None or now - before > _GAP:
            return {}
        return {person: _split(now - before, paused=paused) for person, paused in self._there().items()}

    async def _write(self, at: datetime, worked: Worked) -> None:
        try:
            await self._book.add(at, worked)
        except self._outages:
            self._owed.appendleft((at, worked))
            raise

    def _there(self) -> dict[Person, bool]:
        """Who can be reached, and whether he is paused in every queue in which he does this work."""
        found: dict[Person, bool] = {}
        for one in self._members():
            if one.reachable:
                part = Part.DOCTOR if one.queue.lower() == self._doctors_queue else Part.AGENT
                person = part, one.name or one.phone
                found[person] = found.get(person, True) and one.paused
        return found


def _split(seconds: float, *, paused: bool) -> tuple[float, float]:
    return (0.0, seconds) if paused else (seconds, 0.0)
