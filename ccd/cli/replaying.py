"""``ccd replay``: real past calls against changed rules, before these go live."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import track

from ccd.calls.record import CallRecord
from ccd.cli import opening, times
from ccd.cli.asking_sources import Callers, callers
from ccd.cli.failing import plainly
from ccd.cli.printing import console, moment, print_json, table
from ccd.routing.facts import Facts
from ccd.routing.replay import Group, Replayed, grouped, history, replayed
from ccd.routing.ruleset import RuleSet
from ccd.settings.models import Settings
from ccd.store.calls import CallStore

_EXAMPLES = 3
_COLUMNS = ("goes", "rule before", "rule after", "calls", "share", "for example")


@dataclass(frozen=True, slots=True)
class _Ask:
    """What is to be replayed, and under which rules."""

    settings: Settings
    before: RuleSet | None
    """The rules in use; None when these are the changed ones, and what really happened is before."""
    after: RuleSet
    since: datetime | None
    limit: int


def replay(path: Path, *, since: str, rules: Path | None, limit: int, as_json: bool) -> None:
    """Print where the calls would go."""
    settings = opening.settings(path)
    region = settings.directory.region
    used = RuleSet(settings.routing, region)
    before, after = None, used
    if rules:
        before, after = used, RuleSet(opening.settings(path, routing_file=rules).routing, region)
    zone = ZoneInfo(settings.routing.timezone)
    ask = _Ask(settings, before, after, times.since(since, zone, datetime.now(UTC)), limit)
    with plainly(*opening.TROUBLE):
        found, skipped = asyncio.run(_replayed(ask))
    if as_json:
        print_json(as_document(found, skipped, ask))
    else:
        _show(found, skipped, zone)


async def _replayed(ask: _Ask) -> tuple[list[Replayed], int]:
    """The calls that can be replayed, and how many cannot: nobody knows when they came."""
    async with opening.database(ask.settings.database) as database, callers(ask.settings) as lookup:
        records = await CallStore(database).calls(since=ask.since, limit=ask.limit)
        known = [record for record in records if record.arrived_at is not None]
        calls = [
            replayed(record.call_id, facts, then=record.rule, before=ask.before, after=ask.after)
            async for record, facts in _with_facts(known, lookup)
        ]
    lookup.tell_failures()
    return calls, len(records) - len(known)


async def _with_facts(
    records: Sequence[CallRecord], lookup: Callers
) -> AsyncIterator[tuple[CallRecord, Facts]]:
    """Each call and what is known of it today."""
    by_number = defaultdict[str, list[CallRecord]](list)
    for record in records:
        by_number[record.caller_number].append(record)
    out = Console(stderr=True)
    for record in track(records, "replaying", console=out, transient=True, disable=not out.is_terminal):
        assert record.arrived_at is not None  # noqa: S101 - the caller left those out
        caller = await lookup.find(record.caller_number, "prohib" if record.withheld else "")
        earlier = history(by_number[record.caller_number], record)
        facts = Facts(
            caller=caller, called_number=record.called_number, now=record.arrived_at, history=earlier
        )
        yield record, facts


def as_document(calls: Sequence[Replayed], skipped: int, ask: _Ask) -> dict[str, Any]:
    """The JSON of ``--json``; its shape is described in docs/routing.md."""
    return {
        "calls": len(calls),
        "elsewhere": sum(call.elsewhere for call in calls),
        "not_replayed": skipped,
        "before": ask.before.version if ask.before else "as recorded",
        "after": ask.after.version,
        "groups": [
            {
                "before": group.before,
                "after": group.after,
                "elsewhere": group.elsewhere,
                "calls": [call.call_id for call in group.calls],
            }
            for group in grouped(calls)
        ],
    }


def _show(calls: Sequence[Replayed], skipped: int, zone: ZoneInfo) -> None:
    out = console()
    if not calls:
        out.print("no calls")
        return
    moved = sum(call.elsewhere for call in calls)
    out.print(f"{len(calls)} calls, {moved} of them would go elsewhere ({moved / len(calls):.0%})")
    if skipped:
        out.print(f"{skipped} more cannot be replayed: nobody knows when they came")
    out.print(table(_COLUMNS, _rows(grouped(calls), len(calls), zone)))


def _rows(groups: Iterable[Group], total: int, zone: ZoneInfo) -> Iterator[tuple[str, ...]]:
    for group in groups:
        same = "as before" if group.before == group.after else "the same way, other name"
        goes = "elsewhere" if group.elsewhere else same
        count = len(group.calls)
        yield (
            goes,
            group.before or "not by ccd",
            group.after,
            str(count),
            f"{count / total:.0%}",
            _examples(group, zone),
        )


def _examples(group: Group, zone: ZoneInfo) -> str:
    """When a few of them came, the newest first."""
    return ", ".join(moment(call.facts.now, zone) for call in group.calls[:_EXAMPLES])
