"""Rows about patients, put together into what the directory will hold."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import TypeVar

from ccd.directory import csv_cells as cells
from ccd.directory import csv_coverage
from ccd.directory.csv_rows import Row
from ccd.directory.model import DirectoryRows, Patient, Policy, Reach, Relative, Remark, RemarkKind, Visit

_T = TypeVar("_T")
_NO_TIME = datetime.min.replace(tzinfo=UTC)


class People:
    """Collects patients first, then what belongs to them."""

    def __init__(self, *, region: str, tz: tzinfo, known: Collection[str]) -> None:
        self._known = known
        self._phones_of = partial(cells.phones, region=region)
        self._moment_of = partial(cells.moment, zone=tz)
        self._lines: dict[str, tuple[str, int]] = {}
        self._patients: list[Patient] = []
        self._phones: dict[str, tuple[str, ...]] = {}
        self._policies: dict[str, list[Policy]] = {}
        self._visits: dict[str, list[Visit]] = {}
        self._relatives: dict[str, list[Relative]] = {}
        self._kindless: set[str] = set()

    def rows(self, columns: frozenset[str]) -> DirectoryRows:
        """Everything collected; ``columns`` are those of the patients' files."""
        return DirectoryRows(
            patients=tuple(self._patients),
            columns=columns,
            phones=self._phones if "phones" in columns else {},
            policies=_as_tuples(self._policies),
            visits=_as_tuples(self._visits),
            relatives=_as_tuples(self._relatives),
            kindless=frozenset(self._kindless),
        )

    def add_patient(self, row: Row) -> None:
        """A row of patients."""
        patient_id = row.take("patient_id", cells.required, "")
        if patient_id in self._lines:
            file, line = self._lines[patient_id]
            row.refuse(f'"{patient_id}" stands already in {file}:{line}', "patient_id")
        elif patient_id:
            self._lines[patient_id] = (row.file, row.line)
        patient = Patient(
            patient_id=patient_id,
            full_name=row.take("full_name", cells.required, ""),
            birth_date=row.take("birth_date", cells.day, None),
            language=row.take("language", cells.language, ""),
            tags=row.take("tags", cells.tags, frozenset[str]()),
            doctor=row.take("doctor", str, ""),
            debt=row.take("debt", cells.amount, None),
            remarks=tuple(_remarks(row)),
            reach=row.take("kind", cells.reach, Reach.OWN),
        )
        phones = row.take("phones", self._phones_of, ())
        if row.sound:
            self._patients.append(patient)
            self._phones[patient_id] = phones

    def add_policy(self, row: Row) -> None:
        """A row of policies."""
        patient_id = self._patient_of(row)
        policy = Policy(
            insurer=row.take("insurer", cells.required, ""),
            programme=row.take("programme", str, ""),
            number=row.take("number", cells.required, ""),
            valid_from=row.take("valid_from", cells.day, None),
            valid_until=row.take("valid_until", cells.day, None),
            coverage=tuple(csv_coverage.read(row)),
            kind=row.take("policy_kind", str, ""),
            active=row.take("active", cells.yes_unless_no, True),
        )
        if not row.has("policy_kind"):
            self._kindless.add(patient_id)
        if policy.valid_from and policy.valid_until and policy.valid_until < policy.valid_from:
            row.refuse("is before valid_from", "valid_until")
        if row.sound:
            self._policies.setdefault(patient_id, []).append(policy)

    def add_visit(self, row: Row) -> None:
        """A row of visits."""
        patient_id = self._patient_of(row)
        visit = Visit(
            starts_at=row.take("starts_at", self._moment_of, _NO_TIME),
            doctor=row.take("doctor", str, ""),
            specialty=row.take("specialty", str, ""),
            place=row.take("place", str, ""),
            status=row.take("status", cells.status, ""),
            preparation=row.take("preparation", str, ""),
            visit_id=row.take("visit_id", str, ""),
        )
        if row.sound:
            self._visits.setdefault(patient_id, []).append(visit)

    def add_relative(self, row: Row) -> None:
        """A row of relatives."""
        patient_id = self._patient_of(row)
        row.take("phone", cells.required, "")
        relative = Relative(
            phones=row.take("phone", self._phones_of, ()),
            name=row.take("name", str, ""),
            relationship=row.take("relationship", str, ""),
            guardian=row.take("guardian", cells.no_unless_yes, False),
        )
        if row.sound:
            self._relatives.setdefault(patient_id, []).append(relative)

    def _patient_of(self, row: Row) -> str:
        patient_id = row.take("patient_id", cells.required, "")
        if patient_id and patient_id not in self._lines and patient_id not in self._known:
            row.refuse(f'there is no patient "{patient_id}", neither in these files nor in ccd', "patient_id")
        return patient_id


def _as_tuples(of_patient: dict[str, list[_T]]) -> dict[str, tuple[_T, ...]]:
    """The same, without ever holding both in memory."""
    return {one: tuple(of_patient.pop(one)) for one in list(of_patient)}


def _remarks(row: Row) -> Iterator[Remark]:
    for column, kind in (("notes", RemarkKind.NOTE), ("medical", RemarkKind.MEDICAL)):
        for text in row.take(column, cells.words, ()):
            yield Remark(text=text, kind=kind)
