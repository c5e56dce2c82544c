"""What only PostgreSQL understands: its URL, its limits, how a transaction begins.

One writes at a time, whoever it is: each transaction that writes holds an advisory lock.  So what is read
before something is written is still so when it is written, as with SQLite.
"""

from contextlib import suppress
from typing import Any

import asyncpg
from sqlalchemy import (
    URL,
    Connection,
    Dialect,
    Engine,
    bindparam,
    column,
    event,
    func,
    literal,
    make_url,
    select,
    table,
)
from sqlalchemy.dialects.postgresql.base import PGTypeCompiler

from ccd.settings.database import Server
from ccd.settings.problems import SettingsError
from ccd.settings.secrets import database_password
from ccd.store.errors import StoreError

CONNECT_SECONDS = 5
STATEMENT_SECONDS = 30
"""After these the server gives a statement up; imports, migrations and copies have the time they need."""
_DEAD_SECONDS = STATEMENT_SECONDS + 5
"""After these ccd gives up a server that does not answer at all."""
_PARTING_SECONDS = 0.25
_KEEPALIVE = {"tcp_keepalives_idle": "15", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3"}
"""The server finds out within half a minute that ccd's machine is gone, and gives its locks back."""
LOCKS = 0x636364
"""The first half of every advisory lock's key; they are of one database, not of the server."""
WRITING, RUNNING = 1, 2
"""The second half: the right to write; being the one ccd that runs."""
LOCK_WRITING = select(func.pg_try_advisory_xact_lock(LOCKS, WRITING))
LOCK_RUNNING = select(func.pg_try_advisory_lock(LOCKS, RUNNING))
ALIVE = select(literal(1))
_SESSIONS = table("pg_stat_activity", column("pid"), column("backend_start"))
MY_SESSION = select(_SESSIONS).where(_SESSIONS.c.pid == func.pg_backend_pid())
END_SESSION = select(func.pg_terminate_backend(_SESSIONS.c.pid)).where(
    _SESSIONS.c.pid == bindparam("pid"), _SESSIONS.c.backend_start == bindparam("backend_start")
)
"""Of the same role, which any role may.  Numbers are used again; with its beginning, it is that session."""


def url(server: Server) -> URL:
    """The address with the driver and the password; raises StoreError when that cannot be read."""
    address = make_url(server.url).set(drivername="postgresql+asyncpg")
    try:
        password = database_password()
    except SettingsError as error:
        raise StoreError(str(error)) from error
    return address.set(password=password) if password else address


def arguments(*, writes: bool, patient: bool = False) -> dict[str, Any]:
    """What the driver is given to connect; ``patient`` connections wait as long as it takes."""
    limit = "0" if patient else f"{STATEMENT_SECONDS}s"
    return {
        "timeout": CONNECT_SECONDS,
        "command_timeout": None if patient else _DEAD_SECONDS,
        "async_creator_fn": _connect,
        "server_settings": {
            "application_name": "ccd",
            "default_transaction_read_only": "off" if writes else "on",
            "statement_timeout": limit,
            "idle_in_transaction_session_timeout": limit,
            "synchronous_commit": "on",
            **_KEEPALIVE,
            "TimeZone": "UTC",
        },
    }


class _Connection(asyncpg.Connection):
    async def close(self, *, timeout: float | None = None) -> None:  # noqa: ARG002, ASYNC109 - its own is shorter
        """Part as the protocol wants, unless the server is silent: whoever gave up must not wait for that."""
        with suppress(TimeoutError):
            await super().close(timeout=_PARTING_SECONDS)


async def _connect(*arguments: Any, **options: Any) -> Any:
    """Whatever stands in the way of a connection may go away by itself."""
    try:
        return await asyncpg.connect(*arguments, connection_class=_Connection, **options)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise StoreError(f"the database's server: {str(error) or 'no answer'}") from error


def prepare(engine: Engine) -> None:
    """Each transaction of this engine takes the right to write as it begins, or does not begin."""

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        if not connection.scalar(LOCK_WRITING):
            raise StoreError("another write still runs")


def sort_by_code(dialect: Dialect) -> None:
    """Tables made by this dialect compare text letter by letter and hold text of any length, as SQLite's do.

    So an order is the same everywhere, and no new version of the system's locales spoils an index.
    """
    dialect.type_compiler_instance = _Types(dialect)


class _Types(PGTypeCompiler):
    def visit_TEXT(self, type_: Any, **_options: Any) -> str:  # noqa: ARG002, N802 - SQLAlchemy's name
        return 'TEXT COLLATE "C"'

    visit_VARCHAR = visit_TEXT  # noqa: N815 - the same
