"""A patient as the card shows one: age, why they may be calling, policies, visits."""

from datetime import date, datetime, timedelta
from typing import Any

from ccd.desk.clinic import Clinic, millis
from ccd.directory.model import Coverage, Patient, Policy, Visit

Json = dict[str, Any]

_COMING = frozenset({"booked", "arrived"})
_HAPPENED = frozenset({"arrived", "fulfilled"})
_RECENT = timedelta(days=14)


def patient_json(patient: Patient, clinic: Clinic) -> Json:
    """Everything the card says of one person."""
    today = clinic.today
    visits = sorted(patient.visits, key=lambda visit: clinic.local(visit.starts_at))
    return {
        "id": patient.patient_id,
        "name": patient.full_name,
        "born": patient.birth_date.isoformat() if patient.birth_date else None,
        "age": age(patient.birth_date, today),
        "language": patient.language,
        "tags": sorted(patient.tags),
        "doctor": patient.doctor,
        "debt": None if patient.debt is None else f"{patient.debt:f}",
        "reason": reason(visits, clinic),
        "policies": [_policy(policy, today) for policy in patient.policies],
        "visits": [_visit(visit, clinic) for visit in _in_reading_order(visits, clinic)],
    }


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
    split = [one for one in visits if clinic.local(one.starts_at).date() >= clinic.today]
    return split + [one for one in reversed(visits) if one not in split]


def _visit(visit: Visit, clinic: Clinic) -> Json:
    at = clinic.local(visit.starts_at)
    return {
        "at": millis(at),
        "today": at.date() == clinic.today,
        "doctor": visit.doctor,
        "specialty": visit.specialty,
        "place": visit.place,
        "status": visit.status,
    }


def _policy(policy: Policy, today: date) -> Json:
    return {
        "insurer": policy.insurer,
        "programme": policy.programme,
        "number": policy.number,
        "from": policy.valid_from.isoformat() if policy.valid_from else None,
        "until": policy.valid_until.isoformat() if policy.valid_until else None,
        "standing": _standing(policy, today),
        "coverage": [_coverage(one) for one in policy.coverage],
    }


def _standing(policy: Policy, today: date) -> str:
    if policy.valid_until and policy.valid_until < today:
        return "expired"
    return "future" if policy.valid_from and policy.valid_from > today else "valid"


def _coverage(coverage: Coverage) -> Json:
    return {"service": coverage.service, "answer": coverage.answer, "copay": coverage.copay_percent}
