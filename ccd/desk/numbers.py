"""A caller's number for the page.  In no language: the page itself says "hidden number"."""

from typing import Any

from ccd.calls.record import CallRecord
from ccd.directory.caller import Caller, Number, NumberKind
from ccd.directory.phones import display, normalise

_HIDDEN = Number("", NumberKind.ANONYMOUS)


def number_of(record: CallRecord, caller: Caller | None, region: str) -> Number:
    """Whose call it is as far as the desk may know: who asked to be hidden, is hidden."""
    if record.withheld:
        return _HIDDEN
    return caller.number if caller else normalise(record.caller_number, region)


def shown_number(number: Number, region: str) -> dict[str, Any]:
    """What it is, how to show it, and the key that its history is asked by; empty when hidden."""
    text = "" if number.kind is NumberKind.ANONYMOUS else display(number, region, "en")
    return {"kind": number.kind, "text": text, "key": number_key(number)}


def number_key(number: Number) -> str:
    """One spelling for one number."""
    return "" if number.kind is NumberKind.ANONYMOUS else number.e164 or number.raw


def name_of(record: CallRecord) -> str:
    """The name that came with the number, and is hidden with it: many lines repeat the digits there."""
    return "" if record.withheld else record.caller_name


def same_caller(record: CallRecord, key: str, region: str) -> bool:
    """True unless both are numbers and differ, or the caller asked not to be identified."""
    theirs, asked = number_of(record, None, region), normalise(key, region)
    differ = theirs.e164 and asked.e164 and theirs.e164 != asked.e164
    return theirs.kind is not NumberKind.ANONYMOUS and not differ
