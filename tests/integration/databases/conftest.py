"""The same clinic in a real PostgreSQL and in a real MariaDB."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from ccd.sources.sql import SqlSource
from ccd.sources.sql_booking import SqlBooking
from tests.testbed import mariadb as mariadb_bed
from tests.testbed import postgres as postgres_bed
from tests.unit.sources.sql_clinic import QUERIES, SCHEMA, SLOTS, booking, source

USERS = {"postgres": "postgres", "mariadb": "ccd"}
LIMITS: dict[str, Any] = {"connect_timeout": 30, "query_timeout": 30, "write_timeout": 30}
"""Seconds that no database needs, however slow the machine is."""
PASSWORDS = {"postgres": postgres_bed.PASSWORD, "mariadb": mariadb_bed.PASSWORD}


@dataclass
class Clinic:
    """A database with the clinic in it, and sources that ask it as a user who may write."""

    kind: str
    server: postgres_bed.Postgres | mariadb_bed.MariaDB
    url: str
    made: list[SqlSource]

    def source(self, **changed: Any) -> SqlSource:
        """One more source; ``changed`` are other queries, ``settings`` other settings."""
        others = {"password": PASSWORDS[self.kind], **LIMITS, **changed.pop("settings", {})}
        one = source(others.pop("url", self.url), QUERIES | changed, **others)
        self.made.append(one)
        return one

    def booking(self, **changed: Any) -> SqlBooking:
        """A source that books; ``changed`` are other statements, ``settings`` other limits."""
        limits = LIMITS | changed.pop("settings", {})
        one = booking(self.url, PASSWORDS[self.kind], limits, **changed)
        self.made.append(one)
        return one

    def run(self, sql: str) -> Any:
        """Run it as the database's owner."""
        return self.server.run(sql, self.url.rpartition("/")[2])


@pytest.fixture(params=["postgres", "mariadb"])
async def clinic(request: pytest.FixtureRequest) -> AsyncIterator[Clinic]:
    """A fresh one for each test."""
    server = request.getfixturevalue(request.param)
    zoneless = {"postgres": "timestamp", "mariadb": "datetime"}[request.param]
    schema = (SCHEMA + SLOTS).replace(" timestamp", f" {zoneless}")
    url = server.database(schema).replace("//", f"//{USERS[request.param]}@")
    made = Clinic(request.param, server, url, [])
    yield made
    for one in made.made:
        await one.close()
