"""The worklist of missed calls in the database.

What calls made of a task is written over whenever it is made again; who claimed it is not.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ccd.calls.ids import LinkedId, QueueName
from ccd.calls.record import Disposition, State
from ccd.missed.happening import FIELDS, Happening, Kind, Told, done
from ccd.missed.task import Task
from ccd.ports.worklist import Claimed
from ccd.store.database import Database
from ccd.store.reading import readable
from ccd.store.rows import last_digits
from ccd.store.tables.calls import calls
from ccd.store.tables.owed import missed, missed_done
from ccd.store.upserts import upsert

_FIELDS = tuple(field.name for field in fields(Task))
_PUT = upsert(missed, [name for name in _FIELDS if name != "number"])
_OPEN = missed.c.closed == ""
_LOST = (Disposition.ABANDONED, Disposition.UNANSWERED, Disposition.UNKNOWN)
_UNCLAIMED = {"claimed_by": "", "claimed_until": None, "attempt": ""}


class MissedStore:
    """Every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def callers(self, since: datetime) -> Sequence[str]:
        """Numbers as calls since then have them that nobody answered, and those of all open tasks."""
        lost = select(calls.c.caller_number).where(
            calls.c.listed_at >= since,
            calls.c.state == State.ENDED,
            calls.c.disposition.in_(_LOST),
            calls.c.withheld.is_(False),
        )
        async with self._database.reading() as connection:
            found = (await connection.execute(lost.distinct())).scalars().all()
            tasks = (await connection.execute(select(missed.c.number).where(_OPEN))).scalars().all()
        return [*found, *tasks]

    async def listed(self, numbers: Collection[str]) -> Collection[str]:
        """Those of these numbers that have a task, open or not."""
        wanted = select(missed.c.number).where(missed.c.number.in_(numbers))
        return await self._database.read_in_background(lambda one: one.scalars(wanted).all())

    async def told(self, numbers: Collection[str], since: datetime) -> Sequence[Told]:
        """All calls since then whose numbers share the last ten digits with one of these."""
        wanted = select(*(calls.c[name] for name in FIELDS)).where(
            calls.c.caller_digits.in_({last_digits(one) for one in numbers}),
            calls.c.listed_at >= since,
            calls.c.withheld.is_(False),
        )

        def read(connection: Connection) -> list[Told]:
            return [_told(row) for row in readable(connection, wanted)]

        return await self._database.read_in_background(read)

    async def done(self, numbers: Collection[str], since: datetime) -> Mapping[str, Sequence[Happening]]:
        """What people said of these numbers since then."""
        wanted = select(missed_done).where(missed_done.c.number.in_(numbers), missed_done.c.at >= since)
        found = defaultdict[str, list[Happening]](list)

        def read(connection: Connection) -> Mapping[str, Sequence[Happening]]:
            for row in connection.execute(wanted).mappings():
                found[row["number"]].append(done(row["at"], row["user_name"]))
            return found

        return await self._database.read_in_background(read)

    async def put(
        self, tasks: Collection[Task], none: Collection[str] = (), ended: Collection[LinkedId] = ()
    ) -> bool:
        """Write these tasks; forget those of ``none``; end the claims of operators' calls that ``ended``.

        False when there was nothing to write: most calls are answered, and begin no task.
        """
        gone = await self.listed(none) if none else ()
        if not (tasks or gone or ended):
            return False

        def write(connection: Connection) -> None:
            if tasks:
                connection.execute(_PUT, [_row(one) for one in tasks])
            if gone:
                connection.execute(delete(missed).where(missed.c.number.in_(gone)))
            if ended:
                over = update(missed).where(missed.c.attempt.in_(ended)).values(_UNCLAIMED)
                connection.execute(over)

        await self._database.in_background(write)
        return True

    async def open(self, since: datetime, limit: int, skip: int = 0) -> Sequence[Claimed]:
        """The open tasks whose patient called since then, the oldest first, without the first ``skip``."""
        wanted = select(missed).where(_OPEN, missed.c.last_at >= since)
        in_order = wanted.order_by(missed.c.since, missed.c.number)
        return await self._fetch(in_order.limit(limit).offset(skip))

    async def count(self, since: datetime) -> int:
        """How many those are in all."""
        wanted = select(func.count()).where(_OPEN, missed.c.last_at >= since)
        async with self._database.reading() as connection:
            return int((await connection.execute(wanted)).scalar_one())

    async def get(self, call_id: LinkedId) -> Claimed | None:
        """The task that this missed call began."""
        return next(iter(await self._fetch(select(missed).where(missed.c.call_id == call_id))), None)

    async def unknown(self, since: datetime) -> int:
        """How many calls since then were lost of which nobody knows the number."""
        hidden = (calls.c.withheld.is_(True)) | (calls.c.caller_digits == "")
        wanted = select(func.count()).where(
            calls.c.listed_at >= since, calls.c.state == State.ENDED, calls.c.disposition.in_(_LOST), hidden
        )
        async with self._database.reading() as connection:
            return int((await connection.execute(wanted)).scalar_one())

    async def claim(self, number: str, by: str, attempt: LinkedId, now: datetime, until: datetime) -> bool:
        """Write durably that this user calls this number now; False when another does, or it is settled."""
        free = missed.c.claimed_until.is_(None) | (missed.c.claimed_until <= now)
        values = {"claimed_by": by, "claimed_until": until, "attempt": attempt}
        return await self._change(update(missed).where(missed.c.number == number, _OPEN, free).values(values))

    async def release(self, attempt: LinkedId) -> None:
        """That call was not begun: others may call the patient."""
        await self._change(update(missed).where(missed.c.attempt == attempt).values(_UNCLAIMED))

    async def say_done(self, number: str, by: str, at: datetime) -> bool:
        """Write down durably that nothing is left to do; False when nothing was open."""
        values = {"closed": Kind.DONE.value, "closed_at": at, "closed_by": by} | _UNCLAIMED
        async with self._database.writing() as connection:
            if not await _updated(
                connection, update(missed).where(missed.c.number == number, _OPEN).values(values)
            ):
                return False
            await connection.execute(insert(missed_done).values(number=number, at=at, user_name=by))
            return True

    async def _change(self, statement: Any) -> bool:
        async with self._database.writing() as connection:
            return await _updated(connection, statement)

    async def _fetch(self, wanted: Any) -> list[Claimed]:
        async with self._database.reading() as connection:
            return [_claimed(row) for row in (await connection.execute(wanted)).mappings()]


async def _updated(connection: AsyncConnection, statement: Any) -> bool:
    return bool((await connection.execute(statement)).rowcount)


def _row(task: Task) -> dict[str, Any]:
    return {name: getattr(task, name) for name in _FIELDS} | {
        "closed": task.closed or "",
        "claimed_by": "",
        "attempt": "",
    }


def _claimed(row: Mapping[Any, Any]) -> Claimed:
    values = {name: row[name] for name in _FIELDS}
    values |= {"call_id": LinkedId(row["call_id"]), "queue": QueueName(row["queue"])}
    values["closed"] = Kind(row["closed"]) if row["closed"] else None
    return Claimed(
        task=Task(**values),
        by=row["claimed_by"],
        until=row["claimed_until"],
    )


def _told(row: Mapping[Any, Any]) -> Told:
    values = {name: row[name] for name in FIELDS}
    values |= {"call_id": LinkedId(row["call_id"]), "queue": QueueName(row["queue"])}
    return Told(**values)
