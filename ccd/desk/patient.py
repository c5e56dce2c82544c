"""Someone who may be calling, as the card shows one: how the number reaches them, why, policies, visits."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from ccd.desk.clinic import Clinic, millis
from ccd.desk.origins import Origins
from ccd.desk.policies import policy_json
from ccd.directory.model import Origin, Patient, Remark, Visit

Json = dict[str, Any]

_COMING = frozenset({"booked", "arrived"})
_HAPPENED = frozenset({"arrived", "fulfilled"})
_RECENT = timedelta(days=14)


def patient_json(patient: Patient, clinic: Clinic) -> Json:
    """Everything the card says of one person."""
    origins = Origins(clinic)
    visits = sorted(patient.visits, key=lambda visit: clinic.local(visit.starts_at))
    lenders = _lenders(patient)
    shown = {
        "id": patient.patient_id,
        "known_as": [f"{source}:{theirs}" for source, theirs in patient.known_as],
        "name": patient.full_name,
        **_reached(patient),
        "born": patient.birth_date.isoformat() if patient.birth_date else None,
        "age": age(patient.birth_date, clinic.today),
        "language": patient.language,
        "tags": sorted(patient.tags),
        "doctor": patient.doctor,
        "debt": None if patient.debt is None else f"{patient.debt:f}",
        "origin": origins.place(patient.origin),
        "borrowed": [
            [field, origins.place(origin)] for field, origin in patient.borrowed if "." not in field
        ],
        "remarks": [_remark(remark, origins) for remark in patient.remarks],
        "reason": reason(visits, clinic),
        "policies": [
            policy_json(policy, clinic.today, origins)
            | {"lent": [*map(origins.place, lenders[f"policies.{policy.number}"])]}
            for policy in patient.policies
        ],
        "visits": [
            _visit(visit, clinic, origins)
            | {"lent": [*map(origins.place, lenders[f"visits.{visit.starts_at.isoformat()}"])]}
            for visit in _in_reading_order(visits, clinic)
        ],
    }
    return shown | {"origins": origins.json()}


def _reached(patient: Patient) -> Json:
    """How the number leads to this person."""
    return {"reach": patient.reach, "relationship": patient.relationship, "through": patient.through}


def _lenders(patient: Patient) -> Mapping[str, Iterable[Origin]]:
    """Who else said something of a policy or visit: ``policies.77-1`` for ``policies.77-1.valid_until``."""
    found: defaultdict[str, dict[Origin, None]] = defaultdict(dict)
    for field, origin in patient.borrowed:
        found[field.rpartition(".")[0]][origin] = None
    return found


def _remark(remark: Remark, origins: Origins) -> Json:
    return {"text": remark.text, "kind": remark.kind, "origin": origins.place(remark.origin)}


def age(born: date | None, today: date) -> int | None:
    """Whole years; None when unknown or not born yet.

    >>> age(date(1990, 5, 17), date(2026, 5, 16))
    35
    """
    if born is None or born > today:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def reason(visits: list[Visit], clinic: Clinic) -> Json:
    """Why they may be calling: a visit today, else the next one, else a recent one, else nothing."""
    now, today = clinic.local(clinic.now()), clinic.today
    coming = [one for one in visits if one.status in _COMING and clinic.local(one.starts_at) >= now]
    if coming:
        kind = "today" if clinic.local(coming[0].starts_at).date() == today else "next"
        return {"kind": kind, "visit": _visit(coming[0], clinic)}
    past = [one for one in visits if _was(one, clinic, now)]
    if past:
        kind = "earlier" if clinic.local(past[-1].starts_at).date() == today else "recent"
        return {"kind": kind, "visit": _visit(past[-1], clinic)}
    return {"kind": "none", "visit": None}


def _was(visit: Visit, clinic: Clinic, now: datetime) -> bool:
    """A recent visit that took place; one booked for earlier today counts: they may be late."""
    at = clinic.local(visit.starts_at)
    happened = visit.status in _HAPPENED or (visit.status == "booked" and at.date() == now.date())
    return happened and now - _RECENT <= at <= now


def _in_reading_order(visits: list[Visit], clinic: Clinic) -> list[Visit]:
    """What comes, soonest first; then what was, newest first."""
    today = clinic.today
    before = [one for one in visits if clinic.local(one.starts_at).date() < today]
    return visits[len(before) :] + before[::-1]


def _visit(visit: Visit, clinic: Clinic, origins: Origins | None = None) -> Json:
    at = clinic.local(visit.starts_at)
    return {
        "at": millis(at),
        "today": at.date() == clinic.today,
        "doctor": visit.doctor,
        "specialty": visit.specialty,
        "place": visit.place,
        "status": visit.status,
        "preparation": visit.preparation,
        "id": visit.visit_id,
        "origin": origins.place(visit.origin) if origins else None,
    }
