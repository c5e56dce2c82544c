"""Connections to the clinic's database: few, bounded in time, and read-only unless they book."""

from dataclasses import dataclass

from sqlalchemy import URL, event, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from ccd.settings.source_sql import SqlSettings
from ccd.sources.sql_mysql import MySql
from ccd.sources.sql_postgres import Postgres
from ccd.sources.sql_server import Limits, Server
from ccd.sources.sql_sqlite import Sqlite
from ccd.sources.trust import trust

_SERVERS: dict[str, type[Server]] = {
    "postgresql": Postgres,
    "mysql": MySql,
    "mariadb": MySql,
    "sqlite": Sqlite,
}


@dataclass(frozen=True, slots=True)
class Database:
    """A pool of connections, and what is particular about the server behind it."""

    engine: AsyncEngine
    server: Server
    limits: Limits


def database(settings: SqlSettings, password: str, zone: str, *, writing: bool = False) -> Database:
    """Make one; connects when it is first used.  ``zone`` is where moments without one belong."""
    url = make_url(settings.url)
    limits = Limits(
        connect=settings.connect_timeout,
        statement=settings.write_timeout if writing else settings.query_timeout,
        zone=zone,
        writing=writing,
    )
    server = _SERVERS[url.drivername](limits)
    arguments = server.arguments()
    if settings.ca_file:
        arguments["ssl"] = trust(settings.ca_file)
    engine = create_async_engine(
        _with_driver(url, server, password),
        connect_args=arguments,
        pool_size=settings.connections,
        max_overflow=0,
        pool_timeout=settings.connect_timeout,
        pool_pre_ping=True,
        pool_use_lifo=True,
        hide_parameters=True,
    )
    event.listen(engine.sync_engine, "connect", server.connected)
    server.listen(engine.sync_engine)
    return Database(engine, server, limits)


def _with_driver(url: URL, server: Server, password: str) -> URL:
    """The same database for the server's asyncio driver, with the password if there is one."""
    url = url.set(drivername=server.driver)
    return server.address(url.set(password=password) if password else url)
