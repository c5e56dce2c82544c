"""Rows of every kind of file, as what the directory will hold."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, tzinfo
from functools import partial

from ccd.directory import csv_cells as cells
from ccd.directory import csv_coverage, csv_words
from ccd.directory.csv_formats import Kind
from ccd.directory.csv_rows import Row
from ccd.directory.import_rows import Relative
from ccd.directory.model import Patient, Policy, Reach, Remark, RemarkKind, Visit
from ccd.directory.sink import Sink

_NO_TIME = datetime.min.replace(tzinfo=UTC)


class People:
    """Reads rows and hands them to the sink."""

    def __init__(self, sink: Sink, *, region: str, tz: tzinfo) -> None:
        self._sink = sink
        self._phones_of = partial(cells.phones, region=region)
        self._moment_of = partial(cells.moment, zone=tz)

    def adding(self, kind: Kind) -> Callable[[Row], None]:
        """What takes the rows of such a file."""
        return {
            Kind.PATIENTS: self._add_patient,
            Kind.POLICIES: self._add_policy,
            Kind.VISITS: self._add_visit,
            Kind.RELATIVES: self._add_relative,
        }[kind]

    def _add_patient(self, row: Row) -> None:
        patient = Patient(
            patient_id=row.take("patient_id", csv_words.required, ""),
            full_name=row.take("full_name", csv_words.required, ""),
            birth_date=row.take("birth_date", cells.day, None),
            language=row.take("language", csv_words.language, ""),
            tags=row.take("tags", csv_words.tags, frozenset[str]()),
            doctor=row.take("doctor", str, ""),
            debt=row.take("debt", cells.amount, None),
            remarks=tuple(_remarks(row)) if row.has("notes") or row.has("medical") else (),
            reach=row.take("kind", csv_words.reach, Reach.OWN),
        )
        phones = row.take("phones", self._phones_of, ())
        if patient.patient_id:
            self._sink.add_patient(row.place, patient, phones)

    def _add_policy(self, row: Row) -> None:
        patient_id = row.take("patient_id", csv_words.required, "")
        policy = Policy(
            insurer=row.take("insurer", csv_words.required, ""),
            programme=row.take("programme", str, ""),
            number=row.take("number", csv_words.required, ""),
            valid_from=row.take("valid_from", cells.day, None),
            valid_until=row.take("valid_until", cells.day, None),
            coverage=csv_coverage.read(row),
            kind=row.take("policy_kind", str, ""),
            active=row.take("active", csv_words.yes_unless_no, True),
        )
        if policy.valid_from and policy.valid_until and policy.valid_until < policy.valid_from:
            row.refuse("is before valid_from", "valid_until")
        if patient_id:
            self._sink.add_policy(row.place, patient_id, policy, kindless=not row.has("policy_kind"))

    def _add_visit(self, row: Row) -> None:
        patient_id = row.take("patient_id", csv_words.required, "")
        visit = Visit(
            starts_at=row.take("starts_at", self._moment_of, _NO_TIME),
            doctor=row.take("doctor", str, ""),
            specialty=row.take("specialty", str, ""),
            place=row.take("place", str, ""),
            status=row.take("status", csv_words.status, ""),
            preparation=row.take("preparation", str, ""),
            visit_id=row.take("visit_id", str, ""),
        )
        if patient_id:
            self._sink.add_visit(row.place, patient_id, visit)

    def _add_relative(self, row: Row) -> None:
        patient_id = row.take("patient_id", csv_words.required, "")
        row.take("phone", csv_words.required, "")
        relative = Relative(
            phones=row.take("phone", self._phones_of, ()),
            name=row.take("name", str, ""),
            relationship=row.take("relationship", str, ""),
            guardian=row.take("guardian", csv_words.no_unless_yes, False),
        )
        if patient_id:
            self._sink.add_relative(row.place, patient_id, relative)


def _remarks(row: Row) -> Iterator[Remark]:
    for column, kind in (("notes", RemarkKind.NOTE), ("medical", RemarkKind.MEDICAL)):
        for text in row.take(column, csv_words.words, ()):
            yield Remark(text=text, kind=kind)
