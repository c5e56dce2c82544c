"""``ccd duty``: who is on duty now, and in the days to come."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import typer

from ccd.cli import opening, times
from ccd.cli.printing import console, print_json, table
from ccd.routing.calendar import WEEKDAYS
from ccd.routing.rosters import DutyRoster, Stretch, duty_rosters


def duty(path: Path, *, at: str, days: int, as_json: bool) -> None:
    """Print the rosters of a period that begins at a moment."""
    routing = opening.settings(path).routing
    zone = ZoneInfo(routing.timezone)
    begin = times.point(at, zone, datetime.now(UTC))
    rosters = duty_rosters(routing)
    try:
        end = begin + timedelta(days=days)
        found = [(roster, roster.stretches(begin, end)) for roster in rosters]
    except OverflowError:
        raise typer.BadParameter("there is no calendar for that time", param_hint="--at or --days") from None
    if as_json:
        print_json([_document(roster, stretches, zone) for roster, stretches in found])
    elif not found:
        console().print("no rosters: write some under rosters, in the file with the rules")
    else:
        _show(found, zone)


def _show(found: list[tuple[DutyRoster, list[Stretch]]], zone: ZoneInfo) -> None:
    for roster, stretches in found:
        now = ", ".join(_names(roster, stretches[0])) or "nobody"
        heading = f"{roster.name} (queue {roster.queue}), {_moment(stretches[0].begin, zone)}: {now}"
        console().print(heading, style="bold", markup=False)
        console().print(table(("from", "to", "on duty", ""), _rows(roster, stretches, zone)))


def _rows(roster: DutyRoster, stretches: list[Stretch], zone: ZoneInfo) -> Iterator[tuple[str, ...]]:
    for one in stretches:
        who = ", ".join(_names(roster, one))
        yield _moment(one.begin, zone), _moment(one.end, zone), who, _mark(roster, one) or " "


def _names(roster: DutyRoster, one: Stretch) -> list[str]:
    return [roster.people[who].name for who in one.who]


def _mark(roster: DutyRoster, one: Stretch) -> str:
    """What is wrong with a stretch, in words; empty when nothing is."""
    if len(one.who) < roster.at_least:
        return f"gap: at least {roster.at_least}"
    if roster.at_most is not None and len(one.who) > roster.at_most:
        return f"overlap: at most {roster.at_most}"
    return ""


def _document(roster: DutyRoster, stretches: list[Stretch], zone: ZoneInfo) -> dict[str, Any]:
    return {
        "roster": roster.name,
        "queue": roster.queue,
        "at_least": roster.at_least,
        "at_most": roster.at_most,
        "stretches": [
            {
                "from": one.begin.astimezone(zone).isoformat(timespec="seconds"),
                "to": one.end.astimezone(zone).isoformat(timespec="seconds"),
                "on_duty": [{"id": who, "name": roster.people[who].name} for who in one.who],
                "gap": len(one.who) < roster.at_least,
                "overlap": roster.at_most is not None and len(one.who) > roster.at_most,
            }
            for one in stretches
        ],
    }


def _moment(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{WEEKDAYS[local.weekday()]} {local:%Y-%m-%d %H:%M}"
