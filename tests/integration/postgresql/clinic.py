"""The clinic with its records on PostgreSQL, as docs/postgresql.md says: a role that owns a database."""

import json
from itertools import count
from pathlib import Path
from typing import Any

from ccd.settings.database import Server
from tests.integration.clinic.support import Clinic
from tests.testbed.postgres import Postgres

PASSWORD = "ccd and nobody else"
"""Of the role, which is no superuser."""
_names = count(1)


class OnServer(Clinic):
    """The same clinic; ``server`` is PostgreSQL, which a test may spoil."""

    def __init__(self, home: Path, server: Postgres) -> None:
        super().__init__(home)
        self.server = server
        self._name = f"ccd_{next(_names)}"
        server.run(f"CREATE ROLE {self._name} LOGIN PASSWORD '{PASSWORD}'")
        server.run(f"CREATE DATABASE {self._name} OWNER {self._name} ENCODING 'UTF8' TEMPLATE template0")
        url = f"postgresql://{self._name}@{server.host}:{server.port}/{self._name}"
        self.ccd.server = Server(url)
        self.ccd.logs = self.asterisk.home / "log"

    def rows(self, where: str, *values: str) -> list[dict[str, Any]]:
        """See ``Clinic``; the server must be there."""
        for value in values:
            where = where.replace("?", f"'{value}'", 1)
        said = self.server.run(f"SELECT row_to_json(calls) FROM calls WHERE {where}", self._name)
        return [json.loads(line) for line in said.splitlines()]

    def cut(self) -> None:
        """End every connection of ccd's."""
        self.server.run(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{self._name}'"
        )
