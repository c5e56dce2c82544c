"""Who saw whose data: written once, read back by patient or user, never changed (the database refuses).

Someone whom several sources know has several ids.  Each stands in a row of its own beside the entry's,
which tells whose it is (``person``): so a question by any of them finds all.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, insert, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from ccd.calls.ids import LinkedId, Phone
from ccd.people import AuditEntry, user_key
from ccd.store.database import Database
from ccd.store.tables.people import audit

_OWN = audit.c.person == ""


class Audit:
    """The trail.  Every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, *entries: AuditEntry) -> None:
        """Write them durably, all or none: one row a patient, or one row when it is about none."""
        rows = [row for entry in entries for row in _rows(entry)]
        await self._database.in_background(lambda connection: connection.execute(insert(audit), rows))

    async def entries(
        self, *, patient_ids: Collection[str] = (), user: str = "", since: datetime | None = None
    ) -> list[AuditEntry]:
        """All that fits everything that is asked, the newest first; empty does not limit.

        A patient is asked for under any of their ids.
        """
        async with self._database.reading() as connection:
            wanted = select(audit).where(_OWN)
            if patient_ids:
                known = await _every_id(connection, frozenset(patient_ids))
                wanted = wanted.where(audit.c.patient_id.in_(known))
            if user:
                wanted = wanted.where(audit.c.user_name.in_({user, user_key(user)}))
            if since is not None:
                wanted = wanted.where(audit.c.at >= since)
            newest_first = wanted.order_by(audit.c.at.desc(), audit.c.audit_id.desc())
            rows = (await connection.execute(newest_first)).mappings().all()
        return [_entry(row) for row in rows]


async def _every_id(connection: AsyncConnection, ids: frozenset[str]) -> frozenset[str]:
    """These, and all that ever were the same person's."""
    while True:
        found = (await connection.scalars(_merged_with(ids))).all()
        if ids.issuperset(found):
            return ids
        ids |= frozenset(found)


def _merged_with(ids: Collection[str]) -> Select[str]:
    pairs = union(
        select(audit.c.person.label("known")).where(audit.c.patient_id.in_(ids), audit.c.person != ""),
        select(audit.c.patient_id.label("known")).where(audit.c.person.in_(ids), audit.c.person != ""),
    ).subquery()
    return select(pairs.c.known)


def _rows(entry: AuditEntry) -> Iterator[dict[str, Any]]:
    common = {
        "at": entry.at,
        "user_name": entry.user,
        "action": entry.action,
        "phone": entry.phone,
        "call_id": entry.call_id or "",
        "reason": entry.reason,
    }
    for patient_id in entry.patient_ids or ("",):
        yield common | {"patient_id": patient_id, "person": ""}
    for other_id, patient_id in entry.aliases:
        yield common | {"patient_id": other_id, "person": patient_id}


def _entry(row: RowMapping) -> AuditEntry:
    return AuditEntry(
        at=row["at"],
        user=row["user_name"],
        action=row["action"],
        phone=Phone(row["phone"]),
        call_id=LinkedId(row["call_id"]) if row["call_id"] else None,
        patient_ids=(row["patient_id"],) if row["patient_id"] else (),
        reason=row["reason"],
    )
