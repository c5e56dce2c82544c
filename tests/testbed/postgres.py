"""A real PostgreSQL of the tests' own (Debian's package ``postgresql``): about two seconds to start.

The fixture ``postgres`` (tests/conftest.py) starts one for all tests of a run; each test takes a
database of its own: ``url = postgres.database(schema)``.
"""

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from tests.testbed import database

PASSWORD = "let me in"
"""Of the superuser ``postgres`` over TCP; tests give roles of their own a password themselves."""
_SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=40",
             "shared_buffers=16MB", "timezone=UTC", "listen_addresses=127.0.0.1")  # fmt: skip
_names = count(1)


class Postgres(database.Running):
    """One running server."""

    def database(self, schema: str = "") -> str:
        """Create an empty database, run ``schema`` in it; the URL of it, without user and password."""
        name = f"clinic_{next(_names)}"
        self.run(f"CREATE DATABASE {name}")
        self.run(schema, name)
        return f"postgresql://{self.host}:{self.port}/{name}"

    def run(self, sql: str, name: str = "postgres") -> str:
        """Run statements as the superuser; what a query finds, a line for each row, ``|`` between cells."""
        there = ["-h", str(self.server.folder), "-p", str(self.port), "-U", "postgres", name]
        command: list[str | Path] = [_tool("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", *there]
        return database.run(command, self.server.folder, sql)

    def halt(self) -> None:
        """End it, cutting off who is connected, as when the package is updated."""
        self.server.halt(signal.SIGINT)

    def go_on(self) -> None:
        """Start it again after ``halt``."""
        self.server.go_on(_ready)

    def mend(self) -> None:
        """Whatever a test did to it is over."""
        if self.server.popen.poll() is None:
            self.thaw()
        else:
            self.go_on()


@contextmanager
def running() -> Iterator[Postgres]:
    """A fresh server, ended at the end."""
    folder = database.new_folder()
    (folder / "password").write_text(PASSWORD)
    (folder / "password").chmod(0o644)
    database.run(
        [_tool("initdb"), "-D", folder / "data", "-U", "postgres", "--auth-local=trust", "--no-sync",
         "--auth-host=scram-sha-256", "--pwfile", folder / "password", "-E", "UTF8", "--locale=C.UTF-8"],
        folder,
    )  # fmt: skip
    server = database.start(lambda port: _command(folder, port), folder, _ready)
    try:
        yield Postgres(server)
    finally:
        server.stop(signal.SIGINT)


def _command(folder: Path, port: int) -> list[str | Path]:
    settings = (word for one in _SETTINGS for word in ("-c", one))
    return [_tool("postgres"), "-D", folder / "data", "-p", str(port), "-k", folder, *settings]


def _ready(server: database.Server) -> bool:
    try:
        database.run([_tool("pg_isready"), "-h", "127.0.0.1", "-p", str(server.port)], server.folder)
    except RuntimeError:
        return False
    return True


def _tool(name: str) -> Path:
    """The newest version's program; Debian keeps them beside one another."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=_version)
    if not found:
        raise RuntimeError("PostgreSQL is not installed: sh scripts/setup.sh")
    return found[-1]


def _version(program: Path) -> int:
    number = re.search(r"\d+", program.parts[4])
    return int(number[0]) if number else 0
