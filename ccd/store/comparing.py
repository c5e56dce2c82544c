"""What an import would change: its rows beside those of the directory, in the database alone."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ccd.store.columns import unescape
from ccd.store.import_result import ImportResult, Progress
from ccd.store.staged_tables import FACETS, PATIENT_COLUMNS, Facet
from ccd.store.staging import Staging

_SHOWN = 20
"""Patients whose changes are told one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """How much an import says.  ``whole`` names what is complete in it: who is not there, has none."""

    columns: frozenset[str]
    whole: frozenset[str] = field(default=frozenset())


def compare(staging: Staging, scope: Scope, progress: Progress) -> ImportResult:
    """Fill ``changed_X`` with whose X differs, ``fresh`` and ``gone`` with who comes and goes."""
    _keep_kinds(staging)
    _name_people(staging, scope)
    _compare_patients(staging, scope)
    known = anyone_known(staging)
    for facet in FACETS:
        progress(f"comparing {facet.name}", 0)
        _make(staging, facet)
        if known:
            _compare_facet(staging, facet)
    return _result(staging)


def last_import(staging: Staging) -> int:
    """The number of the newest one."""
    return staging.count("SELECT coalesce(max(import_id), 0) FROM imports")


def anyone_known(staging: Staging) -> bool:
    """Whether the directory has any of these people; else there is nothing to compare with."""
    return staging.count("SELECT count(*) FROM (SELECT 1 FROM old LIMIT 1) AS anyone") > 0


def _keep_kinds(staging: Staging) -> None:
    """A file of policies that says nothing of their kinds takes none away."""
    staging.run(
        """UPDATE staged_policies AS said SET kind = coalesce((SELECT kind FROM policies AS kept
           WHERE (kept.patient_id, kept.insurer, kept.number) = (said.patient_id, said.insurer, said.number)
           AND kept.kind <> '' ORDER BY policy_ordinal LIMIT 1), '') WHERE kindless"""
    )


def _name_people(staging: Staging, scope: Scope) -> None:
    """``named_X``, then everybody: ``fresh`` who is new, ``old`` who is known, ``gone`` who leaves."""
    for name in ("fresh", "old", "gone", "changed_patients", *(f"changed_{facet.name}" for facet in FACETS)):
        staging.connection.people(name)
    if "patients" in scope.whole:
        staging.run(
            """INSERT INTO gone SELECT patient_id FROM patients
               WHERE patient_id NOT IN (SELECT patient_id FROM staged_patients)"""
        )
    for facet in FACETS:
        _name(staging, scope, facet)
    _divide(staging, "SELECT DISTINCT patient_id FROM staged_patients WHERE true")
    others = "patient_id NOT IN (SELECT patient_id FROM staged_patients)"
    for facet in FACETS:
        _divide(staging, f"SELECT patient_id FROM named_{facet.name} WHERE {others}")  # noqa: S608


def _divide(staging: Staging, people: str) -> None:
    """Among ``old`` and ``fresh`` ones."""
    for name, known in (("old", "IN"), ("fresh", "NOT IN")):
        staging.run(
            f"""INSERT INTO {name} {people} AND patient_id {known} (SELECT patient_id FROM patients)
                ORDER BY 1 ON CONFLICT DO NOTHING"""  # noqa: S608
        )


def _name(staging: Staging, scope: Scope, facet: Facet) -> None:
    """Of whom this is said: who has such rows; with a column of phones everybody, with a whole file, too."""
    source = f"SELECT patient_id FROM staged_{facet.name}"  # noqa: S608
    if facet.name == "phones" and facet.name in scope.columns:
        source = "SELECT patient_id FROM staged_patients"
    elif facet.name in scope.whole:
        source = "SELECT patient_id FROM patients WHERE patient_id NOT IN (SELECT patient_id FROM gone)"
    _add_names(staging, facet, f"SELECT DISTINCT patient_id FROM ({source}) AS those WHERE true")  # noqa: S608
    if facet.name in scope.whole:
        _add_names(staging, facet, f"SELECT patient_id FROM staged_{facet.name} WHERE true")  # noqa: S608


def _add_names(staging: Staging, facet: Facet, people: str) -> None:
    staging.run(f"INSERT INTO named_{facet.name} {people} ON CONFLICT DO NOTHING")


def _compare_patients(staging: Staging, scope: Scope) -> None:
    given = sorted(scope.columns & set(PATIENT_COLUMNS))
    differs = " OR ".join(f"said.{name} IS DISTINCT FROM kept.{name}" for name in given) or "false"
    staging.run(
        f"""INSERT INTO changed_patients SELECT patient_id FROM old
            JOIN staged_patients said USING (patient_id) JOIN patients kept USING (patient_id)
            WHERE {differs}"""  # noqa: S608
    )


def _make(staging: Staging, facet: Facet) -> None:
    """The rows as the directory would hold them."""
    for part in facet.parts:
        staging.run(f"CREATE TEMP TABLE said_{part.table} AS {part.made}")
        if part.table == "policies":
            staging.run("CREATE INDEX staged_coverage_entry ON staged_coverage (entry)")


def _compare_facet(staging: Staging, facet: Facet) -> None:
    """Who of those known has other rows here than there."""
    named = f"(SELECT patient_id FROM named_{facet.name} JOIN old USING (patient_id))"  # noqa: S608
    for part in facet.parts:
        key = ", ".join(part.key)
        differs = " OR ".join(f"said.{name} IS DISTINCT FROM kept.{name}" for name in part.columns) or "false"
        staging.run(f"CREATE UNIQUE INDEX said_{part.table}_key ON said_{part.table} ({key})")
        said, kept = f"said_{part.table} said", f"{part.table} kept"
        for ours, theirs, other in ((said, kept, f" OR {differs}"), (kept, said, "")):
            alias = theirs.rpartition(" ")[2]
            staging.run(
                f"""INSERT INTO changed_{facet.name}
                    SELECT patient_id FROM {named} AS named JOIN {ours} USING (patient_id)
                    LEFT JOIN {theirs} USING ({key}) WHERE {alias}.patient_id IS NULL{other}
                    ON CONFLICT DO NOTHING"""  # noqa: S608
            )


def _result(staging: Staging) -> ImportResult:
    tables = ("patients", *(facet.name for facet in FACETS))
    changes = {name: staging.count(f"SELECT count(*) FROM changed_{name}") for name in tables}  # noqa: S608
    every = " UNION ".join(f"SELECT patient_id FROM changed_{name}" for name in tables)  # noqa: S608
    updated = staging.count(f"SELECT count(*) FROM ({every}) AS every")  # noqa: S608
    return ImportResult(
        added=staging.count("SELECT count(*) FROM fresh"),
        updated=updated,
        unchanged=staging.count("SELECT count(*) FROM old") - updated,
        removed=staging.count("SELECT count(*) FROM gone"),
        changes={_word(name): count for name, count in changes.items() if count},
        examples=tuple(_examples(staging, tables)),
    )


def _examples(staging: Staging, tables: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    kinds = [("gone", "removed"), ("fresh", "added"), *((f"changed_{name}", _word(name)) for name in tables)]
    said = " UNION ALL ".join(f"SELECT patient_id, '{what}' AS what FROM {table}" for table, what in kinds)  # noqa: S608
    together = (
        f"SELECT patient_id, {staging.connection.joined('what')} FROM ({said}) AS said"  # noqa: S608
        f" GROUP BY 1 ORDER BY 1 LIMIT {_SHOWN}"
    )
    for patient_id, what in staging.run(together):
        yield unescape(patient_id), what


def _word(table: str) -> str:
    """As the admin is told: ``details`` are the patients' own columns."""
    return "details" if table == "patients" else table
