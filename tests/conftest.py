"""For all tests: none fails by chance or because the machine was busy, and all of them together stay quick.

Property tests try the same examples each time; ``pytest --hypothesis-profile thorough`` tries ten times as
many, others each time.  Database servers are started by the first test that needs one, once for all.
"""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.testbed import mariadb as mariadb_bed
from tests.testbed import postgres as postgres_bed

_SLOW = [HealthCheck.too_slow]
settings.register_profile(
    "patient", deadline=None, max_examples=40, derandomize=True, suppress_health_check=_SLOW
)
settings.register_profile("thorough", deadline=None, max_examples=400, suppress_health_check=_SLOW)
settings.load_profile("patient")


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
