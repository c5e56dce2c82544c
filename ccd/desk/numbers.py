"""A caller's number for the page.  In no language: the page itself says "hidden number"."""

from typing import Any

from ccd.directory.model import Number, NumberKind
from ccd.directory.phones import display, normalise


def shown_number(number: Number | None, raw: str, region: str) -> dict[str, Any]:
    """What it is, how to show it, and the key that its history is asked by; empty when hidden."""
    number = number or normalise(raw, region)
    if number.kind is NumberKind.ANONYMOUS:
        return {"kind": number.kind, "text": "", "key": ""}
    return {"kind": number.kind, "text": display(number, region, "en"), "key": number_key(number)}


def number_key(number: Number) -> str:
    """One spelling for one number."""
    return "" if number.kind is NumberKind.ANONYMOUS else number.e164 or number.raw
