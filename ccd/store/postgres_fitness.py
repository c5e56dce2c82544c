"""Whether a database on a server will do for ccd, asked before ccd needs it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Row, column, func, select, table
from sqlalchemy.ext.asyncio import AsyncConnection

from ccd.settings.database import Server
from ccd.store import postgres
from ccd.store.errors import StoreError, WrongDatabaseError, translated
from ccd.store.migrate import refuse_newer
from ccd.store.postgres_keeper import Postgres, refuse_foreign
from ccd.store.postgres_refusals import said

OLDEST = 13
"""The first version of PostgreSQL that has all that ccd's SQL uses."""
_TABLES = table("pg_tables", column("tablename"), column("schemaname"), column("tableowner"))
_LOCKS = table("pg_locks", *map(column, ("locktype", "classid", "objid", "database", "pid")))
_SESSIONS = table("pg_stat_activity", column("pid"), column("client_addr"), column("datname"))


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence; a hint is no reason not to start."""

    message: str
    hint: bool = False


async def findings(server: Server) -> Sequence[Finding]:
    """Whatever stands in ccd's way there, all that could be found at once.  Changes nothing."""
    try:
        async with asyncio.timeout(2 * postgres.CONNECT_SECONDS), _connected(server) as connection:
            found = [one async for one in _obstacles(connection, server)]
            return [*map(Finding, found), *[one async for one in _others(connection)]]
    except StoreError as error:
        return [Finding(await said(error, server))]
    except TimeoutError as error:
        return [Finding(await said(StoreError(str(error)), server))]


@asynccontextmanager
async def _connected(server: Server) -> AsyncIterator[AsyncConnection]:
    engine = Postgres(server).connections(writes=False)
    try:
        with translated():
            async with engine.connect() as connection:
                yield connection
    finally:
        await engine.dispose()


async def _obstacles(connection: AsyncConnection, server: Server) -> AsyncIterator[str]:
    schema, role = func.current_schema(), func.current_user()
    state = select(
        func.current_setting("server_version_num").label("version"),
        func.pg_is_in_recovery().label("standby"),
        schema.label("schema"),
        role.label("role"),
        func.has_schema_privilege(schema, "CREATE").label("makes"),
    )
    now = (await connection.execute(state)).one()
    if int(now.version) < OLDEST * 10_000:
        yield f"the server is PostgreSQL {int(now.version) // 10_000}; ccd needs {OLDEST} or newer"
    if now.standby:
        yield "the server is a standby: it only reads; name the one that writes"
    if why := await connection.run_sync(lambda one: _unfit(one, server)):
        yield why
    if not now.makes:
        where = f'the schema "{now.schema}"' if now.schema else "any schema"
        remedy = f"ALTER DATABASE {_name(server)} OWNER TO {now.role}"
        yield f'"{now.role}" may not make tables in {where}: {remedy}'
    async for owner in _owners(connection, now):
        yield f'tables belong to "{owner}": ccd, which is "{now.role}" there, could not bring them up to date'


def _name(server: Server) -> str:
    return postgres.url(server).database or ""


def _unfit(connection: Connection, server: Server) -> str:
    try:
        refuse_foreign(connection, server)
        refuse_newer(connection)
    except WrongDatabaseError as error:
        return str(error)
    return ""


async def _owners(
    connection: AsyncConnection, now: Row[tuple[str, bool, str, str, bool]]
) -> AsyncIterator[str]:
    """Other roles than ccd's, and those that it is a member of."""
    owner = _TABLES.c.tableowner
    mine = func.pg_has_role(owner, "USAGE")
    wanted = select(owner).distinct().where(_TABLES.c.schemaname == now.schema, ~mine)
    for (name,) in await connection.execute(wanted):
        yield name


async def _others(connection: AsyncConnection) -> AsyncIterator[Finding]:
    """The ccd that runs there, as far as this role is told of it."""
    wanted = select(_SESSIONS.c.client_addr).where(
        _SESSIONS.c.pid == _LOCKS.c.pid,
        _SESSIONS.c.datname == func.current_database(),
        _LOCKS.c.locktype == "advisory",
        _LOCKS.c.classid == postgres.LOCKS,
        _LOCKS.c.objid == postgres.RUNNING,
    )
    for (address,) in await connection.execute(wanted):
        where = f"connected from {address}" if address else "on the server's own machine"
        yield Finding(f"a ccd runs on this database, {where}; a second one would not start", hint=True)
