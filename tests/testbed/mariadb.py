"""A real MariaDB of the tests' own (Debian's package ``mariadb-server-core``).

The fixture ``mariadb`` (tests/conftest.py) starts one for all tests of a run.
"""

import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pymysql

from tests.testbed import database

PASSWORD = "let me in"
"""Of the user ``ccd``, who may do anything; tests create other users themselves."""
_SHARED = Path("/usr/share/mysql")
_TABLES = ("mysql_system_tables.sql", "mysql_performance_tables.sql", "mysql_system_tables_data.sql")
"""What ``mariadb-install-db`` runs; that script itself needs another package."""
_names = count(1)


class MariaDB(database.Running):
    """One running server."""

    def database(self, schema: str = "") -> str:
        """Create an empty database, run ``schema`` in it; the URL of it, without user and password."""
        name = f"clinic_{next(_names)}"
        self.run(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        self.run(schema, name)
        return f"mariadb://{self.host}:{self.port}/{name}"

    def run(self, sql: str, name: str | None = None) -> list[tuple[Any, ...]]:
        """Run statements, each ended by ``;`` at the end of a line; what the last of them finds."""
        rows: list[tuple[Any, ...]] = []
        with _connected(self.server, name) as connection, connection.cursor() as cursor:
            for statement in filter(str.strip, sql.split(";\n")):
                cursor.execute(statement)
                rows = list(cursor.fetchall())
        return rows


@contextmanager
def running() -> Iterator[MariaDB]:
    """A fresh server, ended at the end."""
    folder = database.new_folder()
    data = folder / "data"
    tables = "".join((_SHARED / name).read_text(encoding="utf-8") for name in _TABLES)
    bootstrap = [
        _tool("mariadbd"),
        "--no-defaults",
        f"--datadir={data}",
        "--bootstrap",
        "--skip-grant-tables",
    ]
    database.run(["mkdir", data], folder)
    database.run(bootstrap, folder, f"CREATE DATABASE mysql;\nUSE mysql;\n{tables}")
    users = folder / "users.sql"
    users.write_text(
        f"CREATE USER ccd IDENTIFIED BY '{PASSWORD}';\nGRANT ALL ON *.* TO ccd WITH GRANT OPTION;\n"
    )
    users.chmod(0o644)
    server = database.start(lambda port: _command(folder, port), folder, _ready)
    try:
        yield MariaDB(server)
    finally:
        server.stop(signal.SIGTERM)


def _command(folder: Path, port: int) -> list[str | Path]:
    return [
        _tool("mariadbd"), "--no-defaults", f"--datadir={folder / 'data'}", f"--port={port}",
        "--bind-address=127.0.0.1", f"--socket={folder / 'socket'}", f"--init-file={folder / 'users.sql'}",
        "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=16M", "--skip-name-resolve",
        "--default-time-zone=+00:00",
    ]  # fmt: skip


def _ready(server: database.Server) -> bool:
    try:
        _connected(server, None).close()
    except pymysql.err.OperationalError:
        return False
    return True


def _connected(server: database.Server, name: str | None) -> "pymysql.Connection[Any]":
    return pymysql.connect(
        host="127.0.0.1", port=server.port, user="ccd", password=PASSWORD, database=name,
        charset="utf8mb4", autocommit=True, connect_timeout=30,
    )  # fmt: skip


def _tool(name: str) -> str:
    found = shutil.which(name, path="/usr/bin:/usr/sbin:/usr/local/bin")
    if not found:
        raise RuntimeError("MariaDB is not installed: sh scripts/setup.sh")
    return found
