"""Times that people were there, among the facts: one row for each person and hour, added to."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, update

from ccd.staffing import Person, Worked
from ccd.store.database import Database
from ccd.store.report_marks import STALE, stale
from ccd.store.report_rows import EMPTY, place
from ccd.store.tables.reports import report_facts


class StaffedStore:
    """Kept by the hours of ``zone``."""

    def __init__(self, database: Database, zone: ZoneInfo) -> None:
        self._database = database
        self._zone = zone

    async def add(self, at: datetime, worked: Worked) -> None:
        """Add these seconds to the hour of ``at``; raises StoreError."""
        hour = place(at, self._zone)

        def work(connection: Connection) -> None:
            for person, times in worked.items():
                _add(connection, hour, person, *(round(1000 * one) for one in times))
            connection.execute(STALE, stale([(hour["hour"], hour["day"])]))

        await self._database.in_background(work)


def _add(connection: Connection, hour: dict[str, int], person: Person, staffed: int, paused: int) -> None:
    facts, key = report_facts.c, _key(hour, person)
    more = {"staffed_ms": facts.staffed_ms + staffed, "paused_ms": facts.paused_ms + paused}
    same = (facts[name] == value for name, value in key.items())
    if not connection.execute(update(report_facts).where(*same).values(more)).rowcount:
        row = EMPTY | hour | key | {"staffed_ms": staffed, "paused_ms": paused}
        connection.execute(insert(report_facts).values(row))


def _key(hour: dict[str, int], person: Person) -> dict[str, Any]:
    """No call has such an id."""
    part, name = person
    return {"call_id": f"staffed:{hour['hour']}", "part": str(part), "value": name}
