"""The people as the files that an admin exports from a spreadsheet."""

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from ccd.directory.model import Answer, Policy, Visit
from tests.golden.world import Person

_LISTS = {Answer.COVERED: "covered", Answer.COPAY: "copay", Answer.NOT_COVERED: "not_covered"}


def write(people: Iterable[Person], folder: Path) -> list[Path]:
    """The files, patients first."""
    known = list(people)
    return [
        _file(folder / "patients.csv", [_patient(one) for one in known]),
        _file(
            folder / "policies.csv",
            [_policy(one, policy) for one in known for policy in one.patient.policies],
        ),
        _file(folder / "visits.csv", [_visit(one, visit) for one in known for visit in one.patient.visits]),
    ]


def _file(path: Path, rows: list[Mapping[str, str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def _patient(person: Person) -> dict[str, str]:
    one = person.patient
    return {
        "patient_id": one.patient_id,
        "full_name": one.full_name,
        "birth_date": _day(one.birth_date),
        "phones": "; ".join((*person.numbers, *(contact.number for contact in person.contacts))),
        "language": one.language,
        "tags": "; ".join(sorted(one.tags)),
        "doctor": one.doctor,
        "debt": "" if one.debt is None else str(one.debt),
    }


def _policy(person: Person, policy: Policy) -> dict[str, str]:
    return {
        "patient_id": person.person_id,
        "insurer": policy.insurer,
        "programme": policy.programme,
        "number": policy.number,
        "valid_from": _day(policy.valid_from),
        "valid_until": _day(policy.valid_until),
        "policy_kind": policy.kind,
        **{name: _services(policy, answer) for answer, name in _LISTS.items()},
    }


def _services(policy: Policy, answer: Answer) -> str:
    """A list's cell; a co-payment that is no percentage has no place in it (see ``limits``)."""
    of_answer = [one for one in policy.coverage if one.answer is answer]
    if answer is Answer.COPAY:
        return "; ".join(
            f"{one.service} {one.copay_percent}%" for one in of_answer if one.copay_percent is not None
        )
    return "; ".join(one.service for one in of_answer)


def _visit(person: Person, visit: Visit) -> dict[str, str]:
    return {
        "patient_id": person.person_id,
        "starts_at": f"{visit.starts_at:%d.%m.%Y %H:%M}",
        "doctor": visit.doctor,
        "specialty": visit.specialty,
        "place": visit.place,
        "status": visit.status,
    }


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()
