"""The people as the answers of an example HTTP service, which has its own words for everything."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ccd.directory.model import Answer, Coverage, Patient, Policy, Reach, RemarkKind, Visit
from ccd.directory.phones import normalise
from tests.golden.world import REGION, Person
from tests.testbed.http_messages import Asked

_PAYS = {Answer.COVERED: "full", Answer.COPAY: "part", Answer.NOT_COVERED: "none", Answer.UNKNOWN: "ask"}
_ROLES = {
    Reach.OWN: "self", Reach.GUARDIAN: "parent", Reach.RELATIVE: "kin",
    Reach.ORGANISATION: "company", Reach.STAFF: "colleague",
}  # fmt: skip
_STATES = {
    "booked": "planned",
    "arrived": "here",
    "fulfilled": "done",
    "cancelled": "void",
    "noshow": "missed",
}


class Service:
    """Answers as the example service does: it compares numbers itself, however they were written."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._people = tuple(people)

    def __call__(self, asked: Asked) -> Any:
        wanted = parse_qs(urlsplit(asked.target).query).get("phone", [""])[0]
        e164 = normalise(wanted, REGION).e164
        found = (one.behind(e164, written=True) for one in self._people)
        return {"ok": True, "result": [_person(one) for one in found if one]}


def _person(one: Patient) -> dict[str, Any]:
    return {
        "card": one.patient_id,
        "fio": one.full_name,
        "birthday": f"{one.birth_date:%d.%m.%Y}" if one.birth_date else None,
        "lang": {"ru": "rus", "uk": "ukr", "en": "eng"}.get(one.language),
        "labels": sorted(one.tags),
        "gp": {"name": one.doctor} if one.doctor else None,
        "owes": None if one.debt is None else str(one.debt),
        "role": _ROLES[one.reach],
        "kinship": one.relationship or None,
        "kin_name": one.through or None,
        "insurance": [_policy(policy) for policy in one.policies],
        "appointments": [_visit(visit) for visit in one.visits],
        "comments": [{"text": say.text, "secret": say.kind is RemarkKind.MEDICAL} for say in one.remarks],
    }


def _policy(one: Policy) -> dict[str, Any]:
    return {
        "company": one.insurer,
        "no": one.number,
        "plan": one.programme,
        "begins": one.valid_from.isoformat() if one.valid_from else None,
        "ends": one.valid_until.isoformat() if one.valid_until else None,
        "type": one.kind,
        "state": "ok" if one.active else "stopped",
        "services": [_service(said) for said in one.coverage],
    }


def _service(one: Coverage) -> dict[str, Any]:
    return {
        "title": one.service,
        "pays": _PAYS[one.answer],
        "share": one.copay_percent,
        "sum": None if one.copay_amount is None else float(one.copay_amount),
        "item": one.clause,
    }


def _visit(one: Visit) -> dict[str, Any]:
    return {
        "at": one.starts_at.isoformat(),
        "state": _STATES[one.status],
        "doctor": {"name": one.doctor, "speciality": one.specialty},
        "room": one.place,
        "prepare": one.preparation or None,
    }
