"""A sink that keeps everything it is given, as the rows of an import."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path

from ccd.directory.booking import Slot
from ccd.directory.csv_import import Progress, Reading, read_files
from ccd.directory.import_rows import DirectoryRows, Relative
from ccd.directory.mapping import Headings
from ccd.directory.model import Patient, Policy, Visit


@dataclass
class Collected:
    known: frozenset[str] = frozenset()
    entries: list[tuple[int, Patient, tuple[str, ...]]] = field(default_factory=list)
    facts: dict[str, dict[str, list[tuple[int, object]]]] = field(default_factory=dict)
    kindless: set[str] = field(default_factory=set)

    def add_patient(self, place: int, patient: Patient, phones: tuple[str, ...]) -> None:
        self.entries.append((place, patient, phones))

    def add_policy(self, place: int, patient_id: str, policy: Policy, *, kindless: bool) -> None:
        self._add("policies", place, patient_id, policy)
        if kindless:
            self.kindless.add(patient_id)

    def add_visit(self, place: int, patient_id: str, visit: Visit) -> None:
        self._add("visits", place, patient_id, visit)

    def add_relative(self, place: int, patient_id: str, relative: Relative) -> None:
        self._add("relatives", place, patient_id, relative)

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

    def _add(self, kind: str, place: int, patient_id: str, fact: object) -> None:
        self.facts.setdefault(kind, {}).setdefault(patient_id, []).append((place, fact))

    def _of(self, kind: str):
        return {one: tuple(fact for _, fact in rows) for one, rows in self.facts.get(kind, {}).items()}


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
