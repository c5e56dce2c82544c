"""Who talks with whom: one line for each call in progress, for supervisors."""

from ccd.calls.ids import Phone
from ccd.calls.record import Segment
from ccd.desk.card import Json
from ccd.desk.clinic import Clinic, millis
from ccd.desk.numbers import number_of, shown_number
from ccd.desk.phone import Entry


def overview_row(entry: Entry, clinic: Clinic) -> Json:
    """Phone, member, state, since when, and who is on the line; a name only when there is just one."""
    shown = entry.shown
    patients = shown.caller.patients if shown.caller else ()
    return {
        "phone": shown.phone,
        "member": _member(shown.record.segments, shown.phone),
        "state": entry.standing,
        "since": millis(entry.since),
        "number": shown_number(number_of(shown.record, shown.caller, clinic.region), clinic.region),
        "name": patients[0].full_name if len(patients) == 1 else "",
        "people": len(patients),
        "queue": shown.record.queue,
    }


def _member(segments: tuple[Segment, ...], phone: Phone) -> str:
    return next((one.member for one in reversed(segments) if one.phone == phone and one.member), "")
