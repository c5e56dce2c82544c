"""A past call as one line of a list."""

from ccd.calls.ids import Phone
from ccd.calls.record import CallRecord, SegmentKind
from ccd.desk.card import Json
from ccd.desk.clinic import millis
from ccd.desk.numbers import name_of, number_of, shown_number
from ccd.desk.standing import part_of
from ccd.ports.calls import Edit


def call_row(call: CallRecord, phone: Phone, region: str) -> Json:
    """As this phone stood in it."""
    number = shown_number(number_of(call, None, region), region)
    return {
        "id": call.call_id,
        "state": part_of(call, phone).standing,
        "at": millis(call.arrived_at or call.answered_at or call.ended_at),
        "number": number["text"],
        "key": number["key"],
        "caller_name": name_of(call),
        "queue": call.queue,
        "agent": call.agent,
        "disposition": call.disposition,
        "talked": _talked(call, phone),
        "topic": call.topic,
        "outcome": call.outcome,
        "note": call.note,
        "noted_by": call.noted_by,
    }


def edit_json(edit: Edit) -> Json:
    """One change of what people say of a call."""
    said = {"field": edit.field, "before": edit.before, "after": edit.after}
    return said | {"by": edit.by, "at": millis(edit.at)}


def _talked(call: CallRecord, phone: Phone) -> float | None:
    """Seconds that this phone talked; the whole call's when its stretches are not known."""
    talks = [one for one in call.segments if one.kind is SegmentKind.TALKING and one.phone == phone]
    known = [one.seconds for one in talks if one.seconds is not None]
    return call.talked if not talks else sum(known) if len(known) == len(talks) else None
