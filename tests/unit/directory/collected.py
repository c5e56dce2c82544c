"""A sink that keeps everything it is given, as the rows of an import."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from datetime import tzinfo
from pathlib import Path
from typing import Any

from ccd.directory.booking import Slot
from ccd.directory.csv_import import Progress, Reading, read_files
from ccd.directory.import_columns import Patients, Policies, Relatives, Visits
from ccd.directory.mapping import Headings
from ccd.directory.model import Patient, Policy, Remark, RemarkKind, Visit
from tests.unit.directory_rows import DirectoryRows, Relative


@dataclass
class Collected:
    known: frozenset[str] = frozenset()
    entries: list[tuple[int, Patient, tuple[str, ...]]] = field(default_factory=list)
    facts: dict[str, dict[str, list[tuple[int, object]]]] = field(default_factory=dict)
    kindless: set[str] = field(default_factory=set)

    def add_patients(self, said: Patients) -> None:
        for one in rows(said):
            remarks = [Remark(text=text) for text in one.pop("notes")]
            remarks += [Remark(text=text, kind=RemarkKind.MEDICAL) for text in one.pop("medical")]
            entry, phones = one.pop("entry"), one.pop("phones")
            if one["patient_id"]:
                self.entries.append((entry, Patient(**one, remarks=tuple(remarks)), phones))

    def add_policies(self, said: Policies) -> None:
        for one in rows(said):
            if one.pop("kindless"):
                self.kindless.add(one["patient_id"])
            self._add("policies", Policy, one)

    def add_visits(self, said: Visits) -> None:
        for one in rows(said):
            self._add("visits", Visit, one)

    def add_relatives(self, said: Relatives) -> None:
        for one in rows(said):
            self._add("relatives", Relative, one)

    def repeated(self) -> Iterator[tuple[int, int, str]]:
        first: dict[str, int] = {}
        for place, patient, _ in self.entries:
            if (before := first.setdefault(patient.patient_id, place)) != place:
                yield place, before, patient.patient_id

    def strangers(self) -> Iterator[tuple[int, str]]:
        known = self.known | {patient.patient_id for _, patient, _ in self.entries}
        for of_patient in self.facts.values():
            for patient_id, rows in of_patient.items():
                yield from ((place, patient_id) for place, _ in rows if patient_id not in known)

    def rows(self, columns: frozenset[str]) -> DirectoryRows:
        phones = {patient.patient_id: phones for _, patient, phones in self.entries}
        return DirectoryRows(
            patients=tuple(patient for _, patient, _ in self.entries),
            columns=columns,
            phones=phones if "phones" in columns else {},
            kindless=frozenset(self.kindless),
            **{kind: self._of(kind) for kind in ("policies", "visits", "relatives")},
        )

    def _add(self, kind: str, fact: Callable[..., object], row: dict[str, Any]) -> None:
        entry, patient_id = row.pop("entry"), row.pop("patient_id")
        if patient_id:
            self.facts.setdefault(kind, {}).setdefault(patient_id, []).append((entry, fact(**row)))

    def _of(self, kind: str):
        return {one: tuple(fact for _, fact in rows) for one, rows in self.facts.get(kind, {}).items()}


def rows(columns: Patients | Policies | Visits | Relatives) -> Iterator[dict[str, Any]]:
    names = [field.name for field in fields(columns)]
    for values in zip(*(getattr(columns, name) for name in names), strict=True):
        yield dict(zip(names, values, strict=True))


@dataclass(frozen=True)
class Read:
    rows: DirectoryRows
    reading: Reading

    @property
    def slots(self) -> tuple[Slot, ...]:
        return self.reading.slots

    @property
    def notes(self) -> tuple[str, ...]:
        return self.reading.notes


def read_all(
    paths: list[Path],
    *,
    region: str,
    tz: tzinfo,
    known: frozenset[str] = frozenset(),
    mapping: Headings | None = None,
    progress: Progress = lambda _file, _rows: None,
) -> Read:
    """The files as one value."""
    sink = Collected(known)
    reading = read_files(paths, sink, region=region, tz=tz, mapping=mapping, progress=progress)
    return Read(sink.rows(reading.columns), reading)
