"""Facts of an import as rows of their staged tables, in the order of the columns there.

What a column holds is what ``tables`` says; it is spelt out here because a million rows are many.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from ccd.directory.import_rows import Relative
from ccd.directory.model import Coverage, Patient, Policy, Reach, RemarkKind, Visit
from ccd.store.columns import escape, to_json, write_moment

Row = tuple[Any, ...]
_KINDS = (Reach.ORGANISATION, Reach.STAFF)
_NONE = "[]"


def patient_row(place: int, patient: Patient) -> Row:
    """The patient alone."""
    return (
        place,
        escape(patient.patient_id),
        escape(patient.full_name),
        _date(patient.birth_date),
        patient.language,
        _json(sorted(patient.tags)),
        escape(patient.doctor),
        _amount(patient.debt),
        str(patient.reach) if patient.reach in _KINDS else "",
        _remarks(patient, RemarkKind.NOTE),
        _remarks(patient, RemarkKind.MEDICAL),
    )


def phone_rows(place: int, patient_id: str, numbers: Iterable[str]) -> Iterator[Row]:
    """Their own numbers."""
    for number in dict.fromkeys(numbers):
        yield place, escape(patient_id), number


def relative_rows(place: int, patient_id: str, one: Relative) -> Iterator[Row]:
    """A relative, once for each number."""
    name, relationship = escape(one.name), escape(one.relationship)
    for number in dict.fromkeys(one.phones):
        yield place, escape(patient_id), number, name, relationship, int(one.guardian)


def policy_row(place: int, patient_id: str, policy: Policy, says: int, *, kindless: bool) -> Row:
    """A policy; what it says of services stands at the place ``says``."""
    return (
        place,
        escape(patient_id),
        escape(policy.insurer),
        escape(policy.programme),
        escape(policy.number),
        _date(policy.valid_from),
        _date(policy.valid_until),
        escape(policy.kind),
        int(policy.active),
        int(kindless and not policy.kind),
        says,
    )


def coverage_rows(place: int, coverage: Iterable[Coverage]) -> Iterator[Row]:
    """What policies say of services."""
    for ordinal, said in enumerate(coverage):
        yield (
            place,
            ordinal,
            escape(said.service),
            str(said.answer),
            said.copay_percent,
            _amount(said.copay_amount),
            escape(said.clause),
        )


def visit_row(place: int, patient_id: str, visit: Visit) -> Row:
    """A visit."""
    return (
        place,
        escape(patient_id),
        write_moment(visit.starts_at),
        escape(visit.doctor),
        escape(visit.specialty),
        escape(visit.place),
        visit.status,
        escape(visit.preparation),
        escape(visit.visit_id),
    )


def _remarks(patient: Patient, kind: RemarkKind) -> str:
    if not patient.remarks:
        return _NONE
    return _json([one.text for one in patient.remarks if one.kind is kind])


def _json(texts: list[str]) -> str:
    return escape(to_json(texts)) if texts else _NONE


def _date(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _amount(money: Decimal | None) -> str | None:
    return None if money is None else f"{money:f}"
