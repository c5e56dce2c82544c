"""A call as the page shows it: plain JSON, no language in it, serialised once for all who see the same.

The page has the words; here are only facts, so that a change of language needs no server.
"""

import json
from datetime import datetime
from typing import Any

from ccd.calls.record import SegmentKind
from ccd.desk.clinic import Clinic, millis
from ccd.desk.numbers import name_of, number_of, shown_number
from ccd.desk.patient import patient_json
from ccd.desk.sight import EVERYTHING, Unseen, seen
from ccd.desk.standing import Part, part_of
from ccd.desk.way import way_json
from ccd.directory.caller import Caller
from ccd.directory.phones import normalise
from ccd.ports.calls import Note
from ccd.ports.screens import CardShown

Json = dict[str, Any]


def dump(message: Json) -> str:
    """Compact JSON with its letters as they are."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def card_json(
    shown: CardShown,
    clinic: Clinic,
    *,
    since: datetime,
    seq: int,
    note: Note | None,
    unseen: Unseen = EVERYTHING,
) -> Json:
    """The whole card without what is not to be seen.

    ``since`` is when the present state began as the hub saw it.
    """
    record, part = shown.record, part_of(shown.record, shown.phone)
    return {
        "id": record.call_id,
        "seq": seq,
        "state": part.standing,
        "since": millis(since),
        "number": shown_number(number_of(record, shown.caller, clinic.region), clinic.region),
        "called_number": shown_number(normalise(record.called_number, clinic.region), clinic.region)["text"],
        "caller_name": name_of(record),
        "queue": record.queue or _queue(shown),
        "rule": record.rule,
        "way": way_json(record, shown.phone),
        **caller_json(shown.caller, clinic, unseen),
        **_course(shown, part),
        **_noted(shown, note),
    }


def _queue(shown: CardShown) -> str:
    return next((one.queue for one in reversed(shown.record.segments) if one.phone == shown.phone), "")


def caller_json(caller: Caller | None, clinic: Clinic, unseen: Unseen) -> Json:
    """Who may be calling, and which sources said nothing (yet); ``hidden`` names what is left out."""
    people = seen(caller, unseen).patients if caller else ()
    return {
        "lookup": _lookup(caller),
        "failed": list(caller.failed) if caller else [],
        "asking": list(caller.asking) if caller else [],
        "hidden": sorted(unseen),
        "patients": [patient_json(one, clinic) for one in people],
    }


def _lookup(caller: Caller | None) -> str:
    if caller is None:
        return "running"
    if caller.known:
        return "known"
    return "degraded" if caller.failed else "unknown"


def _course(shown: CardShown, part: Part) -> Json:
    """When what happened, who has it now, how it ended."""
    record = shown.record
    talks = [one for one in record.segments if one.kind is SegmentKind.TALKING and one.phone == shown.phone]
    return {
        "arrived": millis(record.arrived_at),
        "began": millis(part.began_at),
        "ended": millis(part.ended_at or record.ended_at),
        "talking": millis(talks[-1].began_at if talks else record.answered_at),
        "talked": part.seconds if part.standing.to_note else None,
        "ended_by": record.ended_by,
        "unknown": list(record.unknown),
        "agent": record.agent,
        "agent_phone": record.phone,
    }


def _noted(shown: CardShown, note: Note | None) -> Json:
    record = shown.record
    if note is None:
        return {
            "topic": record.topic,
            "outcome": record.outcome,
            "note": record.note,
            "noted_by": record.noted_by,
            "noted_at": millis(record.noted_at),
        }
    outcome = record.outcome if note.outcome is None else note.outcome
    said = {"topic": note.topic, "outcome": outcome, "note": note.note}
    return said | {"noted_by": note.by, "noted_at": millis(note.at)}
