"""What booking writes to a FHIR server: the entries of a transaction, made of resources as they were read.

Each slot and each visit is written only as the version that was read (``ifMatch``): whoever comes second
gets a conflict.  Slots that are taken stand first.  The order's key stands in the visit and in its slot:
by it the visit is found again, and a repeated order writes the same visit.
"""

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from ccd.directory.booking import Order

SYSTEM = "urn:ccd:order"
"""Of the identifiers that ccd gives."""
_PLAIN = re.compile(r"[A-Za-z0-9._-]{1,64}")
Raw = Mapping[str, Any]
Entry = dict[str, Any]


def mark(key: str) -> dict[str, str]:
    """The identifier of an order; a key that a search could misread is written as its digest."""
    return {"system": SYSTEM, "value": key if _PLAIN.fullmatch(key) else sha256(key.encode()).hexdigest()}


def token(key: str) -> str:
    """The same as the value of a search."""
    return f"{SYSTEM}|{mark(key)['value']}"


def marked(raw: Raw, key: str) -> bool:
    """Whether the order with this key wrote it."""
    return mark(key) in _list(raw, "identifier")


def taken(slot: Raw, key: str) -> Entry:
    """The slot is busy from now on."""
    return _replaced({**slot, "status": "busy", "identifier": [*_others(slot), mark(key)]})


def given_back(slot: Raw) -> Entry:
    """The slot is free again."""
    freed = {name: value for name, value in slot.items() if name != "identifier"}
    others = _others(slot)
    return _replaced({**freed, "status": "free", **({"identifier": others} if others else {})})


def made(order: Order, slot: Raw, schedule: Raw) -> Entry:
    """A new visit; the same order again writes it again."""
    visit = {
        "resourceType": "Appointment",
        "status": "booked",
        "identifier": [mark(order.key)],
        "participant": [_participant({"reference": f"Patient/{order.patient_id}"})],
    }
    if order.comment:
        visit["comment"] = order.comment[:1_000]
    address = f"Appointment?identifier={quote(token(order.key), safe='')}"
    return {"resource": _placed(visit, slot, schedule), "request": {"method": "PUT", "url": address}}


def moved(visit: Raw, key: str, slot: Raw, schedule: Raw) -> Entry:
    """The same visit in another slot."""
    patients = [one for one in _list(visit, "participant") if _is_patient(one)]
    marks = [*_list(visit, "identifier"), mark(key)]
    return _replaced(_placed({**visit, "identifier": marks, "participant": patients}, slot, schedule))


def cancelled(visit: Raw, key: str) -> Entry:
    """The visit will not be."""
    return _replaced({**visit, "status": "cancelled", "identifier": [*_list(visit, "identifier"), mark(key)]})


def never(raw: Raw) -> Entry:
    """The resource unchanged, as a version that it never had: this must be refused."""
    return _replaced({**raw, "meta": {"versionId": "0"}})


def _placed(visit: Raw, slot: Raw, schedule: Raw) -> dict[str, Any]:
    """The visit with all that the slot and its schedule say."""
    said = {
        "start": slot["start"],
        "end": slot.get("end"),
        "slot": [{"reference": f"Slot/{slot['id']}"}],
        "specialty": _list(slot, "specialty") or _list(schedule, "specialty"),
        "serviceType": _list(slot, "serviceType") or _list(schedule, "serviceType"),
        "participant": [*visit["participant"], *map(_participant, _list(schedule, "actor"))],
    }
    return {name: value for name, value in {**visit, **said}.items() if value}


def _participant(actor: Any) -> dict[str, Any]:
    return {"actor": actor, "status": "accepted"}


def _is_patient(participant: Any) -> bool:
    actor = participant.get("actor") if isinstance(participant, dict) else None
    return isinstance(actor, dict) and str(actor.get("reference")).startswith("Patient/")


def _replaced(resource: dict[str, Any]) -> Entry:
    version = resource["meta"]["versionId"]
    address = f"{resource['resourceType']}/{resource['id']}"
    return {"resource": resource, "request": {"method": "PUT", "url": address, "ifMatch": f'W/"{version}"'}}


def _others(slot: Raw) -> list[Any]:
    """The slot's identifiers that are not ccd's."""
    return [
        one
        for one in _list(slot, "identifier")
        if not (isinstance(one, dict) and one.get("system") == SYSTEM)
    ]


def _list(raw: Raw, name: str) -> list[Any]:
    value = raw.get(name)
    return value if isinstance(value, list) else []


def all_done(answer: Raw, entries: Iterable[Entry]) -> bool:
    """Whether a transaction's answer says so of each entry."""
    said = [one.get("response") if isinstance(one, dict) else None for one in _list(answer, "entry")]
    good = [one for one in said if isinstance(one, dict) and str(one.get("status")).startswith("2")]
    return len(good) == len(list(entries))
