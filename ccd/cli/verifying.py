"""``ccd verify``: every record against Asterisk's own logs, for eyes or for programs."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import Progress

from ccd.asterisk_logs.reading import AsteriskLogs
from ccd.calls.record import Segment
from ccd.cli import opening, times
from ccd.cli.failing import fail, plainly
from ccd.cli.printing import console, moment, print_json, table
from ccd.settings.models import Settings
from ccd.store.calls import CallStore
from ccd.verifying import Disagreement, Verifying

_COLUMNS = ("call", "arrived", "caller", "queue", "finding", "what", "ccd", "Asterisk")
_ALWAYS = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class _Result:
    """What was found, and out of how many."""

    found: list[Disagreement]
    compared: int
    incomplete: int
    unreadable: int
    covered: datetime | None


def verify(path: Path, *, since: str, as_json: bool) -> int:
    """Print every disagreement; 1 when there is any, else 0."""
    settings = opening.settings(path)
    zone = ZoneInfo(settings.routing.timezone)
    begin = times.since(since, zone, datetime.now(UTC)) or _ALWAYS
    with plainly(*opening.TROUBLE):
        result = asyncio.run(_verified(settings, _logs(settings), begin))
    if as_json:
        print_json(_document(result))
    else:
        _show(result, zone)
    return 1 if result.found else 0


def _logs(settings: Settings) -> AsteriskLogs:
    written = settings.asterisk_logs
    if written.cel is None:
        fail("asterisk_logs.cel is not set: ccd does not know where Asterisk writes its events (CEL)")
    for file in (written.cel, written.queue_log):
        with plainly(OSError), file.open("rb"):
            pass
    return AsteriskLogs(written.cel, written.queue_log)


async def _verified(settings: Settings, logs: AsteriskLogs, since: datetime) -> _Result:
    """Piece by piece: a log of any length."""
    async with opening.database(settings.database) as database:
        store, now = CallStore(database), datetime.now(UTC)
        verifying, found = Verifying(store, since, now), list[Disagreement]()
        logs.agents |= {
            one.phone: one.member
            for record in await store.calls(limit=1000)
            for one in _members(record.segments)
        }
        reading = logs.reading(logs.since(since))
        with _progress() as shown:
            task = shown.add_task("reading", total=logs.size())
            while True:
                batch = reading.more(now)
                found += await verifying.compare(batch.ended)
                shown.advance(task, batch.read)
                if not batch.read:
                    break
        covered = logs.begins()
        found += await verifying.left(covered, reading.open_names) if covered else []
    return _Result(found, verifying.compared, verifying.incomplete, logs.bad.total(), covered)


def _members(segments: tuple[Segment, ...]) -> Iterator[Segment]:
    return (one for one in segments if one.queue and one.phone and one.member)


def _progress() -> Progress:
    """On a terminal only."""
    error = Console(stderr=True)
    return Progress(console=error, transient=True, disable=not error.is_terminal)


def _document(result: _Result) -> dict[str, Any]:
    arrived = ((one, one.arrived_at and one.arrived_at.isoformat()) for one in result.found)
    return {
        "compared": result.compared,
        "incomplete": result.incomplete,
        "unreadable_lines": result.unreadable,
        "logs_begin": result.covered and result.covered.isoformat(),
        "disagreements": [{**asdict(one), "arrived_at": at} for one, at in arrived],
    }


def _show(result: _Result, zone: ZoneInfo) -> None:
    rows = [
        (
            *(one.call_id, moment(one.arrived_at, zone), one.number, one.queue),
            *(one.finding, one.what, one.ccd, one.logs),
        )
        for one in result.found
    ]
    if rows:
        console().print(table(_COLUMNS, rows))
    kinds = Counter(one.finding for one in result.found)
    counts = ", ".join(f"{kinds[kind]} {kind}" for kind in kinds) or "no disagreement"
    notes = (
        f"{result.incomplete} with something unknown" if result.incomplete else "",
        f"{result.unreadable} lines of the logs are unreadable" if result.unreadable else "",
        "the logs are empty" if result.covered is None else "",
    )
    console().print("; ".join(filter(None, (f"{result.compared} calls compared: {counts}", *notes))))
