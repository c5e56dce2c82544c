"""``ccd calls``: the newest calls, for eyes or for programs."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from ccd.calls.record import CallRecord, State
from ccd.cli import opening, times
from ccd.cli.failing import plainly
from ccd.cli.printing import clock, console, moment, print_json, table
from ccd.settings.database import Place
from ccd.store.calls import CallStore

_COLUMNS = (
    "arrived",
    "caller",
    "name",
    "called",
    "rule",
    "queue",
    "agent",
    "waited",
    "talked",
    "how",
    "topic",
    "outcome",
    "recorded",
)


def calls(path: Path, *, since: str, number: str, limit: int, as_json: bool) -> None:
    """Print the calls."""
    settings = opening.settings(path)
    zone = ZoneInfo(settings.routing.timezone)
    begin = times.since(since, zone, datetime.now(UTC))
    with plainly(*opening.TROUBLE):
        records = asyncio.run(_fetch(settings.database, since=begin, number=number, limit=limit))
    if as_json:
        print_json(TypeAdapter(list[CallRecord]).dump_python(list(records), mode="json"))
    else:
        console().print(table(_COLUMNS, _rows(records, zone)) if records else "no calls")


async def _fetch(place: Place, *, since: datetime | None, number: str, limit: int) -> Sequence[CallRecord]:
    async with opening.database(place) as database:
        return await CallStore(database).calls(since=since, number=number, limit=limit)


def _rows(records: Sequence[CallRecord], zone: ZoneInfo) -> Iterator[tuple[str, ...]]:
    """One line a call; times on the clinic's wall clock."""
    for record in records:
        how = record.disposition if record.state is State.ENDED else record.state
        words = (record.called_number, record.rule, record.queue, record.agent or record.phone)
        durations = (clock(record.waited), clock(record.talked))
        yield (
            moment(record.arrived_at, zone),
            *_caller(record),
            *words,
            *durations,
            how.value,
            record.topic,
            record.outcome,
            "yes" if record.recording else "",
        )


def _caller(record: CallRecord) -> tuple[str, str]:
    """Number and name; who asked not to be identified is not."""
    return ("withheld", "") if record.withheld else (record.caller_number, record.caller_name)
