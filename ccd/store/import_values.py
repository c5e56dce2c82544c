"""What an import writes, from frozen values to columns."""

from collections.abc import Container, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, TypeVar

from ccd.directory.import_columns import Patients, Policies, Relatives, Visits
from ccd.directory.import_rows import Relative
from ccd.directory.model import Patient, Policy, RemarkKind, Visit

_T = TypeVar("_T")
_PATIENTS = ("patient_id", "full_name", "birth_date", "language", "tags", "doctor", "debt", "reach")
_POLICIES = ("insurer", "programme", "number", "valid_from", "valid_until", "kind", "active", "coverage")
_VISITS = ("starts_at", "doctor", "specialty", "place", "status", "preparation", "visit_id")
_RELATIVES = ("phones", "name", "relationship", "guardian")


def patients(said: Sequence[Patient]) -> Patients:
    """The patients alone, without their numbers."""
    return Patients(
        entry=range(len(said)),
        notes=[_remarks(one, RemarkKind.NOTE) for one in said],
        medical=[_remarks(one, RemarkKind.MEDICAL) for one in said],
        phones=((),) * len(said),
        **_columns(said, _PATIENTS),
    )


def policies(said: Mapping[str, Iterable[Policy]], kindless: Container[str]) -> Policies:
    """Policies of patients; of those of ``kindless`` ones no kind was said."""
    whose, facts = _of_patients(said)
    return Policies(
        entry=range(len(facts)),
        patient_id=whose,
        kindless=[one in kindless for one in whose],
        **_columns(facts, _POLICIES),
    )


def visits(said: Mapping[str, Iterable[Visit]]) -> Visits:
    """Visits of patients."""
    whose, facts = _of_patients(said)
    return Visits(entry=range(len(facts)), patient_id=whose, **_columns(facts, _VISITS))


def relatives(said: Mapping[str, Iterable[Relative]]) -> Relatives:
    """Relatives of patients."""
    whose, facts = _of_patients(said)
    return Relatives(entry=range(len(facts)), patient_id=whose, **_columns(facts, _RELATIVES))


def _remarks(patient: Patient, kind: RemarkKind) -> list[str]:
    return [one.text for one in patient.remarks if one.kind is kind]


def _of_patients(said: Mapping[str, Iterable[_T]]) -> tuple[list[str], list[_T]]:
    pairs = [(patient_id, fact) for patient_id, facts in said.items() for fact in facts]
    return [whose for whose, _ in pairs], [fact for _, fact in pairs]


def _columns(facts: Iterable[object], names: Iterable[str]) -> dict[str, Any]:
    return {name: list(map(attrgetter(name), facts)) for name in names}
