"""How far the facts were made under which rules: where rules or formulas changed, all are made anew.

What is made anew replaces what was there, call by call, so reports can be read meanwhile; they say
that they are not complete.
"""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, literal, select, tuple_

from ccd.metrics.rules import Rules
from ccd.store.columns import AnyText, Moment
from ccd.store.database import Database
from ccd.store.tables.calls import calls
from ccd.store.tables.reports import report_state
from ccd.store.upserts import upsert

FORMULAS = 2
"""Raised whenever the facts of the same record would be others."""
_DONE = "done"
_PUT = upsert(report_state, ["value"])


class Progress:
    """The rows of ``report_state``: ``version``, and the last call that was ``reached``."""

    def __init__(self, database: Database, rules: Rules, zone: ZoneInfo) -> None:
        self._database = database
        seconds = f"{rules.answer_within:g} {rules.short_below:g}"
        booked = ",".join(sorted(rules.booked))
        self.version = f"{FORMULAS} {zone.key} {seconds} {rules.doctors_queue} {booked}"

    async def begin(self, *, again: bool = False) -> None:
        """Begin anew when the facts were made under other rules, or when told to; raises StoreError."""
        state = await self._state()
        if again or state.get("version") != self.version:
            await self._write({"version": self.version, "reached": ""})

    async def complete(self) -> bool:
        """Whether every fact is made under these rules; raises StoreError."""
        state = await self._state()
        return (state.get("version"), state.get("reached")) == (self.version, _DONE)

    async def same(self) -> bool:
        """Whether facts are made under these rules, complete or not; raises StoreError."""
        return (await self._state()).get("version") == self.version

    async def following(self, limit: int) -> Sequence[str] | None:
        """The next calls, the oldest first; None when there are none."""
        state = await self._state()
        reached = state.get("reached", "")
        if reached == _DONE:
            return None
        order = (calls.c.listed_at, calls.c.call_id)
        wanted = select(calls.c.call_id).order_by(*order).limit(limit)
        async with self._database.reading() as connection:
            if reached:
                last = select(*order).where(calls.c.call_id == reached)
                if row := (await connection.execute(last)).one_or_none():
                    wanted = wanted.where(
                        tuple_(*order) > tuple_(literal(row[0], Moment), literal(row[1], AnyText))
                    )
            found = (await connection.scalars(wanted)).all()
        if not found:
            await self._write({"reached": _DONE})
        return found or None

    async def advance(self, done: Sequence[str]) -> None:
        """These are made."""
        await self._write({"reached": done[-1]})

    async def _state(self) -> dict[str, str]:
        async with self._database.reading() as connection:
            return {one.name: one.value for one in await connection.execute(select(report_state))}

    async def _write(self, values: dict[str, str]) -> None:
        rows = [{"name": name, "value": value} for name, value in values.items()]

        def work(connection: Connection) -> None:
            connection.execute(_PUT, rows)

        await self._database.in_background(work)
