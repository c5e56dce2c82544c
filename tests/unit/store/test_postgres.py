"""What is PostgreSQL's alone: connections that break, the lock of the one ccd, whose database it is."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.testing import capture_logs

from ccd.settings.database import Server
from ccd.store import background, postgres_lock
from ccd.store.calls import CallStore
from ccd.store.database import Database
from ccd.store.engines import keeper_of
from ccd.store.errors import DatabaseInUseError, StoreError, WrongDatabaseError
from ccd.store.lock import alone
from ccd.store.migrate import migrate
from ccd.store.tables import metadata
from ccd.store.tables.people import audit
from tests.testbed.postgres import Postgres
from tests.unit.store.conftest import kept, running
from tests.unit.store.other_process import Elsewhere, locked
from tests.unit.store.samples import ENDED, call

BROKEN = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)

pytestmark = pytest.mark.usefixtures("emptied_afterwards")


@pytest.fixture
async def opened(server: Server):
    database = await Database.open(server)
    yield database
    await database.close()


async def test_connections_that_broke_are_made_again_and_no_call_is_lost(
    opened: Database, elsewhere: Elsewhere
) -> None:
    store = CallStore(opened)
    async with running(store):
        store.save(call())
        assert await store.flush(10)
        elsewhere.run(BROKEN)
        assert await kept(store) == call()
        store.save(ENDED)
        elsewhere.run(BROKEN)
        assert await store.flush(10)
    assert await kept(store) == ENDED


async def test_a_connection_that_breaks_in_a_transaction_is_an_outage(
    opened: Database, elsewhere: Elsewhere
) -> None:
    row = {"at": call().arrived_at}

    async def cut_off() -> None:
        async with opened.writing() as connection:
            await connection.execute(audit.insert(), row)
            elsewhere.run(BROKEN)
            await connection.execute(audit.insert(), row)

    with pytest.raises(StoreError):
        await cut_off()
    async with opened.writing() as connection:
        await connection.execute(audit.insert(), row)
    assert elsewhere.select("SELECT count(*) FROM audit") == [(1,)]


async def test_a_server_that_only_reads_is_an_outage(opened: Database, elsewhere: Elsewhere) -> None:
    async def written() -> None:
        async with opened.writing() as connection:
            await connection.exec_driver_sql("SET TRANSACTION READ ONLY")
            await connection.execute(audit.insert(), {"at": call().arrived_at})

    with pytest.raises(StoreError, match="read-only"):
        await written()


@pytest.mark.parametrize("state", ["53100", "25006", "53200", "57P01", "XX000"])
async def test_a_full_disk_and_the_like_delay_and_lose_nothing(
    opened: Database, elsewhere: Elsewhere, state: str
) -> None:
    """Told by the server with this SQLSTATE: disk full, read-only, out of memory, shutdown, corrupted."""
    store = CallStore(opened)
    elsewhere.run(
        f"CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{state}'; END $$;"
        "CREATE TRIGGER refuse BEFORE INSERT ON calls FOR EACH ROW EXECUTE FUNCTION refuse()"
    )
    with capture_logs() as logs:
        async with running(store):
            store.save(call())
            async with asyncio.timeout(10):
                while not store.outage:
                    await asyncio.sleep(0.01)
            store.save(ENDED)
            elsewhere.run("DROP FUNCTION refuse CASCADE")
            assert await store.flush(10)
    assert elsewhere.select("SELECT count(*) FROM calls") == [(1,)]
    assert await kept(store) == ENDED
    assert [entry["event"] for entry in logs] == ["database_outage", "database_outage_over"]


async def test_a_server_that_hangs_does_not_keep_ccd_from_ending(
    server: Server, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it did not take is there for the spool, long before the server is given up."""
    monkeypatch.setattr(background, "_GRACE", 0.1)
    database = await Database.open(server)
    store = CallStore(database)
    with frozen_later(postgres) as freeze:
        async with asyncio.timeout(20), running(store):
            store.save(call())
            assert await store.flush(10)
            freeze()
            store.save(ENDED)
            assert not await store.flush(0.2)
        async with asyncio.timeout(20):
            await database.close()
    assert list(store.unwritten) == [ENDED]


@contextmanager
def frozen_later(postgres: Postgres) -> Iterator[Callable[[], None]]:
    """From when it is said until the end of the block."""
    try:
        yield postgres.freeze
    finally:
        postgres.thaw()


async def test_a_server_that_is_not_there_is_an_outage() -> None:
    nowhere = Server("postgresql://ccd@127.0.0.1:1/ccd")
    with pytest.raises(StoreError, match="server"):
        await migrate(nowhere)
    database = Database(nowhere, patience=0.05)
    with pytest.raises(StoreError, match="server"):
        async with database.reading():
            pass
    with pytest.raises(StoreError, match="server"):
        await database.in_background(lambda connection: connection.execute(audit.select()))
    await database.close()


async def test_whoever_writes_waits_for_its_turn(opened: Database, server: Server) -> None:
    opened.patience = 0.05
    with locked(server), pytest.raises(StoreError, match="another write"):
        async with opened.writing():
            pass


async def test_one_ccd_and_again_when_the_first_has_ended(server: Server) -> None:
    async with alone(server, 0):
        with pytest.raises(DatabaseInUseError, match="another ccd runs on postgresql://"):
            async with alone(server, 0):
                pass
    async with alone(server, 0):
        pass


async def test_a_lock_that_another_took_meanwhile_ends_the_first(
    server: Server, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_lock, "_LOOK", 0.05)

    async def overtaken() -> None:
        async with alone(server, 0):
            elsewhere.run(f"{BROKEN}; SELECT pg_advisory_lock(6513508, 2)")
            await asyncio.Event().wait()

    with pytest.raises(DatabaseInUseError):
        await overtaken()
    elsewhere.run("SELECT pg_advisory_unlock_all()")


async def test_a_lock_whose_connection_broke_is_taken_again(
    server: Server, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_lock, "_LOOK", 0.05)
    held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
    async with alone(server, 0):
        elsewhere.run(BROKEN)
        async with asyncio.timeout(10):
            while elsewhere.select(held) == [(0,)]:
                await asyncio.sleep(0.01)


async def test_a_session_that_the_server_takes_for_alive_is_no_other_ccd(
    server: Server, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The link was cut without a word: the server keeps the old session, with the lock."""
    monkeypatch.setattr(postgres_lock, "_LOOK", 0.01)
    holder = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted"
    cut: list[AsyncConnection] = []

    async def look(self: postgres_lock._Lock) -> None:
        if self._connection and not cut:
            cut.append(self._connection)
            self._connection = None
        await looked(self)

    looked = postgres_lock._Lock._look
    async with alone(server, 5), asyncio.timeout(10):
        before = elsewhere.select(holder)
        monkeypatch.setattr(postgres_lock._Lock, "_look", look)
        while elsewhere.select(holder) in ([], before):
            await asyncio.sleep(0.01)
    await cut[0].invalidate()
    await cut[0].close()


async def test_a_watch_that_meets_the_unforeseen_goes_on(
    server: Server, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_lock, "_LOOK", 0.01)
    mishaps = [RuntimeError("a bug"), KeyError("another")]

    async def look(self: postgres_lock._Lock) -> None:
        if mishaps:
            raise mishaps.pop()
        await looked(self)

    looked = postgres_lock._Lock._look
    monkeypatch.setattr(postgres_lock._Lock, "_look", look)
    held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
    with capture_logs() as logs:
        async with alone(server, 5), asyncio.timeout(10):
            while mishaps or elsewhere.select(held) == [(0,)]:
                await asyncio.sleep(0.01)
    assert [entry["event"] for entry in logs] == ["database_lock_not_seen"] * 2


async def test_a_watch_that_ends_all_the_same_ends_the_block(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def keep(_self: object) -> None:
        raise asyncio.CancelledError

    monkeypatch.setattr(postgres_lock._Lock, "keep", keep)

    async def unwatched() -> None:
        async with alone(server, 5):
            await asyncio.Event().wait()

    with pytest.raises(StoreError, match="nobody looks"):
        await unwatched()


def test_the_migrations_make_what_the_tables_say(server: Server, elsewhere: Elsewhere) -> None:
    found: list[Any] = []

    def look(connection) -> None:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        for one in compare_metadata(context, metadata):
            found.extend(one if isinstance(one, list) else [one])

    keeper_of(server).check(look)
    assert [one for one in found if "comment" not in one[0]] == []
    columns = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
    wanted = f"{columns} AND collation_name <> 'C' AND column_name <> 'version_num'"
    assert elsewhere.select(wanted) == []


def test_milliseconds_have_64_bits(server: Server, elsewhere: Elsewhere) -> None:
    """A sum of 32 bits is over after 25 days of talk."""
    columns = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
    held = f"{columns} AND column_name LIKE '%@_ms' ESCAPE '@' AND data_type"
    assert ("report_facts", "talk_ms") in elsewhere.select(f"{held} = 'bigint'")
    assert elsewhere.select(f"{held} <> 'bigint'") == []


async def test_the_audit_is_only_added_to(opened: Database, elsewhere: Elsewhere) -> None:
    elsewhere.run("INSERT INTO audit VALUES (1, '', '', '', '', '', '')")
    for statement in (audit.update().values(action="x"), audit.delete()):
        with pytest.raises((StoreError, DBAPIError), match="append-only"):
            async with opened.writing() as connection:
                await connection.execute(statement)


async def test_a_newer_database_and_one_of_others_are_refused(postgres: Postgres, server: Server) -> None:
    other = Server(postgres.database("CREATE TABLE theirs (id int)").replace("://", "://postgres@"))
    with pytest.raises(WrongDatabaseError, match="tables of others"):
        await migrate(other)
    newer = "CREATE TABLE alembic_version (version_num text); INSERT INTO alembic_version VALUES ('9999')"
    other = Server(postgres.database(newer).replace("://", "://postgres@"))
    for attempt in (migrate(other), Database.open(other)):
        with pytest.raises(WrongDatabaseError, match=r"newer ccd .*9999"):
            await attempt
