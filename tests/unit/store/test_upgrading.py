"""Every step from the first version to this one, on a database that is in use: no row is lost or changed."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, MetaData, insert, inspect, select

from ccd.settings.database import Place, Server
from ccd.store import migrate
from ccd.store.engines import keeper_of
from tests.testbed.postgres import PASSWORD
from tests.unit.store.test_copying import row

Rows = dict[str, dict[Any, Any]]


@pytest.fixture
def empty(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Place:
    """A database without any table."""
    if engine == "sqlite":
        return tmp_path / "ccd.db"
    monkeypatch.setenv("CCD_DATABASE_PASSWORD", PASSWORD)
    return Server(request.getfixturevalue("postgres").database().replace("://", "://postgres@"))


def fill(connection: Connection, rows: Rows) -> None:
    """Put a row into each table that has come."""
    new, there = set(inspect(connection).get_table_names()) - rows.keys() - {"alembic_version"}, MetaData()
    there.reflect(connection, only=sorted(new))
    for table in there.sorted_tables:
        if table.name in new:
            connection.execute(insert(table), row(table, 1))
            rows[table.name] = dict(connection.execute(select(table)).mappings().one())


def compare(connection: Connection, rows: Rows) -> None:
    """Each table has its one row, as it was."""
    there = MetaData()
    there.reflect(connection)
    for name, before in rows.items():
        (now,) = connection.execute(select(there.tables[name])).mappings()
        assert before.items() <= now.items(), name


async def test_each_step_keeps_every_row(empty: Place) -> None:
    keeper, scripts, rows = keeper_of(empty), migrate._scripts(), Rows()
    for script in reversed([*scripts.walk_revisions()]):

        def step(connection: Connection, to: str = script.revision) -> None:
            migrate._upgrade(connection, scripts, to=to)
            fill(connection, rows)

        await asyncio.to_thread(keeper.migrate, step)
    await migrate.check(empty)
    await asyncio.to_thread(keeper.check, lambda connection: compare(connection, rows))
    assert {"calls", "audit", "report_facts"} <= rows.keys()
