"""A past call as one line of a list."""

from ccd.calls.ids import Phone
from ccd.calls.record import CallRecord
from ccd.desk.card import Json
from ccd.desk.clinic import millis
from ccd.desk.numbers import shown_number
from ccd.desk.standing import part_of


def call_row(call: CallRecord, phone: Phone, region: str) -> Json:
    """As this phone stood in it."""
    number = shown_number(None, call.caller_number, region)
    return {
        "id": call.call_id,
        "state": part_of(call, phone).standing,
        "at": millis(call.arrived_at or call.answered_at or call.ended_at),
        "number": number["text"],
        "key": number["key"],
        "caller_name": call.caller_name,
        "queue": call.queue,
        "agent": call.agent,
        "disposition": call.disposition,
        "talked": call.talked,
        "topic": call.topic,
        "note": call.note,
        "noted_by": call.noted_by,
    }
