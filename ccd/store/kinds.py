"""A file of policies that says nothing of their kinds takes none away."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from ccd.directory.model import DirectoryRows, Policy
from ccd.store.tables import policies

_CHUNK = 500
_Kinds = Mapping[tuple[str, str, str], str]


async def with_kinds(connection: AsyncConnection, rows: DirectoryRows) -> DirectoryRows:
    """The rows, each policy of a ``kindless`` patient with the kind that the directory has for it."""
    if not rows.kindless:
        return rows
    kinds = await _kept(connection, sorted(rows.kindless))
    said = {
        patient_id: _filled(patient_id, mine, kinds) if patient_id in rows.kindless else mine
        for patient_id, mine in rows.policies.items()
    }
    return replace(rows, policies=said)


def _filled(patient_id: str, said: tuple[Policy, ...], kinds: _Kinds) -> tuple[Policy, ...]:
    return tuple(
        one if one.kind else replace(one, kind=kinds.get((patient_id, one.insurer, one.number), ""))
        for one in said
    )


async def _kept(connection: AsyncConnection, patient_ids: list[str]) -> _Kinds:
    kinds: dict[tuple[str, str, str], str] = {}
    named = select(policies.c.patient_id, policies.c.insurer, policies.c.number, policies.c.kind)
    for start in range(0, len(patient_ids), _CHUNK):
        ids = patient_ids[start : start + _CHUNK]
        found = await connection.execute(named.where(policies.c.kind != "", policies.c.patient_id.in_(ids)))
        kinds.update({(row.patient_id, row.insurer, row.number): row.kind for row in found})
    return kinds
