"""The file at start: made, kept, refused; two starts at once."""

import asyncio
import sqlite3
import stat
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine
from structlog.testing import capture_logs

from ccd.store import sqlite_keeper as module
from ccd.store.database import Database
from ccd.store.errors import StoreError, WrongDatabaseError
from ccd.store.migrate import migrate
from ccd.store.tables import metadata
from tests.unit.store.other_process import locked, select


def execute(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path)) as other, other:
        other.execute(sql)


def test_the_migrations_make_what_the_tables_say(path: Path) -> None:
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_the_file_is_its_owners_and_in_wal_mode(path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert select(path, "PRAGMA journal_mode") == [("wal",)]


async def test_again_changes_nothing(path: Path) -> None:
    execute(path, "INSERT INTO imports (at, added, updated, unchanged) VALUES ('', 1, 2, 3)")
    before = path.read_bytes()
    await migrate(path)
    assert path.read_bytes() == before


async def test_a_file_others_can_read_is_closed_to_them(path: Path) -> None:
    path.chmod(0o644)
    with capture_logs() as logs:
        await migrate(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry["event"] for entry in logs] == ["database_was_readable_by_others"]


async def test_a_newer_database_is_refused_and_left_alone(path: Path) -> None:
    execute(path, "UPDATE alembic_version SET version_num = '9999'")
    for attempt in (migrate(path), Database.open(path)):
        with pytest.raises(WrongDatabaseError, match=r"newer ccd .*9999"):
            await attempt
    assert select(path, "SELECT version_num FROM alembic_version") == [("9999",)]


async def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ccd.yaml"
    path.write_text("database: ccd.db\n" * 100)
    for attempt in (migrate(path), Database.open(path)):
        with pytest.raises(WrongDatabaseError, match="not a database"):
            await attempt
    assert path.read_text().startswith("database: ccd.db\n")


async def test_opening_needs_a_migrated_file(tmp_path: Path) -> None:
    with pytest.raises(WrongDatabaseError, match="no database at"):
        await Database.open(tmp_path / "absent.db")
    (tmp_path / "empty.db").touch()
    with pytest.raises(WrongDatabaseError, match="no tables of ccd's yet"):
        await Database.open(tmp_path / "empty.db")


async def test_a_locked_file_is_an_outage_not_a_wrong_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_WAIT_SECONDS", 0.05)
    with locked(path), pytest.raises(StoreError, match="locked"):
        await migrate(path)


async def test_two_processes_starting_at_once_both_succeed(tmp_path: Path) -> None:
    path = tmp_path / "ccd.db"
    code = "import asyncio, pathlib, sys; from ccd.store.migrate import migrate"
    code += "; sys.stdin.readline(); asyncio.run(migrate(pathlib.Path(sys.argv[1])))"
    starts = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            code,
            str(path),
            stdin=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        for _ in range(2)
    ]
    ends = await asyncio.gather(*(start.communicate(b"go\n") for start in starts))
    assert [(start.returncode, error) for start, (_, error) in zip(starts, ends, strict=True)] == [
        (0, b"")
    ] * 2
    assert select(path, "PRAGMA integrity_check") == [("ok",)]
    assert select(path, "SELECT count(*) FROM alembic_version") == [(1,)]
