"""Who saw whose data: written once, read back by patient, never changed (the database refuses)."""

from datetime import datetime

from sqlalchemy import insert, select

from ccd.calls.ids import LinkedId, Phone
from ccd.people import AuditEntry
from ccd.store.database import Database
from ccd.store.tables import audit


class Audit:
    """The trail.  Every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, *entries: AuditEntry) -> None:
        """Write them durably, all or none: one row a patient, or one row when it is about none."""
        rows = [
            {
                "at": entry.at,
                "user_name": entry.user,
                "action": entry.action,
                "phone": entry.phone,
                "call_id": entry.call_id or "",
                "patient_id": patient_id,
            }
            for entry in entries
            for patient_id in entry.patient_ids or ("",)
        ]
        await self._database.in_background(lambda connection: connection.execute(insert(audit), rows))

    async def of_patient(self, patient_id: str, *, since: datetime | None = None) -> list[AuditEntry]:
        """Who saw this patient's data, the newest first."""
        wanted = select(audit).where(audit.c.patient_id == patient_id)
        if since is not None:
            wanted = wanted.where(audit.c.at >= since)
        newest_first = wanted.order_by(audit.c.at.desc(), audit.c.audit_id.desc())
        async with self._database.reading() as connection:
            rows = (await connection.execute(newest_first)).mappings().all()
        return [
            AuditEntry(
                at=row["at"],
                user=row["user_name"],
                action=row["action"],
                phone=Phone(row["phone"]),
                call_id=LinkedId(row["call_id"]) if row["call_id"] else None,
                patient_ids=(row["patient_id"],),
            )
            for row in rows
        ]
