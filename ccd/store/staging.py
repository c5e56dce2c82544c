"""An import while it is read: every row in a temporary table, which nobody else sees.

So a million rows need no memory, and the directory is not locked meanwhile.  Used from one thread at a
time; ``stop`` from any.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ccd.directory.import_columns import Patients, Policies, Relatives, Visits
from ccd.directory.model import Coverage
from ccd.store import staged_rows as rows
from ccd.store.columns import unescape
from ccd.store.errors import StoreError
from ccd.store.import_connections import Answer, ImportConnection
from ccd.store.staged_tables import FACETS, STAGED

_REMEMBERED = 2_000
"""Programmes of insurance, the latest."""


class Staging:
    """A connection of its own, with the staged rows in it; a Sink for whoever reads files."""

    def __init__(self, connection: ImportConnection) -> None:
        self.connection = connection
        self.complete = False
        """Whoever is not among the staged patients, if there are any, will not be in the directory."""
        self._stopped = False
        self._said: dict[int, tuple[int, tuple[Coverage, ...]]] = {}
        for table, columns in STAGED.items():
            connection.staged(table, columns.split(", "))
        for facet in FACETS:
            connection.people(f"named_{facet.name}")
        connection.begin_reading()

    def add_patients(self, said: Patients) -> None:
        """See Sink."""
        self._put("patients", rows.patient_rows(said))
        self._put("phones", rows.phone_rows(said))

    def add_policies(self, said: Policies) -> None:
        """See Sink."""
        self._put("policies", rows.policy_rows(said, list(map(self._place_of, said.coverage, said.entry))))

    def add_visits(self, said: Visits) -> None:
        """See Sink."""
        self._put("visits", rows.visit_rows(said))

    def add_relatives(self, said: Relatives) -> None:
        """See Sink."""
        self._put("relatives", rows.relative_rows(said))

    def repeated(self) -> Iterator[tuple[int, int, str]]:
        """See Sink."""
        self.run("CREATE INDEX staged_ids ON staged_patients (patient_id, entry)")
        twice = """SELECT later.entry, min(first.entry), later.patient_id FROM
            (SELECT patient_id FROM staged_patients GROUP BY patient_id HAVING count(*) > 1) AS twice
            JOIN staged_patients later USING (patient_id) JOIN staged_patients first USING (patient_id)
            WHERE first.entry < later.entry AND later.patient_id <> ''
            GROUP BY later.entry, later.patient_id ORDER BY later.entry"""
        for place, first, patient_id in self.run(twice):
            yield place, first, unescape(patient_id)

    def strangers(self) -> Iterator[tuple[int, str]]:
        """See Sink; after ``repeated``."""
        only_here = self.complete and self.count("SELECT EXISTS (SELECT 1 FROM staged_patients)") > 0
        for table in ("policies", "visits", "relatives"):
            unknown = f"""SELECT DISTINCT entry, patient_id FROM staged_{table}
                WHERE patient_id <> '' AND patient_id NOT IN (SELECT patient_id FROM staged_patients)
                AND ({only_here} OR patient_id NOT IN (SELECT patient_id FROM patients)) ORDER BY entry"""  # noqa: S608
            for place, patient_id in self.run(unknown):
                yield place, unescape(patient_id)

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

    def _place_of(self, coverage: tuple[Coverage, ...], entry: int) -> int:
        """Where this very object was staged: thousands of policies share one.

        Objects that are only equal may be written otherwise, as 500 and 500.00 are.
        """
        if id(coverage) not in self._said:
            if len(self._said) >= _REMEMBERED:
                self._said.clear()
            self._said[id(coverage)] = (entry, coverage)
            self._put("coverage", rows.coverage_rows(entry, coverage))
        return self._said[id(coverage)][0]

    def _put(self, table: str, said: Iterable[rows.Row]) -> None:
        if self._stopped:
            raise StoreError("interrupted")
        self.connection.stage(table, said)
