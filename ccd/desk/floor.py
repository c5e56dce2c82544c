"""The floor for whoever watches: one look a few times a second, whoever and however many watch.

Nothing tells that something changed: looking costs two milliseconds for 200 agents, and
misses nothing.
"""

import asyncio
from collections.abc import Callable

import structlog

from ccd.desk.channel import Channel
from ccd.desk.clinic import Clinic
from ccd.desk.floor_rows import FloorRows, Known
from ccd.desk.onlookers import Onlookers
from ccd.desk.outbox import Outbox
from ccd.desk.seats import Seat, Seats
from ccd.desk.trail import Trail
from ccd.live.model import Floor
from ccd.metrics.rules import Rules
from ccd.metrics.service_level import ServiceLevel
from ccd.settings.models import Desk

log = structlog.get_logger()

_WATCHED = 0.2
"""Seconds between looks while somebody watches."""
_ALONE = 1.0
"""... and while nobody does: since when an agent is ready is known from looking, too."""
_LIFE = 5.0
"""Seconds between signs of life."""


class FloorDesk:
    """``look`` gives the floor, ``known`` says who a call is from.

    Pages say by which ``rules`` and ``formula`` the figures are.
    """

    def __init__(
        self,
        settings: Desk,
        *,
        clinic: Clinic,
        trail: Trail,
        look: Callable[[], Floor],
        known: Known,
        rules: Rules,
        formula: ServiceLevel = ServiceLevel.OF_OFFERED,
    ) -> None:
        self._look = look
        self._rows = FloorRows(settings, clinic, known, formula)
        self._onlookers = Onlookers(trail, known)
        facts = {
            "answer_within": rules.answer_within,
            "long_wait": settings.live.long_wait,
            "formula": formula,
            "zone": clinic.zone.key,
            "language": settings.language,
        }
        self._page, self._wall = Channel("floor", clinic, facts), Channel("wall", clinic, facts)
        self._seats = Seats()
        self.floor = Floor(at=clinic.now())
        """The last look."""

    @property
    def watchers(self) -> int:
        """How many pages and walls are open."""
        return len(self._page) + len(self._wall)

    def join(self, seat: Seat) -> None:
        """A supervisor's page opened."""
        self._show_page(self._looked())
        self._seats.add(seat)
        self._page.join(seat.outbox)
        self._onlookers.came(seat)

    def leave(self, seat: Seat) -> None:
        """It is gone."""
        self._seats.remove(seat)
        self._page.leave(seat.outbox)

    def drop(self, token: str) -> None:
        """Close every page of a session."""
        self._seats.drop(token)

    def join_wall(self, outbox: Outbox) -> None:
        """A wall's screen came on."""
        self._show_wall(self._looked())
        self._wall.join(outbox)

    def leave_wall(self, outbox: Outbox) -> None:
        """It went off."""
        self._wall.leave(outbox)

    async def run(self) -> None:
        """Look, for ever."""
        spoke = 0.0
        while True:
            try:
                spoke = self._beat(asyncio.get_running_loop().time(), spoke)
            except Exception:
                log.exception("floor not shown")
            await asyncio.sleep(_WATCHED if self._page or self._wall else _ALONE)

    def _beat(self, now: float, spoke: float) -> float:
        """One look; when the last sign of life was given."""
        self.look()
        if now - spoke < _LIFE:
            return spoke
        for channel in (self._page, self._wall):
            channel.live()
        return now

    def look(self) -> None:
        """Take a look, and tell those who watch what changed: rows are made for nobody else."""
        floor = self._looked()
        if self._page:
            self._show_page(floor)
        if self._wall:
            self._show_wall(floor)

    def _looked(self) -> Floor:
        floor = self.floor = self._look()
        return floor

    def _show_page(self, floor: Floor) -> None:
        self._page.show(self._rows.tables(floor), stale=floor.stale)
        self._onlookers.look(self._seats.all(), floor)

    def _show_wall(self, floor: Floor) -> None:
        self._wall.show(self._rows.wall(floor), stale=floor.stale)
