"""``ccd calls``: the newest calls, for eyes or for programs."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import typer
from pydantic import TypeAdapter
from rich.table import Table
from rich.text import Text

from ccd.calls.record import CallRecord, State
from ccd.cli import opening, times
from ccd.cli.failing import plainly
from ccd.cli.printing import clock, console, moment
from ccd.store.calls import CallStore

_COLUMNS = ("arrived", "caller", "called", "rule", "queue", "agent", "waited", "talked", "how", "topic")


def calls(path: Path, *, since: str, number: str, limit: int, as_json: bool) -> None:
    """Print the calls."""
    settings = opening.settings(path)
    zone = ZoneInfo(settings.routing.timezone)
    begin = times.since(since, zone, datetime.now(UTC))
    with plainly(*opening.TROUBLE):
        records = asyncio.run(_fetch(settings.database, since=begin, number=number, limit=limit))
    if as_json:
        typer.echo(TypeAdapter(list[CallRecord]).dump_json(list(records), indent=2).decode())
    else:
        console().print(as_table(records, zone) if records else "no calls")


async def _fetch(file: Path, *, since: datetime | None, number: str, limit: int) -> Sequence[CallRecord]:
    async with opening.database(file) as database:
        return await CallStore(database).calls(since=since, number=number, limit=limit)


def as_table(records: Sequence[CallRecord], zone: ZoneInfo) -> Table:
    """One line a call; times on the clinic's wall clock."""
    table = Table(*_COLUMNS, box=None, pad_edge=False, header_style="bold")
    for record in records:
        table.add_row(*_cells(record, zone))
    return table


def _cells(record: CallRecord, zone: ZoneInfo) -> tuple[Text, ...]:
    arrived = record.arrived_at.astimezone(zone) if record.arrived_at else None
    how = record.disposition if record.state is State.ENDED else record.state
    words = (record.caller_number, record.called_number, record.rule, record.queue, record.agent)
    durations = (clock(record.waited), clock(record.talked))
    cells = (moment(arrived), *words, *durations, how.value, record.topic)
    return tuple(Text(_printable(cell) or "-") for cell in cells)


def _printable(text: str) -> str:
    """Without what a terminal would obey: callers choose some of these words."""
    return "".join(letter for letter in text if letter.isprintable())
