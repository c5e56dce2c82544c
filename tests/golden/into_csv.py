"""The people as the files that an admin exports from a spreadsheet."""

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from ccd.directory.model import Answer, Coverage, Policy, Reach, RemarkKind, Visit
from tests.golden.world import Contact, Person

_LISTS = {
    Answer.COVERED: "covered",
    Answer.COPAY: "copay",
    Answer.NOT_COVERED: "not_covered",
    Answer.UNKNOWN: "unknown",
}


def write(people: Iterable[Person], folder: Path) -> list[Path]:
    """The files."""
    known = list(people)
    return [
        _file(folder / "patients.csv", [_patient(one) for one in known]),
        _file(
            folder / "policies.csv",
            [_policy(one, policy) for one in known for policy in one.written.policies],
        ),
        _file(folder / "visits.csv", [_visit(one, visit) for one in known for visit in one.written.visits]),
        _file(folder / "relatives.csv", [_relative(one, other) for one in known for other in one.contacts]),
    ]


def _file(path: Path, rows: list[Mapping[str, str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def _patient(person: Person) -> dict[str, str]:
    one = person.written
    return {
        "patient_id": one.patient_id,
        "full_name": one.full_name,
        "birth_date": _day(one.birth_date),
        "phones": "; ".join(person.numbers),
        "language": one.language,
        "tags": "; ".join(sorted(one.tags)),
        "doctor": one.doctor,
        "debt": "" if one.debt is None else str(one.debt),
        "kind": "patient" if one.reach is Reach.OWN else one.reach,
        "notes": _remarks(person, RemarkKind.NOTE),
        "medical": _remarks(person, RemarkKind.MEDICAL),
    }


def _remarks(person: Person, kind: RemarkKind) -> str:
    return "; ".join(one.text for one in person.written.remarks if one.kind is kind)


def _policy(person: Person, policy: Policy) -> dict[str, str]:
    return {
        "patient_id": person.person_id,
        "insurer": policy.insurer,
        "programme": policy.programme,
        "number": policy.number,
        "valid_from": _day(policy.valid_from),
        "valid_until": _day(policy.valid_until),
        "policy_kind": policy.kind,
        "active": "yes" if policy.active else "no",
        **{name: _services(policy, answer) for answer, name in _LISTS.items()},
    }


def _services(policy: Policy, answer: Answer) -> str:
    return "; ".join(map(_service, (one for one in policy.coverage if one.answer is answer)))


def _service(one: Coverage) -> str:
    part = ""
    if one.copay_percent is not None:
        part = f" {one.copay_percent}%"
    elif one.answer is Answer.COPAY:
        part = f" = {'?' if one.copay_amount is None else one.copay_amount}"
    return one.service + part + (f" [{one.clause}]" if one.clause else "")


def _visit(person: Person, visit: Visit) -> dict[str, str]:
    return {
        "patient_id": person.person_id,
        "starts_at": f"{visit.starts_at:%d.%m.%Y %H:%M}",
        "doctor": visit.doctor,
        "specialty": visit.specialty,
        "place": visit.place,
        "status": visit.status,
        "preparation": visit.preparation,
    }


def _relative(person: Person, other: Contact) -> dict[str, str]:
    return {
        "patient_id": person.person_id,
        "phone": other.number,
        "name": other.name,
        "relationship": other.relationship,
        "guardian": "да" if other.reach is Reach.GUARDIAN else "нет",
    }


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()
