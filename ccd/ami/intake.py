"""Between the reader, which never waits, and the handler, which may lag: a bounded buffer.

Its one rule: what is delivered is in order, and what is not delivered is declared: dropped
events are a gap, logged as an error and followed by a new snapshot.

While a snapshot is being taken (``hold``), events are kept aside; ``release`` delivers the
snapshot first and them after it.  A handler with time to spare gets each event in the same turn
of the loop that read it.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime

import structlog

from ccd.calls.events import AsteriskEvent, LinkLost, Resynchronised

_log = structlog.get_logger(__name__)

BATCH = 200
"""Events delivered in one turn of the loop, at most."""
SLICE = 0.002
"""Seconds of one turn of the loop spent on delivery, at most: a card must not wait longer."""
LATE = 0.5
"""Seconds: an event delivered later than this after it happened is worth a warning."""


class Intake:
    """Events in, ``deliver(event)`` out.  ``on_gap`` is called once when a gap opens."""

    def __init__(
        self,
        deliver: Callable[[AsteriskEvent], None],
        limit: int,
        on_gap: Callable[[], None],
    ) -> None:
        self.lag = 0.0
        """Seconds between the last delivered event and its delivery."""
        self.delivered = 0
        """Events delivered since the start."""
        self.gaps = 0
        """Gaps since the start."""
        self.dropped = 0
        """Events dropped since the start."""
        self._deliver = deliver
        self._limit = limit
        self._on_gap = on_gap
        self._ready: deque[AsteriskEvent] = deque()
        self._held: deque[AsteriskEvent] = deque()
        self._filling = self._held
        self._gap = False
        self._in_step = False
        self._turn_due = False
        self._late = False
        self._idle = asyncio.Event()
        self._idle.set()

    def put(self, event: AsteriskEvent) -> None:
        """Take one event; :meth:`drain` delivers it.  Never waits."""
        if self._gap:
            self.dropped += 1
        elif len(self._filling) < self._limit:
            self._filling.append(event)
        else:
            self.dropped += 1
            self._open_gap()

    def _open_gap(self) -> None:
        self._gap = True
        self.gaps += 1
        self._held.clear()
        _log.error("ami_gap", buffered=self._limit, dropped=self.dropped)
        self._on_gap()

    def drain(self) -> None:
        """Deliver now what a turn allows, the rest in later turns."""
        if not self._turn_due:
            self._turn()

    def _turn(self) -> None:
        self._turn_due = False
        ready = self._ready
        if not ready:
            return
        now = time.monotonic
        end = now() + SLICE
        for _ in range(min(BATCH, len(ready))):
            event = ready.popleft()
            self._hand_over(event)
            if now() > end:
                break
        self._measure(event)
        if ready:
            self._idle.clear()
            self._turn_due = True
            asyncio.get_running_loop().call_soon(self._turn)
        else:
            self._idle.set()

    def _hand_over(self, event: AsteriskEvent) -> None:
        self.delivered += 1
        try:
            self._deliver(event)
        except Exception:  # noqa: BLE001 - the boundary to whoever handles events
            _log.exception("ami_delivery_failed", kind=type(event).__name__)

    def _measure(self, event: AsteriskEvent) -> None:
        self.lag = (datetime.now(UTC) - event.at).total_seconds()
        late = self.lag > LATE
        if late and not self._late:
            _log.warning("ami_events_late", seconds=round(self.lag, 3))
        self._late = late

    async def hold(self) -> None:
        """From now on keep events aside, once a gap's backlog is delivered."""
        if self._gap:
            await self._idle.wait()
        self._gap = False
        self._filling = self._held

    def release(self, first: Resynchronised) -> bool:
        """Deliver ``first``, then what was held, then live events; false after yet another gap."""
        if self._gap:
            return False
        self._ready.append(first)
        self._ready.extend(self._held)
        self._held.clear()
        self._filling = self._ready
        self._in_step = True
        self.drain()
        return True

    def lost(self, event: LinkLost) -> None:
        """The link is gone: say so after what is buffered, and hold what a new link brings."""
        self._gap = False
        self._held.clear()
        self._filling = self._held
        if self._in_step:
            self._in_step = False
            self._ready.append(event)
            self.drain()

    def flush(self) -> None:
        """Deliver everything that is ready, now; for the end."""
        while self._ready:
            self._hand_over(self._ready.popleft())
