"""Everything from one database into another, empty one: all or nothing, and compared before it counts.

Values are copied as they are kept, without being read as what they mean.  One transaction of the target holds
it all: killed at any moment, the target is as empty as before, and the copy may begin again.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Enum, String, Table, TableClause, TypeDecorator, column, exc, insert, select, table
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

from ccd.settings.database import Place
from ccd.store import counters
from ccd.store.engines import keeper_of
from ccd.store.errors import said, translated
from ccd.store.lock import alone
from ccd.store.migrate import check, migrate
from ccd.store.tables import metadata

_CHUNK = 1_000
Progress = Callable[[str, int], None]
"""Told what is being done, and how many rows of it are."""


class NotCopiedError(Exception):
    """The sentence says why; the target is as empty as it was, or as full."""


@dataclass(frozen=True, slots=True)
class Copied:
    """A table: how many rows, and the SHA-256 of them all by their keys, as the target has them."""

    table: str
    rows: int
    digest: str


async def copy(source: Place, target: Place, progress: Progress) -> Sequence[Copied]:
    """Copy every table, compare every row, and only then let it count.

    Raises NotCopiedError, DatabaseInUseError when a ccd runs on either; StoreError, WrongDatabaseError,
    OSError.
    """
    with translated():
        await check(source)
    async with alone(source, 0), alone(target, 0):
        await migrate(target)
        async with _transaction(source, writes=False) as theirs, _transaction(target, writes=True) as ours:
            await _refuse_full(ours, target)
            for one in metadata.sorted_tables:
                await _copy(one, theirs, ours, progress)
            copied = [await _compared(one, theirs, ours, progress) for one in metadata.sorted_tables]
            await counters.copy(theirs, ours)
            await ours.commit()
    return copied


@asynccontextmanager
async def _transaction(place: Place, *, writes: bool) -> AsyncIterator[AsyncConnection]:
    """What is not committed in it did not happen."""
    engine = keeper_of(place).connections(writes=writes, patient=True)
    try:
        with translated():
            async with engine.connect() as connection:
                await connection.begin()
                yield connection
    finally:
        await engine.dispose()


async def _refuse_full(target: AsyncConnection, place: Place) -> None:
    for one in metadata.sorted_tables:
        if (await target.execute(select(_kept(one)).limit(1))).first() is not None:
            raise NotCopiedError(f"{place} is not empty: there are rows in {one.name}")


async def _copy(one: Table, source: AsyncConnection, target: AsyncConnection, progress: Progress) -> None:
    done = 0
    statement = insert(_kept(one))
    async with _ordered(one, source) as rows:
        while chunk := await rows.fetchmany(_CHUNK):
            try:
                await target.execute(statement, [dict(row._mapping) for row in chunk])  # noqa: SLF001 - public
            except exc.DBAPIError as error:
                raise NotCopiedError(f"{one.name}: {said(error)}") from error
            progress(f"copying {one.name}", done := done + len(chunk))


async def _compared(
    one: Table, source: AsyncConnection, target: AsyncConnection, progress: Progress
) -> Copied:
    count, digest = 0, sha256()
    async with _ordered(one, source) as theirs, _ordered(one, target) as ours:
        while True:
            wanted, found = await theirs.fetchmany(_CHUNK), await ours.fetchmany(_CHUNK)
            if wanted != found:
                raise NotCopiedError(_difference(one, wanted, found))
            if not found:
                return Copied(one.name, count, digest.hexdigest())
            for row in found:
                digest.update(repr(tuple(row)).encode("utf-8", "surrogatepass"))
            progress(f"comparing {one.name}", count := count + len(found))


@asynccontextmanager
async def _ordered(one: Table, connection: AsyncConnection) -> AsyncIterator[Any]:
    kept = _kept(one)
    wanted = select(kept).order_by(*(kept.c[key.name] for key in one.primary_key))
    async with connection.stream(wanted, execution_options={"yield_per": _CHUNK}) as rows:
        yield rows


def _kept(one: Table) -> TableClause:
    """The table with what it keeps, not what that means."""
    return table(one.name, *(column(each.name, _as_kept(each.type)) for each in one.columns))


def _as_kept(meant: TypeEngine[Any]) -> TypeEngine[Any]:
    if isinstance(meant, TypeDecorator):
        return meant.impl_instance
    return String() if isinstance(meant, Enum) else meant


def _difference(one: Table, wanted: Sequence[Any], found: Sequence[Any]) -> str:
    """Where the first one is; no values, they are people's."""
    for left, right in zip(wanted, found, strict=False):
        if left != right:
            names = (each.name for each, a, b in zip(one.columns, left, right, strict=True) if a != b)
            return f"{one.name}: a row came out otherwise, in {', '.join(names)}"
    return f"{one.name}: {len(wanted)} rows were to come, {len(found)} came"
