"""Keeps facts and totals as the records are: soon after each change, and all anew when the rules change.

What it does is decided by marks in the database, so it may be killed at any moment, and run twice.
It reads and counts in a thread beside the writer, and holds the write lock only for rows that are ready.
A call of which nothing can be made is set aside (``ccd.set_aside``): no report has it, all others go on.
"""

import asyncio
import time
from collections.abc import Mapping
from functools import partial
from itertools import groupby
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Connection, Row, select

from ccd.metrics.rules import Rules
from ccd.set_aside import Work, said
from ccd.store import report_facts, report_marks, report_totals, set_aside
from ccd.store.database import Database
from ccd.store.errors import StoreError, refuses_values
from ccd.store.report_making import Made, make
from ccd.store.report_progress import Progress
from ccd.store.tables.reports import report_changes, report_stale

log = structlog.get_logger()

TICK = 10.0
"""Seconds between two looks: how old a figure may be."""
BATCH = 200
"""Calls at once: other writes wait as long as their rows take, some ten milliseconds."""
_ROUNDS = 40
"""Batches until totals are made, while all is made anew."""
_PAUSE = 0.2
"""Seconds after each batch of what is made anew: it may take long, callers may not."""
_SHARE = 10
"""How many times as long as it worked it rests: where an hour has very many calls, figures are older."""
_PATIENCE = 2.0


class ReportKeeper:
    """One for each ccd, and for each command that needs figures; several at once do no harm."""

    def __init__(self, database: Database, rules: Rules, zone: ZoneInfo, *, batch: int = BATCH) -> None:
        self._database = database
        self._rules = rules
        self._zone = zone
        self._batch = batch
        self.progress = Progress(database, rules, zone)

    async def run(self) -> None:
        """Keep up for ever."""
        told = False
        while True:
            began = time.monotonic()
            try:
                await self.progress.begin()
                await set_aside.again_in_figures(self._database)
                more = await self.catch_up(_ROUNDS, _PAUSE)
                told = False
            except StoreError as error:
                if not told:
                    log.warning("reports wait for the database", error=str(error))
                told, more = True, False
            rest = _SHARE * (time.monotonic() - began)
            await asyncio.sleep(_PAUSE if more else max(TICK, rest))

    async def catch_up(self, rounds: int | None = None, pause: float = 0) -> bool:
        """Make what is marked, then some of what is to be made anew; whether there is more.

        ``rounds`` bounds how many batches of calls, None does all; ``pause`` is seconds after each.  Raises
        StoreError.
        """
        while rounds is None or rounds > 0:
            if not (await self._changed() or await self._anew()):
                await self._stale()
                return False
            rounds = None if rounds is None else rounds - 1
            await asyncio.sleep(pause)
        await self._stale()
        return True

    async def _changed(self) -> bool:
        """Calls that changed; False when there is none."""

        def read(connection: Connection) -> tuple[Made, dict[str, int]]:
            marks = connection.execute(select(report_changes).limit(self._batch)).all()
            seen = {one.call_id: one.mark for one in marks}
            return make(seen, self._rules, self._zone, connection), seen

        made, seen = await self._database.read_in_background(read)
        if seen:
            await self._put(made, seen)
        return bool(seen)

    async def _anew(self) -> bool:
        """The next calls of a rebuild, the oldest first; False when it is done."""
        following = await self.progress.following(self._batch)
        if following is None:
            return False
        made = await self._database.read_in_background(partial(make, following, self._rules, self._zone))
        await self._put(made, {})
        await self.progress.advance(following)
        return True

    async def _put(self, made: Made, marks: Mapping[str, int]) -> None:
        """Write all of it; where the database refuses some, each call by itself."""
        try:
            await self._write(made, marks)
        except Exception as error:
            if not refuses_values(error):
                raise
            for call_id in made.rows:
                await self._put_one(made.of(call_id), call_id, marks)

    async def _put_one(self, made: Made, call_id: str, marks: Mapping[str, int]) -> None:
        try:
            await self._write(made, marks)
        except Exception as error:
            if not refuses_values(error):
                raise
            await self._write(made.without(call_id, said(error)), marks)

    async def _write(self, made: Made, marks: Mapping[str, int]) -> None:
        aside = made.aside()

        def work(connection: Connection) -> None:
            report_facts.put(connection, made.rows)
            set_aside.done(connection, Work.FIGURES, made.rows)
            set_aside.put(connection, aside)
            seen = report_marks.seen((one, marks[one]) for one in made.rows.keys() & marks.keys())
            report_marks.MADE.execute(connection, seen)

        await self._database.in_background(work, _PATIENCE)
        set_aside.tell(aside)

    async def _stale(self) -> None:
        """The totals of hours whose facts changed, and of their days."""
        wanted = select(report_stale).order_by(report_stale.c.hour)
        hours = await self._database.read_in_background(lambda connection: connection.execute(wanted).all())
        for day, some in groupby(hours, key=lambda one: one.day):
            await self._day(day, list(some))

    async def _day(self, day: int, hours: list[Row[int, int, int]]) -> None:
        """Hours first; their marks are taken off with the day, so that a day is never left behind."""
        for one in hours:
            rows = await self._database.read_in_background(partial(report_totals.hour_rows, one.hour, day))
            put = partial(report_totals.put_hour, hour=one.hour, rows=rows)
            await self._database.in_background(put, _PATIENCE)
        rows = await self._database.read_in_background(partial(report_totals.day_rows, day))

        def work(connection: Connection) -> None:
            report_totals.put_day(connection, day, rows)
            connection.execute(
                report_marks.ADDED_UP, report_marks.seen((one.hour, one.mark) for one in hours)
            )

        await self._database.in_background(work, _PATIENCE)
