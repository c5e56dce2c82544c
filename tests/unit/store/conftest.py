"""A real database for each test, on each engine, and a running writer.

A test that names ``place``, or what is made of it, runs on SQLite and on PostgreSQL; one that names ``path``
is about the file, and runs on SQLite alone.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from ccd.calls.record import CallRecord
from ccd.settings.database import Place, Server
from ccd.store.calls import CallStore
from ccd.store.database import Database
from ccd.store.migrate import migrate
from tests.testbed.postgres import PASSWORD, Postgres
from tests.unit.empty_database import empty_database
from tests.unit.store.other_process import Elsewhere, apart, emptied

ENGINES = ("sqlite", "postgresql")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine" in metafunc.fixturenames:
        metafunc.parametrize("engine", ENGINES[:1] if "path" in metafunc.fixturenames else ENGINES)


@pytest.fixture(scope="session")
def server(postgres: Postgres) -> Iterator[Server]:
    """A migrated database on PostgreSQL, of all tests one after the other."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CCD_DATABASE_PASSWORD", PASSWORD)
        place = Server(postgres.database().replace("://", "://postgres@"))
        apart(lambda: migrate(place))
        yield place


@pytest.fixture(scope="session")
def elsewhere(server: Server) -> Iterator[Elsewhere]:
    with closing(Elsewhere(server)) as opened:
        yield opened


@pytest.fixture
def emptied_afterwards(elsewhere: Elsewhere) -> Iterator[None]:
    yield
    emptied(elsewhere)


@pytest.fixture
def place(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Place]:
    if engine == "sqlite":
        yield apart(lambda: empty_database(tmp_path / "ccd.db"))
    else:
        elsewhere = request.getfixturevalue("elsewhere")
        yield request.getfixturevalue("server")
        emptied(elsewhere)


@pytest.fixture
def path(place: Place) -> Path:
    assert isinstance(place, Path)
    return place


@pytest.fixture
async def database(place: Place) -> AsyncIterator[Database]:
    opened = await Database.open(place)
    yield opened
    await opened.close()


@pytest.fixture
def store(database: Database) -> CallStore:
    return CallStore(database)


async def until(met: Callable[[], object], seconds: float = 20) -> None:
    """Wait for it, or fail."""
    async with asyncio.timeout(seconds):
        while not met():
            await asyncio.sleep(0.01)


@asynccontextmanager
async def running(store: CallStore) -> AsyncIterator[None]:
    task = asyncio.create_task(store.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def kept(store: CallStore, call_id: str = "1.1") -> CallRecord | None:
    """One call as it is in the database."""
    return next((record for record in await store.calls() if record.call_id == call_id), None)
