"""A whole installation from one engine to the other: every row, or nothing."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Date, Table, insert
from sqlalchemy.types import Boolean, Float, Integer, String

from ccd.settings.database import Place, Server
from ccd.store import copying
from ccd.store.copying import NotCopiedError, copy
from ccd.store.database import Database
from ccd.store.errors import DatabaseInUseError, WrongDatabaseError
from ccd.store.import_result import ignore
from ccd.store.lock import alone
from ccd.store.tables import metadata
from ccd.store.tables.calls import calls
from ccd.store.tables.owed import callbacks
from tests.unit.empty_database import empty_database
from tests.unit.store.other_process import execute, select

HOSTILE = "␛0000 Соколова 'x' \\ \U0001f600 \t"


async def filled(path: Path, rows: int = 3) -> Path:
    """A file with so many rows in every table there is."""
    await empty_database(path)
    database = Database(path)
    async with database.writing() as connection:
        for table in metadata.sorted_tables:
            kept = copying._kept(table)
            await connection.execute(insert(kept), [row(table, number) for number in range(1, rows + 1)])
    await database.close()
    return path


def row(table: Table, number: int) -> dict[str, Any]:
    return {column.name: value(table, column, number) for column in table.columns}


def value(table: Table, column: Any, number: int) -> Any:
    kept = copying._as_kept(column.type)
    if isinstance(kept, Date):
        return date(1987, 6, number % 28 + 1)
    if isinstance(kept, Boolean):
        return bool(number % 2)
    if isinstance(kept, Integer):
        return number
    if isinstance(kept, Float):
        return number / 3
    assert isinstance(kept, String)
    if table.name == "users" and column.name == "role":
        return "operator"
    known = column.primary_key or column.foreign_keys or any(i.unique for i in table.indexes)
    return f"{number:06}" if known else HOSTILE


async def rows_of(place: Place) -> Mapping[str, Sequence[Any]]:
    database = Database(place)
    found = {}
    async with database.reading() as connection:
        for table in metadata.sorted_tables:
            kept = copying._kept(table)
            order = (kept.c[key.name] for key in table.primary_key)
            wanted = kept.select().order_by(*order)
            found[table.name] = [tuple(one) for one in (await connection.execute(wanted)).all()]
    await database.close()
    return found


async def test_every_row_of_every_table_arrives(
    tmp_path: Path, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows go in chunks: two whole ones here, and the rest."""
    monkeypatch.setattr(copying, "_CHUNK", 10)
    source = await filled(tmp_path / "old.db", rows=21)
    copied = await copy(source, place, ignore)
    assert {one.table: one.rows for one in copied} == dict.fromkeys(metadata.tables, 21)
    assert await rows_of(place) == await rows_of(source)


async def test_there_and_back_again_is_the_same(tmp_path: Path, server: Server, place: Place) -> None:
    source = await filled(tmp_path / "old.db")
    there = await copy(source, place, ignore)
    back = await copy(place, tmp_path / "back.db", ignore)
    assert [one.digest for one in there] == [one.digest for one in back]


async def test_numbers_once_given_are_not_given_again(tmp_path: Path, place: Place) -> None:
    source = await filled(tmp_path / "old.db", rows=7)
    execute(source, "DELETE FROM callbacks WHERE promise_id > 5")
    await copy(source, place, ignore)
    database = Database(place)
    new = {name: value for name, value in row(callbacks, 8).items() if name != "promise_id"}
    async with database.writing() as connection:
        await connection.execute(insert(copying._kept(callbacks)), new)
    await database.close()
    assert select(place, "SELECT max(promise_id) FROM callbacks") == [(8,)]


async def test_a_database_with_anything_in_it_is_refused_and_stays(tmp_path: Path, place: Place) -> None:
    source = await filled(tmp_path / "old.db")
    execute(place, "INSERT INTO reminders VALUES ('+7', '2026')")
    with pytest.raises(NotCopiedError, match=r"not empty.*reminders"):
        await copy(source, place, ignore)
    assert select(place, "SELECT count(*) FROM calls") == [(0,)]


async def test_a_database_that_a_ccd_runs_on_is_refused(tmp_path: Path, place: Place) -> None:
    source = await filled(tmp_path / "old.db")
    for used in (source, place):
        async with alone(used, 0):
            with pytest.raises(DatabaseInUseError, match="another ccd runs"):
                await copy(source, place, ignore)


async def test_what_is_no_database_is_not_copied(tmp_path: Path, place: Place) -> None:
    with pytest.raises(WrongDatabaseError, match="no database at"):
        await copy(tmp_path / "absent.db", place, ignore)
    assert list(tmp_path.glob("absent*")) == []


async def test_a_row_that_came_out_otherwise_is_named_and_nothing_stays(
    tmp_path: Path, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = await filled(tmp_path / "old.db")
    original = copying._copy

    async def wrongly(one: Table, theirs: Any, ours: Any, progress: Any) -> None:
        await original(one, theirs, ours, progress)
        if one is calls:
            await ours.execute(calls.update().where(calls.c.call_id == "000002").values(note="other"))

    monkeypatch.setattr(copying, "_copy", wrongly)
    with pytest.raises(NotCopiedError, match="calls: a row came out otherwise, in note"):
        await copy(source, place, ignore)
    assert select(place, "SELECT count(*) FROM calls") == [(0,)]


async def test_cut_off_in_the_middle_it_may_begin_again(tmp_path: Path, place: Place) -> None:
    source, middle = await filled(tmp_path / "old.db"), asyncio.Event()
    copying_now = asyncio.create_task(
        copy(source, place, lambda what, _: middle.set() if what == "copying visits" else None)
    )
    await middle.wait()
    copying_now.cancel()
    await asyncio.gather(copying_now, return_exceptions=True)
    assert select(place, "SELECT count(*) FROM patients") == [(0,)]
    await copy(source, place, ignore)
    assert await rows_of(place) == await rows_of(source)
