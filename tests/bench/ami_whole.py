"""ccd's intake with everything on, plugged together by the daemon's own parts, and fed by hand.

What ``ccd run`` does for each call goes on here: the tracker with the clinic's settings, the desks, the
writer, the listeners to every saved state (recovery's marks, the day's figures, Prometheus' counts), the
worklist of missed calls, the facts and totals of reports, and one look of Prometheus at the floor.  What
depends on the clock and not on the calls is left out: pings, sweeps, rosters.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from ccd.daemon.front import Front
from ccd.daemon.keepers import Keepers
from ccd.daemon.storage import Storage
from ccd.daemon.telephony import Telephony
from ccd.settings.loading import load
from ccd.store.report_keeper import ReportKeeper
from ccd.supervision import kept_up
from tests.testbed.ccd_process import CcdProcess

CONFIG = Path(__file__).with_name("ccd.yaml")


class Whole:
    """All of it; ``deliver`` goes to ``tracker``."""

    def __init__(self, home: Path) -> None:
        (home / "logs").mkdir()
        ccd = CcdProcess(home, 0, 0, 0, CONFIG, logs=home / "logs")
        ccd.configure()
        self.settings = settings = load(ccd.config)
        self.storage = Storage(settings)
        self.front = Front(settings, self.storage)
        took = self.front.exposition.answered
        self.telephony = Telephony(settings, "", self.storage, screens=self.front.hub, took=took)
        self.keepers = Keepers(settings, self.storage, self.telephony)
        self.front.desk(self.telephony, self.keepers)
        self.tracker = self.telephony.tracker
        rules = settings.reports.rules(settings.desk.doctors_queue)
        zone = ZoneInfo(settings.routing.timezone)
        self._figures = ReportKeeper(self.storage.database, rules, zone)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """What follows the calls by itself, as in the daemon."""
        async with AsyncExitStack() as stack:
            await self.storage.open(stack)
            stack.push_async_callback(self.storage.database.close)
            await self._figures.progress.begin()
            await self._figures.catch_up()
            await stack.enter_async_context(kept_up("writer", self.storage.calls.run))
            await stack.enter_async_context(kept_up("missed calls", self.keepers.worklist.run))
            yield

    async def settle(self) -> dict[str, float]:
        """Until nothing of the calls so far is left to do; the CPU seconds of each part of it."""
        parts: dict[str, Callable[[], Awaitable[object]]] = {
            "rows": self.storage.calls.flush,
            "worklist": self.keepers.worklist.look,
            "figures": self._figures.catch_up,
            "monitoring": self._monitored,
        }
        took = {}
        for name, part in parts.items():
            began = time.process_time()
            await part()
            took[name] = time.process_time() - began
        return took

    async def _monitored(self) -> None:
        self.front.exposition.text("")
        await asyncio.sleep(0)
