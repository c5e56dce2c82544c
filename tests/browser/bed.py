"""A desk on a free port, in a thread of its own, with fakes behind it; tests tell it what happens."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser

from ccd.desk.floor import FloorDesk
from ccd.desk.hub import Hub
from ccd.desk.server import DeskServer
from ccd.desk.trail import Trail
from ccd.metrics.rules import Rules
from ccd.ports.screens import Board, CardShown
from ccd.settings.recordings import Recordings
from tests.unit.desk import fakes, samples
from tests.unit.desk.debts import FakeDebts
from tests.unit.desk.figures import FakeFigures
from tests.unit.desk.lost import FakeLost
from tests.unit.desk.reception import Reception

DEADLINE = 60.0


class Bed:
    """Start it, use ``show`` and ``board`` as tracking would, stop it.  ``settings`` are of the desk."""

    def __init__(self, **settings: Any) -> None:
        self._settings = settings
        self.users, self.archive, self.audit = fakes.users(), fakes.FakeArchive(), fakes.FakeAudit()
        self.history = fakes.FakeHistory()
        self.clock, self.escalation = samples.StandingClock(), fakes.FakeEscalation()
        self._folder = TemporaryDirectory()
        self.lost = FakeLost()
        self.floor, self.wall_word = fakes.FakeFloor(), "the word of the wall"
        self.figures = FakeFigures()
        self.debts = FakeDebts(recordings=Path(self._folder.name))
        self.reception = Reception(samples.clinic(self.clock).now)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._seat = _seat()
        self.port: int = self._seat.getsockname()[1]
        self.stale = False
        """What a hub is told of Asterisk when it starts."""

    def start(self) -> None:
        self._thread.start()
        self.run(self._start)

    def stop(self) -> None:
        self.run(self.server.stop)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(DEADLINE)
        self._loop.close()
        self._seat.close()
        self._folder.cleanup()

    async def _start(self) -> None:
        self.trail = Trail(self.audit)
        self.hub = Hub(samples.clinic(self.clock), self.trail)
        self.hub.board(Board(waiting=0, longest_since=None, doctors=0, stale=self.stale))
        self.server = self._server()
        await self.server.start()

    def _server(self) -> DeskServer:
        settings = samples.settings(port=self.port, **self._settings)
        self.floor_desk = FloorDesk(
            settings,
            clinic=self.hub.clinic,
            trail=self.trail,
            look=self.floor.look,
            known=self.floor.callers.get,
            rules=Rules(),
        )
        return DeskServer(
            settings,
            hub=self.hub,
            trail=self.trail,
            users=self.users,
            archive=self.archive,
            phones=fakes.phones(),
            draw=fakes.draw,
            history=self.history,
            escalation=self.escalation,
            owed=self.debts.owed,
            missed=self.lost.missed,
            figures=self.figures.figures,
            bookings=self.reception.bookings,
            floor=self.floor_desk,
            exposition=lambda accept: (accept.encode(), "text/plain"),
            wall_word=self.wall_word,
            recordings=Recordings(folder=Path(self._folder.name)),
        )

    def lose(self) -> None:
        """The server is gone; its port is nobody else's until ``come_back``."""
        self.run(self.server.stop)

    def come_back(self, *, restarted: bool = False) -> None:
        """Listen again; with the same memory, as after a broken line, or with none."""
        if restarted:
            self.run(self._start)
            return

        async def again() -> None:
            self.server = self._server()
            await self.server.start()

        self.run(again)

    def run(self, action: Callable[[], Any]) -> Any:
        """In the desk's own loop."""
        done: Future[Any] = asyncio.run_coroutine_threadsafe(_call(action), self._loop)
        return done.result(DEADLINE)

    def show(self, card: CardShown) -> None:
        """Tracking says so; the archive has it too."""
        self.archive.records = [one for one in self.archive.records if one.call_id != card.record.call_id]
        self.archive.records.insert(0, card.record)
        self.run(lambda: self.hub.show(card))

    def board(self, waiting: int = 3, doctors: int = 2, *, stale: bool = False) -> None:
        longest = samples.ago(seconds=42) if waiting else None
        board = Board(waiting=waiting, longest_since=longest, doctors=doctors, stale=stale)
        self.run(lambda: self.hub.board(board))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def running(chrome: Browser, bed: Bed) -> Iterator[Bed]:
    """Started; at the end no page is left that would go on looking for it."""
    bed.start()
    yield bed
    for context in chrome.contexts:
        context.close()
    bed.stop()


def _seat() -> socket.socket:
    """A port of the desk's own: bound, and listened on by the desk beside it."""
    seat = socket.socket()
    seat.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    seat.bind(("127.0.0.1", 0))
    return seat


async def _call(action: Callable[[], Any]) -> Any:
    result = action()
    return await result if asyncio.iscoroutine(result) else result
