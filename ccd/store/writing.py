"""The changes of an import, written as one transaction: what ``comparing`` found, and nothing else."""

import time
from datetime import datetime

from ccd.store.columns import write_moment
from ccd.store.comparing import Scope, anyone_known, last_import
from ccd.store.errors import StoreError
from ccd.store.import_result import ImportResult, Progress
from ccd.store.staged_tables import FACETS, PATIENT_COLUMNS, Facet
from ccd.store.staging import Staging

_AGAIN = 0.02


def begin(staging: Staging, patience: float) -> None:
    """Take the right to write, within so many seconds; StoreError when another import came between."""
    compared = last_import(staging)
    staging.connection.commit()
    _begin(staging, time.monotonic() + patience)
    if last_import(staging) != compared:
        raise StoreError("another import was written meanwhile; start this one again")


def write(staging: Staging, scope: Scope, result: ImportResult, now: datetime, progress: Progress) -> None:
    """Write it all, after ``begin``."""
    import_id = _remember(staging, result, now)
    progress("writing patients", 0)
    staging.run("DELETE FROM patients WHERE patient_id IN (SELECT patient_id FROM gone)")
    everyone = not anyone_known(staging)
    _write_patients(staging, scope, import_id, everyone=everyone)
    for facet in FACETS:
        progress(f"writing {facet.name}", 0)
        _write_facet(staging, facet, everyone=everyone)
    _date(staging, import_id)
    staging.connection.commit()


def _begin(staging: Staging, deadline: float) -> None:
    while True:
        try:
            staging.connection.begin_writing()
        except StoreError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(_AGAIN)
        else:
            return


def _remember(staging: Staging, result: ImportResult, now: datetime) -> int:
    counts = (write_moment(now), result.added, result.updated, result.unchanged)
    insert = "INSERT INTO imports (at, added, updated, unchanged) VALUES (?, ?, ?, ?) RETURNING import_id"
    ((import_id,),) = staging.run(insert, counts)
    return int(import_id)


def _write_patients(staging: Staging, scope: Scope, import_id: int, *, everyone: bool) -> None:
    """New ones with everything, changed ones in what was given."""
    columns = ("patient_id", *PATIENT_COLUMNS)
    dated = {facet.import_id: facet.name for facet in FACETS if facet.import_id}
    imported = (
        f"CASE WHEN patient_id IN (SELECT patient_id FROM named_{name}) THEN {import_id} END"  # noqa: S608
        for name in dated.values()
    )
    given = ", ".join(f"{name} = excluded.{name}" for name in sorted(scope.columns & set(PATIENT_COLUMNS)))
    staging.run(
        f"""INSERT INTO patients ({", ".join((*columns, "import_id", *dated))})
            SELECT {", ".join((*columns, str(import_id), *imported))} FROM staged_patients
            WHERE {_differ("patients", everyone=everyone)} ORDER BY patient_id
            ON CONFLICT (patient_id) DO {f"UPDATE SET {given}" if given else "NOTHING"}"""  # noqa: S608
    )


def _write_facet(staging: Staging, facet: Facet, *, everyone: bool) -> None:
    """Replace the rows of whoever has others now.  They were made patient by patient."""
    changed = f"(SELECT patient_id FROM changed_{facet.name})"  # noqa: S608
    for part in reversed(facet.parts):
        staging.run(f"DELETE FROM {part.table} WHERE patient_id IN {changed}")  # noqa: S608
    for part in facet.parts:
        staging.run(
            f"""INSERT INTO {part.table} ({part.all_columns}) SELECT {part.all_columns}
                FROM said_{part.table} WHERE {_differ(facet.name, everyone=everyone)}"""  # noqa: S608
        )


def _differ(table: str, *, everyone: bool) -> str:
    """Whose rows are written: who is new, and who has others now; ``everyone``: all are new."""
    if everyone:
        return "true"
    differ = (f"patient_id IN (SELECT patient_id FROM {name})" for name in ("fresh", f"changed_{table}"))  # noqa: S608
    return " OR ".join(differ)


def _date(staging: Staging, import_id: int) -> None:
    """Remember when each fact was said last, also of those that were found as they were."""
    said = {"import_id": "staged_patients"}
    said |= {facet.import_id: f"named_{facet.name}" for facet in FACETS if facet.import_id}
    for column, named in said.items():
        staging.run(
            f"""UPDATE patients SET {column} = ? WHERE patient_id IN
                (SELECT patient_id FROM old JOIN {named} USING (patient_id))""",  # noqa: S608
            (import_id,),
        )
