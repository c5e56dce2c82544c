"""``ccd db copy``: a whole installation from one database into another."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import typer

from ccd.cli import opening
from ccd.cli.failing import fail, plainly
from ccd.cli.importing import progress
from ccd.settings.database import Place, place_of
from ccd.store.copying import Copied, NotCopiedError, copy
from ccd.store.errors import DatabaseInUseError
from ccd.store.spool import Spool


def copy_all(source: str, target: str) -> None:
    """Copy, compare, print each table; when anything is wrong, say what: then nothing was copied."""
    opening.quietly()
    here, there = _place(source), _place(target)
    if here == there:
        raise typer.BadParameter("both are the same database")
    _refuse_spool(here)
    with plainly(NotCopiedError, DatabaseInUseError, *opening.TROUBLE):
        copied = asyncio.run(_copied(here, there))
    for one in copied:
        typer.echo(f"{one.table:14} {one.rows:10} rows  sha256 {one.digest[:16]}")
    typer.echo(f"every row is in {there} as it was; now name it in ccd.yaml (database:), and start ccd")


async def _copied(source: Place, target: Place) -> Sequence[Copied]:
    with progress() as tell:
        return await copy(source, target, tell)


def _place(written: str) -> Place:
    try:
        return place_of(written)
    except ValueError as error:
        raise typer.BadParameter(f"{written}: {error}") from None


def _refuse_spool(source: Place) -> None:
    """Calls that the database did not take yet would be left behind."""
    if isinstance(source, Path) and (kept := Spool(source).path).exists():
        fail(f"calls still wait in {kept}: start ccd on {source} once, so that it writes them, and stop it")
