"""Every part in order.

AGI answers first, before the database is even open: callers must not wait for it, nor for anything else
that fails here.  Asterisk's events are followed only after the calls of the last run were read back.
"""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import structlog

from ccd import notify
from ccd.control import Control
from ccd.daemon.front import Front
from ccd.daemon.keepers import Keepers
from ccd.daemon.storage import Storage
from ccd.daemon.telephony import Telephony
from ccd.desk.server import DeskServer
from ccd.reloading import Reloader
from ccd.routing.ruleset import RuleSet
from ccd.settings.models import Routing, Settings
from ccd.sources.making import closing
from ccd.store.errors import DatabaseInUseError, WrongDatabaseError
from ccd.supervision import Part, keep_up, kept_up, watchdog

log = structlog.get_logger()

DRAIN = 2.0
"""Seconds that running questions get to be answered when ccd stops."""
FLUSH = 5.0
"""Seconds that the database gets to take what was not written yet when ccd stops."""


class Daemon:
    """Every part of ccd, plugged together.  Create and run it in one event loop."""

    def __init__(self, settings: Settings, secret: str, path: Path) -> None:
        self.storage = storage = Storage(settings)
        self._front = front = Front(settings, storage)
        took = front.exposition.answered
        self.telephony = telephony = Telephony(settings, secret, storage, screens=front.hub, took=took)
        self.keepers = Keepers(settings, storage, telephony)
        self.desk = front.desk(telephony, self.keepers)
        self.reloader = Reloader(path, settings, telephony.rules.current, self._take)
        self._watch_rules = settings.watch_rules
        self._control = Control(settings.beside, self.reloader.reload, telephony.lookup.conditions)

    async def run(self, stopping: asyncio.Event) -> None:
        """Serve until ``stopping`` is set.

        Raises OSError for AGI's port, WrongDatabaseError or DatabaseInUseError for a database.
        """
        agi = self.telephony.agi
        await agi.start()
        log.info("agi listens", port=agi.port)
        notify.notify(notify.READY)
        try:
            async with closing(self.telephony.sources), asyncio.TaskGroup() as group:
                follow = keep_up("records", self._follow, fatal=(WrongDatabaseError, DatabaseInUseError))
                parts = (follow, watchdog(), *self._reloading())
                tasks = [group.create_task(part) for part in parts]
                await stopping.wait()
                notify.notify(notify.STOPPING)
                await agi.stop(DRAIN)
                for task in tasks:
                    task.cancel()
        finally:
            await agi.stop(0)
            await self.storage.database.close()
            log.info("ccd stopped", calls_not_written=self.storage.calls.waiting)

    def _reloading(self) -> Iterator[Coroutine[None, None, None]]:
        """What follows changes of the rules."""
        yield keep_up("reload", self.reloader.run)
        if self._watch_rules:
            yield keep_up("watch", self.reloader.watch)

    def _take(self, routing: Routing, rules: RuleSet) -> None:
        """New rules, between two questions."""
        self.telephony.take(routing, rules)
        self.keepers.take(routing)

    async def _follow(self) -> None:
        """All that needs the database.

        What is begun here ends in the opposite order: Asterisk's link gives its last events, these
        are written, then what the desk leaves; what the database did not take is kept beside it.
        """
        async with AsyncExitStack() as stack:
            await self.storage.open(stack)
            await stack.enter_async_context(kept_up("writer", self.storage.calls.run))
            await stack.enter_async_context(kept_up("control", self._control.run))
            self.telephony.tracker.restore(await self.storage.left_open())
            stack.push_async_callback(self.keepers.bookings.close)
            await stack.enter_async_context(kept_up("desk", lambda: _serve(self.desk)))
            await stack.enter_async_context(kept_up("bookings", self.keepers.bookings.run))
            await stack.enter_async_context(kept_up("today", self._front.count_today))
            stack.push_async_callback(self.storage.calls.flush, FLUSH)
            for name, part in self._parts():
                await stack.enter_async_context(kept_up(name, part))
            await asyncio.Event().wait()

    def _parts(self) -> Iterator[tuple[str, Part]]:
        """What follows Asterisk, in the order in which it begins."""
        telephony = self.telephony
        yield "link", telephony.link.run
        yield "sweep", telephony.sweep
        if telephony.recovery:
            yield "recovery", telephony.recovery.run
        yield from self.keepers.parts()


async def _serve(desk: DeskServer) -> None:
    """The desk, until cancelled; raises OSError while its port is another's."""
    try:
        await desk.start()
        await asyncio.Event().wait()
    finally:
        await desk.stop()
