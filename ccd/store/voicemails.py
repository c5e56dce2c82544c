"""Messages in the database; the sound stays in its file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update

from ccd.callbacks.voicemail import Voicemail
from ccd.calls.ids import LinkedId
from ccd.store.database import Database
from ccd.store.tables.calls import calls
from ccd.store.tables.owed import voicemails
from ccd.store.upserts import upsert

_FIELDS = tuple(field.name for field in fields(Voicemail))
_PUT = upsert(voicemails, ("at", "seconds", "heard_at", "heard_by"), key=["file"])


class VoicemailStore:
    """Every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, found: Iterable[Voicemail]) -> Sequence[Voicemail]:
        """Write those that are new, with the numbers of their calls unless withheld; those.

        A known one that has become longer is unheard again.
        """
        known = {one.file: one for one in await self.all()}
        changed = [one for one in found if one.file not in known or known[one.file].seconds < one.seconds]
        if not changed:
            return ()
        async with self._database.writing() as connection:
            for one in changed:
                rows = await connection.execute(
                    select(calls.c.caller_number).where(
                        calls.c.withheld.is_(False),
                        or_(calls.c.call_id == one.call_id, calls.c.caller_leg == one.call_id),
                    )
                )
                row = {name: getattr(one, name) for name in _FIELDS if name != "message_id"}
                row["number"] = rows.scalars().first() or ""
                await connection.execute(_PUT, row)
        return changed

    async def all(self, *, limit: int = 100_000) -> Sequence[Voicemail]:
        """The newest first."""
        return await self._fetch(select(voicemails).order_by(voicemails.c.at.desc()).limit(limit))

    async def since(self, moment: datetime) -> Sequence[Voicemail]:
        """Those left since then, the oldest first."""
        wanted = select(voicemails).where(voicemails.c.at >= moment).order_by(voicemails.c.at)
        return await self._fetch(wanted)

    async def unheard(self) -> Sequence[Voicemail]:
        """Those that nobody has heard yet, the oldest first."""
        wanted = select(voicemails).where(voicemails.c.heard_at.is_(None)).order_by(voicemails.c.at)
        return await self._fetch(wanted)

    async def get(self, message_id: int) -> Voicemail | None:
        """One message."""
        found = await self._fetch(select(voicemails).where(voicemails.c.message_id == message_id))
        return found[0] if found else None

    async def heard(self, message_id: int, by: str, at: datetime) -> bool:
        """Write down durably who heard it first; False when there is no such message."""
        first = (voicemails.c.message_id == message_id, voicemails.c.heard_at.is_(None))
        async with self._database.writing() as connection:
            await connection.execute(update(voicemails).where(*first).values(heard_at=at, heard_by=by))
        return await self.get(message_id) is not None

    async def _fetch(self, wanted: Any) -> list[Voicemail]:
        async with self._database.reading() as connection:
            return [_voicemail(row) for row in (await connection.execute(wanted)).mappings()]


def _voicemail(row: Mapping[Any, Any]) -> Voicemail:
    values = {name: row[name] for name in _FIELDS}
    return Voicemail(**(values | {"call_id": LinkedId(values["call_id"])}))
