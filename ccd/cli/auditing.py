"""``ccd audit``: who saw a patient's data, the newest first."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import typer
from pydantic import TypeAdapter

from ccd.cli import opening, times
from ccd.cli.failing import plainly
from ccd.cli.printing import console, moment, print_json, table
from ccd.people import AuditEntry
from ccd.store.audit import Audit
from ccd.terminal import visible

_COLUMNS = ("when", "user", "did", "phone", "call")


def audit(path: Path, patient_id: str, *, since: str, as_json: bool) -> None:
    """Print what the trail holds of this patient."""
    settings = opening.settings(path)
    zone = ZoneInfo(settings.routing.timezone)
    begin = times.since(since, zone, datetime.now(UTC))
    with plainly(*opening.TROUBLE):
        entries = asyncio.run(_fetch(settings.database, patient_id, begin))
    if as_json:
        print_json(TypeAdapter(list[AuditEntry]).dump_python(entries, mode="json"))
    elif entries:
        console().print(table(_COLUMNS, _rows(entries, zone)))
    else:
        typer.echo(f"nobody saw patient {visible(patient_id)}")


async def _fetch(file: Path, patient_id: str, since: datetime | None) -> list[AuditEntry]:
    async with opening.database(file) as database:
        return await Audit(database).of_patient(patient_id, since=since)


def _rows(entries: Sequence[AuditEntry], zone: ZoneInfo) -> Iterator[tuple[str, ...]]:
    for entry in entries:
        yield moment(entry.at, zone), entry.user, entry.action, entry.phone, entry.call_id or ""
