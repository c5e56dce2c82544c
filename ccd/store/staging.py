"""An import while it is read: every row in a temporary table, which nobody else sees.

So a million rows need no memory, and the directory is not locked meanwhile.  Used from one thread at a
time; ``stop`` from any.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from ccd.directory.import_rows import DirectoryRows, Relative
from ccd.directory.model import Coverage, Patient, Policy, Visit
from ccd.store import staged_rows as rows
from ccd.store.columns import escape, unescape
from ccd.store.errors import StoreError
from ccd.store.import_connections import Answer, ImportConnection
from ccd.store.staged_tables import FACETS, STAGED

_T = TypeVar("_T")
_BATCH = 2_000


class Staging:
    """A connection of its own, with the staged rows in it; a Sink for whoever reads files."""

    def __init__(self, connection: ImportConnection) -> None:
        self.connection = connection
        self.complete = False
        """Whoever is not among the staged patients, if there are any, will not be in the directory."""
        self._stopped = False
        self._said: dict[int, tuple[int, tuple[Coverage, ...]]] = {}
        self._waiting: dict[str, list[rows.Row]] = {table: [] for table in STAGED}
        for table, columns in STAGED.items():
            connection.staged(table, columns.split(", "))
        for facet in FACETS:
            connection.people(f"named_{facet.name}")
        connection.begin_reading()

    def add_patient(self, place: int, patient: Patient, phones: Sequence[str]) -> None:
        """See Sink."""
        self._put("patients", rows.patient_row(place, patient))
        for row in rows.phone_rows(place, patient.patient_id, phones):
            self._put("phones", row)

    def add_policy(self, place: int, patient_id: str, policy: Policy, *, kindless: bool) -> None:
        """See Sink."""
        says = self._place_of(policy.coverage, place)
        self._put("policies", rows.policy_row(place, patient_id, policy, says, kindless=kindless))

    def add_visit(self, place: int, patient_id: str, visit: Visit) -> None:
        """See Sink."""
        self._put("visits", rows.visit_row(place, patient_id, visit))

    def add_relative(self, place: int, patient_id: str, relative: Relative) -> None:
        """See Sink."""
        for row in rows.relative_rows(place, patient_id, relative):
            self._put("relatives", row)

    def add_all(self, said: DirectoryRows) -> None:
        """Everything of these rows."""
        for place, patient in enumerate(said.patients):
            self.add_patient(place, patient, ())
        for patient_id, numbers in said.phones.items():
            for row in rows.phone_rows(0, patient_id, numbers):
                self._put("phones", row)
        for place, patient_id, policy in _numbered(said.policies):
            self.add_policy(place, patient_id, policy, kindless=patient_id in said.kindless)
        for place, patient_id, visit in _numbered(said.visits):
            self.add_visit(place, patient_id, visit)
        for place, patient_id, relative in _numbered(said.relatives):
            self.add_relative(place, patient_id, relative)
        for facet in FACETS:
            named = ((escape(one),) for one in getattr(said, facet.name))
            self.connection.many(f"INSERT INTO named_{facet.name} VALUES (?)", named)  # noqa: S608

    def repeated(self) -> Iterator[tuple[int, int, str]]:
        """See Sink."""
        self.flush()
        self.run("CREATE INDEX staged_ids ON staged_patients (patient_id, entry)")
        twice = """SELECT later.entry, min(first.entry), later.patient_id FROM
            (SELECT patient_id FROM staged_patients GROUP BY patient_id HAVING count(*) > 1) AS twice
            JOIN staged_patients later USING (patient_id) JOIN staged_patients first USING (patient_id)
            WHERE first.entry < later.entry GROUP BY later.entry, later.patient_id ORDER BY later.entry"""
        for place, first, patient_id in self.run(twice):
            yield place, first, unescape(patient_id)

    def strangers(self) -> Iterator[tuple[int, str]]:
        """See Sink; after ``repeated``."""
        only_here = self.complete and self.count("SELECT EXISTS (SELECT 1 FROM staged_patients)") > 0
        for table in ("policies", "visits", "relatives"):
            unknown = f"""SELECT DISTINCT entry, patient_id FROM staged_{table}
                WHERE patient_id NOT IN (SELECT patient_id FROM staged_patients)
                AND ({only_here} OR patient_id NOT IN (SELECT patient_id FROM patients)) ORDER BY entry"""  # noqa: S608
            for place, patient_id in self.run(unknown):
                yield place, unescape(patient_id)

    def flush(self) -> None:
        """Everything is in its table."""
        for table in STAGED:
            self._flush(table)

    def rows_of(self, table: str) -> int:
        """How many were staged."""
        return self.count(f"SELECT count(*) FROM staged_{table}")  # noqa: S608

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> Answer:
        """One statement, with ``?`` for each parameter."""
        return self.connection.run(sql, parameters)

    def count(self, sql: str) -> int:
        """The one number that it gives."""
        ((number,),) = self.run(sql)
        return int(number)

    def stop(self) -> None:
        """Whatever runs ends with an error."""
        self._stopped = True
        self.connection.stop()

    def close(self) -> None:
        """Nothing that was not committed stays."""
        self.connection.close()

    def _place_of(self, coverage: tuple[Coverage, ...], place: int) -> int:
        """Where this very object was staged: thousands of policies share one.

        Objects that are only equal may be written otherwise, as 500 and 500.00 are.
        """
        if id(coverage) not in self._said:
            if len(self._said) >= _BATCH:
                self._said.clear()
            self._said[id(coverage)] = (place, coverage)
            for row in rows.coverage_rows(place, coverage):
                self._put("coverage", row)
        return self._said[id(coverage)][0]

    def _put(self, table: str, row: rows.Row) -> None:
        waiting = self._waiting[table]
        waiting.append(row)
        if len(waiting) >= _BATCH:
            self._flush(table)

    def _flush(self, table: str) -> None:
        if self._stopped:
            raise StoreError("interrupted")
        self.connection.stage(table, self._waiting[table])
        self._waiting[table].clear()


def _numbered(of_patient: Mapping[str, Iterable[_T]]) -> Iterator[tuple[int, str, _T]]:
    facts = ((patient_id, fact) for patient_id, some in of_patient.items() for fact in some)
    return ((place, *fact) for place, fact in enumerate(facts))
