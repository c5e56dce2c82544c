"""For all tests: no property test fails because the machine was busy, and all of them together stay quick.

``pytest --hypothesis-profile thorough`` tries ten times as many examples.  Database servers are
started by the first test that needs one, once for all.
"""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.testbed import mariadb as mariadb_bed
from tests.testbed import postgres as postgres_bed

settings.register_profile("patient", deadline=None, max_examples=40)
settings.register_profile("thorough", deadline=None, max_examples=400)
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
