"""Every figure once more, call by call, from docs/metrics.md alone: slow, and independent of ccd.metrics."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from ccd.calls.record import CallRecord, Segment

WITHIN, SHORT, DAY = 20, 5, timedelta(hours=24)
TIMES = {"hour": "%H", "weekday": "%u", "day": "%Y-%m-%d", "week": "%G-W%V", "month": "%Y-%m", "all": ""}
Figure = float | None
NOT_SO = (
    *("offered", "answered", "abandoned", "short", "unanswered", "voicemail", "callback", "overflowed"),
    *("unknown", "answered_in", "abandoned_in", "missed_rings"),
)


@dataclass(frozen=True, kw_only=True)
class World:
    """All calls there are, and what is not on their records."""

    calls: tuple[CallRecord, ...]
    promises: dict[str, str] = field(default_factory=dict)
    booked: frozenset[str] = frozenset()
    doctors: str = "doctors"


def kind(call: CallRecord, *kinds: str) -> list[Segment]:
    return [one for one in call.segments if str(one.kind) in kinds]


def name(segment: Segment) -> str:
    return segment.member or segment.phone


def busy_with(call: CallRecord) -> list[Segment]:
    """Phones of the clinic that rang, and talks."""
    outbound = call.direction.value == "outbound"
    return [
        one
        for one in kind(call, "offered", "talking")
        if not (outbound and one.kind.value == "offered" and not one.queue)
    ]


def mine(world: World, call: CallRecord, by: str, key: str) -> list[Segment]:
    """The stretches of a call that a queue, an operator or a doctor had."""
    if by == "queue":
        return [one for one in call.segments if one.queue == key]
    people = busy_with(call)
    if by == "agent":
        return [one for one in people if name(one) == key and one.queue != world.doctors]
    if by == "doctor":
        return [one for one in people if name(one) == key and one.queue == world.doctors]
    return list(call.segments)


def keys(world: World, call: CallRecord, by: str, zone: ZoneInfo) -> set[str]:
    """The rows that a call stands in."""
    assert call.arrived_at
    local = call.arrived_at.astimezone(zone)
    if by == "queue":
        return {str(one.queue) for one in call.segments if one.queue}
    if by in {"agent", "doctor"}:
        people = [one for one in busy_with(call) if name(one)]
        return {name(one) for one in people if (one.queue == world.doctors) == (by == "doctor")}
    told = {
        "topic": call.topic,
        "outcome": call.outcome,
        "did": call.called_number,
        "source": call.source,
        "direction": call.direction.value,
        "disposition": call.disposition.value,
    }
    return {told[by] if by in told else local.strftime(TIMES[by])}


def rows(
    world: World, begin: date, end: date, by: str, zone: ZoneInfo, where: Any = None
) -> dict[str, dict[str, Figure]]:
    """The whole report: figures by row."""
    counted = [one for one in world.calls if one.state.value == "ended" and one.arrived_at]
    counted = [one for one in counted if begin <= one.arrived_at.astimezone(zone).date() <= end]  # type: ignore[union-attr]
    if where:
        counted = [one for one in counted if where[1] in keys(world, one, where[0], zone)]
    found: dict[str, list[CallRecord]] = {}
    for one in counted:
        for key in keys(world, one, by, zone):
            found.setdefault(key, []).append(one)
    seen_as = where or (by, None)
    return {key: figures(world, some, seen_as[0], seen_as[1] or key) for key, some in found.items()}


def times(world: World, begin: date, end: date, by: str, zone: ZoneInfo, now: datetime) -> set[str]:
    """The rows that a report by a time has in any case: from the first call of all, up to now."""
    first = min(one.arrived_at for one in world.calls if one.arrived_at and one.state.value == "ended")
    hour = first.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    found = set()
    while hour <= now:
        local = hour.astimezone(zone)
        if begin <= local.date() <= end:
            found.add(local.strftime(TIMES[by]))
        hour += timedelta(hours=1)
    return found


def figures(world: World, calls: Iterable[CallRecord], by: str, key: str) -> dict[str, Figure]:
    told = [tell(world, one, by, key) for one in calls]
    people = by in {"agent", "doctor"}

    def count(what: str) -> int:
        return sum(one[what] for one in told)

    def rate(part: float, whole: float) -> Figure:
        return part / whole if whole else None

    real, short, answered = count("abandoned") - count("short"), count("short"), count("answered")
    waits = sorted(one["wait"] for one in told if one["wait"] is not None and one["answered"])
    handled = [one for one in told if one["handled"]]
    busy = sum(one["talk"] + one["wrap"] for one in handled)
    within, over = count("answered_in"), answered + count("abandoned")
    return {
        "inbound": count("inbound"),
        "outbound": count("outbound"),
        "outbound_answered": None if people or by == "queue" else count("outbound_answered"),
        "offered": count("offered"),
        "answered": answered,
        "abandoned": None if people else real,
        "short_abandoned": None if people else short,
        "unanswered": None if people else count("unanswered"),
        "voicemail": None if people else count("voicemail"),
        "callback": None if people else count("callback"),
        "overflowed": count("overflowed") if by == "queue" else None,
        "unknown": None if people else count("unknown"),
        "abandon_rate": None if people else rate(real, count("offered") - short),
        "service_level": None if people else rate(within, over),
        "of_offered": rate(within, over),
        "of_answered": rate(within, answered),
        "with_abandoned": rate(within + count("abandoned_in"), over),
        "without_early": rate(within, over - count("abandoned_in")),
        "short_as_served": rate(within + short, over),
        "speed_of_answer": rate(sum(waits), len(waits)),
        "speed_of_answer_median": waits[ceil(len(waits) / 2) - 1] if waits else None,
        "speed_of_answer_p90": waits[ceil(len(waits) * 0.9) - 1] if waits else None,
        "longest_wait": max(waits, default=None),
        "handling_time": rate(busy, len(handled)),
        "talk_time": rate(sum(one["talk"] - one["hold"] for one in handled), len(handled)),
        "hold_time": rate(sum(one["hold"] for one in handled), len(handled)),
        "wrap_up_time": rate(sum(one["wrap"] for one in handled), len(handled)),
        "longest_handling": max((one["talk"] + one["wrap"] for one in handled), default=None),
        "occupancy": None,
        "missed_rings": count("missed_rings") if people else None,
        "transfers_per_call": rate(count("transfers"), count("talked")),
        "repeated_transfers": count("retransferred"),
        "repeat_rate": rate(count("repeated"), count("topical")),
        "repeated": count("repeated"),
        "promised": None if people else count("promised"),
        "promises_kept": None if people else rate(count("kept"), count("kept") + count("broken")),
        "booked": count("booked"),
        "without_outcome": count("without_outcome"),
        "bookings_per_call": rate(count("booked"), count("talked")),
        "lost": None if people else count("lost"),
        "lost_money": None if people else sum(one["lost"] * (1000 if one["new"] else 300) for one in told),
    }


def tell(world: World, call: CallRecord, by: str, key: str) -> dict[str, Any]:
    """One call, as a queue, a person or the clinic as a whole would tell it."""
    own = mine(world, call, by, key)
    talks = [one for one in own if one.kind.value == "talking"]
    every_talk = kind(call, "talking")
    last_talk = bool(every_talk) and any(one is every_talk[-1] for one in talks)
    inbound = call.direction.value == "inbound"
    told: dict[str, Any] = dict.fromkeys(NOT_SO, False) | {"wait": None}
    if by == "queue":
        told |= of_queue(call, own, inbound) | dict.fromkeys(("unanswered", "voicemail", "callback"), False)
        final = key == call.queue
    elif by in {"agent", "doctor"}:
        told |= of_person(own, inbound)
        final = last_talk
    else:
        told |= of_whole(call, inbound)
        final = True
    whole = of_whole(call, inbound)
    if by == "queue" and final:
        told |= {one: whole[one] for one in ("unanswered", "voicemail", "callback") if whole[one]}
    passed = [one for one in own if one.kind.value == "talking" and one.result == "transfer"]
    handled = bool(talks) and all(one.seconds is not None for one in talks)
    talk = sum(round(one.seconds, 3) for one in talks if one.seconds is not None)
    people = by in {"agent", "doctor"}
    promise = world.promises.get(call.call_id, "") if final and not people else ""
    return told | {
        "inbound": inbound,
        "outbound": not inbound,
        "outbound_answered": not inbound and call.disposition.value == "answered",
        "talked": bool(talks),
        "handled": handled,
        "talk": talk,
        "hold": min(talk, sum(one.held or 0 for one in talks)),
        "wrap": (call.wrapped_up or 0) if last_talk else 0,
        "transfers": len(passed),
        "retransferred": bool(passed) and len([one for one in every_talk if one.result == "transfer"]) > 1,
        "booked": final and books(world, call),
        "without_outcome": final and call.disposition.value == "answered" and not call.outcome,
        "topical": final and topical(call, whole),
        "repeated": final and topical(call, whole) and repeated(world, call),
        "lost": final and lost(world, call, whole),
        "new": not call.patient_ids,
        "promised": bool(promise),
        "kept": promise == "kept",
        "broken": promise in {"expired", "unreachable"},
    }


def of_whole(call: CallRecord, inbound: bool) -> dict[str, Any]:
    how = call.disposition.value
    offered = inbound and (bool(kind(call, "waiting", "offered", "talking")) or how == "answered")
    wait = call.waited
    known = offered and wait is not None
    return {
        "offered": offered,
        "answered": offered and how == "answered",
        "answered_in": bool(known and how == "answered" and wait <= WITHIN),  # type: ignore[operator]
        "abandoned": offered and how == "abandoned",
        "abandoned_in": bool(known and how == "abandoned" and wait <= WITHIN),  # type: ignore[operator]
        "short": bool(known and how == "abandoned" and wait < SHORT),  # type: ignore[operator]
        "unanswered": offered and how == "unanswered",
        "voicemail": inbound and how == "voicemail",
        "callback": inbound and how == "callback",
        "unknown": offered and how in {"unknown", "open"},
        "wait": wait,
    }


def of_queue(call: CallRecord, own: list[Segment], inbound: bool) -> dict[str, Any]:
    if not inbound:
        return {}
    waits = [one for one in own if one.kind.value == "waiting"]
    spoken = any(one.kind.value == "talking" for one in own)
    answered = spoken or "connected" in [one.result for one in waits]
    last = waits[-1].result if waits else "unknown"
    left = not answered and last == "abandoned" and call.disposition.value == "abandoned"
    unknown = not answered and last in {"", "unknown"}
    until = next((place for place, one in enumerate(own) if one.result == "connected"), len(own))
    before = [one.seconds for one in own[: until + 1] if one.kind.value == "waiting"]
    wait = None if None in before else sum(one for one in before if one is not None)
    within = wait is not None and round(wait, 3) <= WITHIN
    short = wait is not None and round(wait, 3) < SHORT and call.waited is not None and call.waited < SHORT
    return {
        "offered": True,
        "answered": answered,
        "answered_in": answered and within,
        "abandoned": left,
        "abandoned_in": left and within,
        "short": left and short,
        "unknown": unknown,
        "overflowed": not (answered or left or unknown),
        "wait": wait,
    }


def of_person(own: list[Segment], inbound: bool) -> dict[str, Any]:
    rings = [one for one in own if one.kind.value == "offered"]
    talked = any(one.kind.value == "talking" for one in own)
    taken = [one.seconds for one in rings if one.result == "answered"]
    return {
        "offered": bool(rings),
        "answered": talked and (inbound or bool(rings)),
        "missed_rings": len([one for one in rings if one.result == "missed"]),
        "wait": taken[0] if taken and talked else None,
    }


def books(world: World, call: CallRecord) -> bool:
    return call.call_id in world.booked or call.outcome.split(".")[0] == "booked"


def topical(call: CallRecord, whole: dict[str, Any]) -> bool:
    return bool(whole["answered"] and call.topic and call.caller_number and not call.withheld)


def later(world: World, call: CallRecord) -> list[CallRecord]:
    digits = call.caller_number[-10:]
    if not digits or call.withheld:
        return []
    assert call.arrived_at
    return [
        one
        for one in world.calls
        if one.state.value == "ended" and not one.withheld and one.caller_number[-10:] == digits
        if one.arrived_at and call.arrived_at < one.arrived_at <= call.arrived_at + DAY
    ]


def repeated(world: World, call: CallRecord) -> bool:
    return any(one.direction.value == "inbound" and one.topic == call.topic for one in later(world, call))


def lost(world: World, call: CallRecord, whole: dict[str, Any]) -> bool:
    left = whole["abandoned"] and not whole["short"]
    gone = left or whole["unanswered"] or whole["voicemail"] or whole["callback"]
    return gone and not any(one.disposition.value == "answered" for one in later(world, call))
