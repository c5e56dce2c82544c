"""For all tests: none fails by chance or because the machine was busy, and all of them together stay quick.

Property tests try the same examples each time; ``pytest --hypothesis-profile thorough`` tries ten times as
many, others each time.  Database servers are started by the first test that needs one, once for all.
"""

import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from structlog.dev import ConsoleRenderer, plain_traceback

from tests.testbed import mariadb as mariadb_bed
from tests.testbed import postgres as postgres_bed

_SLOW = [HealthCheck.too_slow]
settings.register_profile(
    "patient", deadline=None, max_examples=40, derandomize=True, suppress_health_check=_SLOW
)
settings.register_profile("thorough", deadline=None, max_examples=400, suppress_health_check=_SLOW)
settings.load_profile("patient")
# Of an error that is meant, the frames with all their values cost more than the test.
ConsoleRenderer.get_active().exception_formatter = plain_traceback


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Coverage is not counted of property tests: watched, they take three times as long."""
    watcher = sys.gettrace()
    if item.get_closest_marker("hypothesis"):
        sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(watcher)


@pytest.fixture(scope="session")
def postgres() -> Iterator[postgres_bed.Postgres]:
    """A real PostgreSQL; take a database of your own from it."""
    with postgres_bed.running() as server:
        yield server


@pytest.fixture(scope="session")
def mariadb() -> Iterator[mariadb_bed.MariaDB]:
    """A real MariaDB; take a database of your own from it."""
    with mariadb_bed.running() as server:
        yield server
