"""People and rosters, checked where two places are needed: who is meant, and is somebody always there.

``mistakes`` and ``doubts`` are as in ``crosschecks``.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from ccd.routing.calendar import WEEKDAYS
from ccd.routing.rosters import DutyRoster, Stretch, duty_rosters
from ccd.routing.rules import Routing
from ccd.routing.words import as_list, did_you_mean
from ccd.settings.document import Loc

AHEAD = timedelta(weeks=8)
"""How far gaps and overlaps are looked for."""
_SHOWN = 3

Found = Iterator[tuple[Loc, str]]


def mistakes(routing: Any) -> Found:
    """People whom nobody defined, and phones that are two people's; reads the plain tree."""
    people, rosters = _mapping(routing, "people"), _mapping(routing, "rosters")
    yield from _phones_twice(people)
    for name, roster in rosters.items():
        for loc, who in _named(roster):
            if isinstance(who, str) and who not in people:
                near = did_you_mean(who, people) or "; define it under people"
                yield ("routing", "rosters", name, *loc), f'nobody has the id "{who}"{near}'


def doubts(routing: Routing, now: datetime) -> Found:
    """Gaps and overlaps of the next weeks, and swaps that change nothing."""
    zone = ZoneInfo(routing.timezone)
    for roster in duty_rosters(routing):
        at: Loc = ("routing", "rosters", roster.name)
        gaps, overlaps = roster.gaps(now, now + AHEAD), roster.overlaps(now, now + AHEAD)
        if gaps:
            yield at, f"{_fewer(roster)} {_periods(gaps, zone)}"
        if overlaps:
            yield at, f"more than {roster.at_most} on duty {_periods(overlaps, zone)}"
        for index, swap in enumerate(routing.rosters[roster.name].swaps):
            if roster.swaps_nothing(swap):
                what = f"changes nothing: {swap.instead_of} has no shift that begins then"
                yield (*at, "swaps", index), what


def period(one: Stretch, zone: tzinfo) -> str:
    """``sat 2026-11-28 20:00 - sun 2026-11-29 08:00``, or only the time where it ends on the same day."""
    begin, end = one.begin.astimezone(zone), one.end.astimezone(zone)
    until = f"{end:%H:%M}" if begin.date() == end.date() else _moment(end)
    return f"{_moment(begin)} - {until}"


def _moment(local: datetime) -> str:
    return f"{WEEKDAYS[local.weekday()]} {local:%Y-%m-%d %H:%M}"


def _fewer(roster: DutyRoster) -> str:
    return "nobody is on duty" if roster.at_least == 1 else f"fewer than {roster.at_least} on duty"


def _periods(stretches: list[Stretch], zone: tzinfo) -> str:
    more = len(stretches) - _SHOWN
    shown = ", ".join(period(one, zone) for one in stretches[:_SHOWN])
    return f"{shown}{f', and {more} times more within 8 weeks' if more > 0 else ''}"


def _phones_twice(people: dict[str, Any]) -> Found:
    owners: dict[str, str] = {}
    for who, person in people.items():
        phone = person.get("phone") if isinstance(person, dict) else None
        if isinstance(phone, str) and owners.setdefault(phone.lower(), who) != who:
            owner = owners[phone.lower()]
            yield (
                ("routing", "people", who, "phone"),
                f'"{phone}" is the phone of {owner}; each needs their own',
            )


def _named(roster: Any) -> Iterator[tuple[Loc, Any]]:
    """Everyone whom a roster names, with the place."""
    for index, shift in enumerate(_list(roster, "shifts")):
        written = _get(shift, "who") or ()
        for number, who in enumerate(as_list(written)):
            yield ("shifts", index, "who", *([number] if isinstance(written, list) else [])), who
    for index, swap in enumerate(_list(roster, "swaps")):
        yield from (
            (("swaps", index, key), _get(swap, key)) for key in ("who", "instead_of") if _get(swap, key)
        )


def _get(data: Any, key: str) -> Any:
    return data.get(key) if isinstance(data, dict) else None


def _mapping(data: Any, key: str) -> dict[str, Any]:
    value = _get(data, key)
    return value if isinstance(value, dict) else {}


def _list(data: Any, key: str) -> Iterable[Any]:
    value = _get(data, key)
    return value if isinstance(value, list) else ()
