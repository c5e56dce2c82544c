"""A CallRecord as a row, and back; what is read is equal to what was saved."""

import re
from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import datetime
from typing import Any

from ccd.calls.ids import Phone, QueueName, UniqueId
from ccd.calls.record import CallRecord, PathStep, Segment, SegmentKind, StepKind
from ccd.calls.values import made
from ccd.store.columns import in_utc

FIELDS = tuple(field.name for field in fields(CallRecord))
_UNSAID: dict[str, Any] = {one.name: one.default for one in fields(CallRecord) if one.default is not MISSING}
"""What a record says of fields that a row does not have."""
_KINDS = {str(kind): kind for kind in SegmentKind}
_NOT_A_DIGIT = re.compile(r"[^0-9]+")


def last_digits(number: str) -> str:
    """What two spellings of one number share: its last ten digits.

    >>> last_digits("+7 (916) 123-45-67") == last_digits("89161234567") == "9161234567"
    True
    """
    return _NOT_A_DIGIT.sub("", number)[-10:]


def to_row(record: CallRecord, now: datetime) -> dict[str, Any]:
    """The columns of this record; ``now`` is when it is saved, for a call of unknown arrival."""
    return vars(record) | {
        "segments": [_segment_to_json(segment) for segment in record.segments],
        "path": [_step_to_json(step) for step in record.path],
        "caller_digits": last_digits(record.caller_number),
        "listed_at": record.arrived_at or now,
    }


def phones_of(record: CallRecord) -> set[Phone]:
    """Every phone that talked with the caller: whoever passed the call on has had it, too."""
    talked = {segment.phone for segment in record.segments if segment.kind is SegmentKind.TALKING}
    return (talked | {record.phone}) - {Phone("")}


def to_record(row: Mapping[str, Any]) -> CallRecord:
    """The record that a row of ``calls`` holds."""
    values = _UNSAID | {name: row[name] for name in FIELDS if name in row or name not in _UNSAID}
    values["segments"] = tuple(_segment_from_json(segment) for segment in row["segments"])
    values["path"] = tuple(_step_from_json(step) for step in row.get("path", ()))
    values["patient_ids"] = tuple(row["patient_ids"])
    values["unknown"] = tuple(row["unknown"])
    return made(CallRecord, values)


def _step_to_json(step: PathStep) -> dict[str, Any]:
    return vars(step) | {"kind": str(step.kind), "at": in_utc(step.at)}


def _step_from_json(kept: Mapping[str, Any]) -> PathStep:
    return PathStep(**{**kept, "at": datetime.fromisoformat(kept["at"]), "kind": StepKind(kept["kind"])})


def _segment_to_json(segment: Segment) -> dict[str, Any]:
    return vars(segment) | {
        "kind": str(segment.kind),
        "began_at": segment.began_at and in_utc(segment.began_at),
        "ended_at": segment.ended_at and in_utc(segment.ended_at),
    }


def _segment_from_json(kept: Mapping[str, Any]) -> Segment:
    values = {
        "kind": _KINDS[kept["kind"]],
        "queue": QueueName(kept["queue"]),
        "phone": Phone(kept["phone"]),
        "member": kept["member"],
        "leg": UniqueId(kept["leg"]),
        "began_at": _moment(kept["began_at"]),
        "ended_at": _moment(kept["ended_at"]),
        "result": kept["result"],
        "seconds": kept["seconds"],
        "held": kept["held"],
        "to": kept.get("to", ""),
    }
    return made(Segment, values)


def _moment(kept: str | None) -> datetime | None:
    return None if kept is None else datetime.fromisoformat(kept)
