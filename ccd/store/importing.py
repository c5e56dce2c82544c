"""Writing an import: find out whose facts differ from what is kept, then replace only those."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Table, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ccd.directory.model import DirectoryRows, Patient, Reach, RemarkKind
from ccd.store import sqlite
from ccd.store.errors import StoreError
from ccd.store.facets import FACETS, Facet, Rows
from ccd.store.kinds import with_kinds
from ccd.store.tables import imports, patients

_T = TypeVar("_T")
Progress = Callable[[str, int], None]
"""Told what is being done (a file's name, ``comparing``, ``writing``) and how many rows of it are."""
_KINDS = (Reach.ORGANISATION, Reach.STAFF)
_CHUNK = 500
"""Patients at a time: enough for speed, few enough for the event loop and the memory."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """How many patients an import brought, changed, and found as they were."""

    added: int
    updated: int
    unchanged: int


@dataclass(slots=True)
class Plan:
    """What has to be written, decided against the directory as the last import left it."""

    rows: DirectoryRows
    last_import: int
    new: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    patients: list[Patient] = field(default_factory=list)
    facets: dict[Facet, list[str]] = field(default_factory=lambda: {facet: [] for facet in FACETS})

    @property
    def result(self) -> ImportResult:
        """The counts."""
        total, touched = len(self.rows.patient_ids), len(self.new | self.changed)
        return ImportResult(len(self.new), touched - len(self.new), total - touched)


def ignore(_what: str, _done: int) -> None:
    """Nobody wants to see the progress."""


async def compare(connection: AsyncConnection, rows: DirectoryRows, progress: Progress = ignore) -> Plan:
    """What differs between these rows and the directory; reads only."""
    plan = Plan(await with_kinds(connection, rows), await _last_import(connection))
    done = 0
    for chunk in _chunks(rows.patients):
        await _compare_patients(connection, plan, chunk)
        progress("comparing", done := done + len(chunk))
    for facet in FACETS:
        for ids in _chunks(facet.said(plan.rows)):
            await _compare_facet(connection, plan, facet, ids)
            progress("comparing", done := done + len(ids))
    return plan


async def write(connection: AsyncConnection, plan: Plan, now: datetime, progress: Progress = ignore) -> None:
    """Write the plan inside the caller's transaction; StoreError when another import came between."""
    if await _last_import(connection) != plan.last_import:
        raise StoreError("another import was written meanwhile; start this one again")
    done = 0
    upsert = sqlite.upsert(patients, sorted(plan.rows.columns & set(patients.c.keys())))
    for chunk in _chunks(plan.patients):
        await connection.execute(upsert, [_patient_row(patient) for patient in chunk])
        progress("writing", done := done + len(chunk))
    for facet, changed in plan.facets.items():
        for ids in _chunks(changed):
            await _replace(connection, facet, facet.rows(plan.rows, ids), ids)
            progress("writing", done := done + len(ids))
    await _date(connection, plan, now)


async def _date(connection: AsyncConnection, plan: Plan, now: datetime) -> None:
    """Remember when each patient's facts were said, also those that were found as they were."""
    counts = plan.result
    row = {"at": now, "added": counts.added, "updated": counts.updated, "unchanged": counts.unchanged}
    await connection.execute(insert(imports), row)
    import_id = await _last_import(connection)
    said = {facet.import_id: list(facet.said(plan.rows)) for facet in FACETS if facet.import_id}
    said["import_id"] = [patient.patient_id for patient in plan.rows.patients]
    for column, patient_ids in said.items():
        for ids in _chunks(patient_ids):
            named = update(patients).where(patients.c.patient_id.in_(ids))
            await connection.execute(named.values({column: import_id}))


async def _compare_patients(connection: AsyncConnection, plan: Plan, chunk: Sequence[Patient]) -> None:
    wanted = select(patients).where(patients.c.patient_id.in_([patient.patient_id for patient in chunk]))
    kept = {row["patient_id"]: row for row in (await connection.execute(wanted)).mappings()}
    columns = plan.rows.columns & set(patients.c.keys())
    for patient in chunk:
        before, after = kept.get(patient.patient_id), _patient_row(patient)
        if before is None:
            plan.new.add(patient.patient_id)
        elif any(before[name] != after[name] for name in columns):
            plan.changed.add(patient.patient_id)
        else:
            continue
        plan.patients.append(patient)


async def _compare_facet(connection: AsyncConnection, plan: Plan, facet: Facet, ids: Sequence[str]) -> None:
    kept: defaultdict[str, dict[Any, Any]] = defaultdict(dict)
    for table in facet.tables:
        wanted = select(table).where(table.c.patient_id.in_(ids))
        _index(kept, table, map(dict, (await connection.execute(wanted)).mappings()))
    said: defaultdict[str, dict[Any, Any]] = defaultdict(dict)
    for table, rows in facet.rows(plan.rows, ids).items():
        _index(said, table, rows)
    differing = [patient_id for patient_id in ids if kept[patient_id] != said[patient_id]]
    plan.facets[facet].extend(differing)
    plan.changed.update(differing)


def _index(of_patient: Mapping[str, dict[Any, Any]], table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    keys = [column.name for column in table.primary_key]
    for row in rows:
        of_patient[row["patient_id"]][table.name, *(row[key] for key in keys)] = row


async def _replace(connection: AsyncConnection, facet: Facet, rows: Rows, ids: Sequence[str]) -> None:
    for table in reversed(facet.tables):
        await connection.execute(delete(table).where(table.c.patient_id.in_(ids)))
    for table in facet.tables:
        if rows[table]:
            await connection.execute(insert(table), rows[table])


async def _last_import(connection: AsyncConnection) -> int:
    return await connection.scalar(select(func.max(imports.c.import_id))) or 0


def _patient_row(patient: Patient) -> dict[str, Any]:
    return {
        "patient_id": patient.patient_id,
        "full_name": patient.full_name,
        "birth_date": patient.birth_date,
        "language": patient.language,
        "tags": sorted(patient.tags),
        "doctor": patient.doctor,
        "debt": patient.debt,
        "kind": "" if patient.reach not in _KINDS else str(patient.reach),
        "notes": [one.text for one in patient.remarks if one.kind is RemarkKind.NOTE],
        "medical": [one.text for one in patient.remarks if one.kind is RemarkKind.MEDICAL],
    }


def _chunks(items: Iterable[_T]) -> Iterator[list[_T]]:
    rest = iter(items)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk
