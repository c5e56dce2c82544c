"""Everything that goes wrong in a soak, done at its moment."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.soak.clinic import SoakClinic
from tests.soak.plan import Moment, Plan, Trouble
from tests.testbed.proxy import Proxy

_PATIENCE = 60
"""Seconds within which ccd must be up again, and the database free, however busy the machine."""


@dataclass
class Troubles:
    """``await Troubles(clinic, proxy).happen(plan)``: returns when the last is over, and ccd runs."""

    clinic: SoakClinic
    proxy: Proxy
    happened: Counter[Trouble] = field(default_factory=Counter)
    restarts: list[tuple[datetime, datetime]] = field(default_factory=list)
    """When Asterisk went, and when it was there again."""

    async def happen(self, plan: Plan) -> None:
        """Let everything of the plan happen, each kind on its own: so any two may meet."""
        acts = {
            Trouble.KILL: self._kill,
            Trouble.CUT: self._cut,
            Trouble.LOCK: self._lock,
            Trouble.RESTART: self._restart,
        }
        async with asyncio.TaskGroup() as kinds:
            for trouble, act in acts.items():
                kinds.create_task(self._kind(plan, trouble, act))

    async def _kind(self, plan: Plan, trouble: Trouble, act: Callable[[Moment], Awaitable[None]]) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        for moment in plan.moments(trouble):
            await asyncio.sleep(began + moment.at - loop.time())
            await act(moment)
            self.happened[trouble] += 1

    async def _kill(self, moment: Moment) -> None:
        """``kill -9``."""
        await self.clinic.ccd.kill()
        await asyncio.sleep(moment.lasts)
        await self.clinic.ccd.start(_PATIENCE)

    async def _cut(self, moment: Moment) -> None:
        """No link to Asterisk; the short ones only once, in the middle of what was being said."""
        if moment.lasts < 1:
            await self.proxy.cut()
            return
        await self.proxy.refuse()
        await asyncio.sleep(moment.lasts)
        await self.proxy.listen()

    async def _lock(self, moment: Moment) -> None:
        """Another process has the database for itself."""
        with closing(
            sqlite3.connect(
                self.clinic.ccd.database, isolation_level=None, timeout=_PATIENCE, check_same_thread=False
            )
        ) as other:
            await asyncio.to_thread(other.execute, "BEGIN EXCLUSIVE")
            await asyncio.sleep(moment.lasts)
            other.execute("ROLLBACK")

    async def _restart(self, moment: Moment) -> None:
        """By turns as a power failure, and as its init script stops it."""
        gone = datetime.now(UTC)
        asterisk = self.clinic.asterisk
        await (asterisk.stop() if self.happened[Trouble.RESTART] % 2 else asterisk.kill())
        await asyncio.sleep(moment.lasts)
        await asterisk.start()
        self.restarts.append((gone, datetime.now(UTC)))
