"""Rows into the directory as an import brings them there: by columns, through its sink."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar

from ccd.directory.import_columns import Patients, Policies, Relatives, Visits
from ccd.directory.model import Patient, RemarkKind
from ccd.directory.sink import Sink
from ccd.store.comparing import Scope
from ccd.store.import_result import ImportResult, Progress, ignore
from ccd.store.patients import BuiltinDirectory
from ccd.store.staging import Staging
from tests.unit.directory_rows import DirectoryRows

_Columns = TypeVar("_Columns", Patients, Policies, Visits, Relatives)


async def import_rows(
    directory: BuiltinDirectory,
    rows: DirectoryRows,
    progress: Progress = ignore,
    *,
    whole: frozenset[str] = frozenset(),
) -> ImportResult:
    """All or nothing; ``whole`` names what is complete, as in ``Scope``.  Raises StoreError."""

    def stage(staging: Staging) -> tuple[Scope, None]:
        feed(staging, rows)
        return Scope(columns=rows.columns, whole=whole), None

    result, _ = await directory.importer(progress).run(stage)
    return result


def feed(sink: Sink, rows: DirectoryRows) -> None:
    """Everything of these rows."""
    assert rows.phones.keys() <= {one.patient_id for one in rows.patients}, "numbers stand in patients' rows"
    assert "phones" in rows.columns or not rows.phones, "numbers stand in a column of their own"
    sink.add_patients(
        _columns(
            Patients,
            rows.patients,
            notes=[_remarks(one, RemarkKind.NOTE) for one in rows.patients],
            medical=[_remarks(one, RemarkKind.MEDICAL) for one in rows.patients],
            phones=[rows.phones.get(one.patient_id, ()) for one in rows.patients],
        )
    )
    whose, policies = _by_patient(rows.policies)
    kindless = [one in rows.kindless for one in whose]
    sink.add_policies(_columns(Policies, policies, patient_id=whose, kindless=kindless))
    whose, visits = _by_patient(rows.visits)
    sink.add_visits(_columns(Visits, visits, patient_id=whose))
    whose, relatives = _by_patient(rows.relatives)
    sink.add_relatives(_columns(Relatives, relatives, patient_id=whose))


def _columns(made: type[_Columns], facts: Sequence[object], **others: Sequence[object]) -> _Columns:
    """What ``others`` do not give is read off the facts."""
    given: dict[str, Any] = {"entry": range(len(facts)), **others}
    names = (field.name for field in fields(made) if field.name not in given)
    return made(**given, **{name: [getattr(fact, name) for fact in facts] for name in names})


def _remarks(patient: Patient, kind: RemarkKind) -> list[str]:
    return [one.text for one in patient.remarks if one.kind is kind]


def _by_patient(said: Mapping[str, Iterable[object]]) -> tuple[list[str], list[object]]:
    pairs = [(patient_id, fact) for patient_id, facts in said.items() for fact in facts]
    return [whose for whose, _ in pairs], [fact for _, fact in pairs]
