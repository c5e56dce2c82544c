"""What people say of a call; every change is kept, in the transaction that makes it."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import Select, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ccd.calls.ids import LinkedId
from ccd.ports.calls import Edit, Note
from ccd.store.tables.calls import call_edits, calls

_FIELDS = ("topic", "outcome", "note")


async def annotate(connection: AsyncConnection, note: Note) -> bool:
    """Write the note, and what it changed; False when there is no such call."""
    columns = (calls.c[name] for name in _FIELDS)
    row = (
        (await connection.execute(select(*columns).where(calls.c.call_id == note.call_id))).mappings().first()
    )
    if row is None:
        return False
    changed = list(_changes(row, note))
    if changed:
        await connection.execute(insert(call_edits), changed)
    said = {one["field"]: one["after"] for one in changed}
    change = update(calls).where(calls.c.call_id == note.call_id)
    await connection.execute(change.values(**said, noted_by=note.by, noted_at=note.at))
    return True


def edits_of(call_ids: Collection[LinkedId]) -> Select[Any]:
    """The query of these calls' changes, the oldest first."""
    return select(call_edits).where(call_edits.c.call_id.in_(call_ids)).order_by(call_edits.c.edit_id)


def edit(row: Mapping[Any, Any]) -> Edit:
    """A row of it."""
    return Edit(
        call_id=LinkedId(row["call_id"]),
        field=row["field"],
        before=row["before"],
        after=row["after"],
        by=row["user_name"],
        at=row["at"],
    )


def _changes(row: Mapping[Any, Any], note: Note) -> Iterator[dict[str, Any]]:
    for name in _FIELDS:
        after = getattr(note, name)
        if after is not None and after != row[name]:
            kept = {"call_id": note.call_id, "at": note.at, "user_name": note.by}
            yield kept | {"field": name, "before": row[name], "after": after}
