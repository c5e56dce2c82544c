"""``ccd audit``: who saw a patient's data, or whose a user saw, the newest first."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import typer
from pydantic import TypeAdapter

from ccd.cli import opening, times
from ccd.cli.failing import plainly
from ccd.cli.printing import console, moment, print_json, table
from ccd.people import AuditEntry
from ccd.settings.models import Settings
from ccd.store.audit import Audit
from ccd.terminal import visible

_COLUMNS = ("when", "user", "did", "patient", "phone", "call", "why")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the trail is asked for; empty texts do not limit."""

    patient_id: str = ""
    user: str = ""
    since: str = ""


def audit(path: Path, asked: Asked, *, as_json: bool) -> None:
    """Print what the trail holds of this patient, of what this user saw, or of both."""
    settings = opening.settings(path)
    zone = ZoneInfo(settings.routing.timezone)
    begin = times.since(asked.since, zone, datetime.now(UTC))
    with plainly(*opening.TROUBLE):
        entries = asyncio.run(_fetch(settings, asked, begin))
    if as_json:
        everything = {"__all__": {"aliases"}}
        print_json(TypeAdapter(list[AuditEntry]).dump_python(entries, mode="json", exclude=everything))
    elif entries:
        console().print(table(_COLUMNS, _rows(entries, zone)))
    else:
        typer.echo(_nothing(asked))


async def _fetch(settings: Settings, asked: Asked, since: datetime | None) -> list[AuditEntry]:
    ids = _ids(settings, asked.patient_id) if asked.patient_id else ()
    async with opening.database(settings.database) as database:
        return await Audit(database).entries(patient_ids=ids, user=asked.user, since=since)


def _ids(settings: Settings, patient_id: str) -> tuple[str, ...]:
    """As written, and as ccd's own directory names a patient of whom another source knows more."""
    own = (source.name for source in settings.directory.sources if source.builtin)
    return (patient_id, *(f"{name}:{patient_id}" for name in own))


def _nothing(asked: Asked) -> str:
    user, patient = visible(asked.user), visible(asked.patient_id)
    if not patient:
        return f"nothing is known of {user}" if user else "the trail is empty"
    return f"{user} did not see patient {patient}" if user else f"nobody saw patient {patient}"


def _rows(entries: Sequence[AuditEntry], zone: ZoneInfo) -> Iterator[tuple[str, ...]]:
    for entry in entries:
        yield (
            moment(entry.at, zone),
            entry.user,
            entry.action,
            *(entry.patient_ids or ("",)),
            entry.phone,
            entry.call_id or "",
            entry.reason,
        )
