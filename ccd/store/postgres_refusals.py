"""Why a server lets nobody in, in the words of whoever has to put it right; never with the password."""

import socket
from collections.abc import Sequence

import asyncpg
from sqlalchemy import URL, column, select, table
from sqlalchemy.exc import SQLAlchemyError

from ccd.routing.words import did_you_mean
from ccd.settings.database import Server
from ccd.store import postgres
from ccd.store.errors import StoreError
from ccd.store.postgres_keeper import Postgres

_DATABASES = table("pg_database", column("datname"), column("datistemplate"))
_EVERYWHERE = "postgres"
"""A database that each server has, and that most let everybody into."""


async def said(error: StoreError, server: Server) -> str:
    """One sentence; for a database that is not there with the name that may be meant."""
    try:
        url = postgres.url(server)
    except StoreError as unreadable:
        return str(unreadable)
    if isinstance(error.__cause__, asyncpg.InvalidCatalogNameError):
        near = did_you_mean(url.database or "", await _databases(server))
        return f'there is no database "{url.database}" on {_where(url)}{near}'
    return _sentence(error.__cause__ or error, url)


def _sentence(error: BaseException, url: URL) -> str:
    if isinstance(error, asyncpg.InvalidPasswordError):
        return _unknown(url)
    if isinstance(error, asyncpg.PostgresError):
        return f"{_where(url)} refuses: {_first_line(error)}"
    return _unreached(error, url)


def _unknown(url: URL) -> str:
    """The server tells neither which roles there are nor what is wrong."""
    if not url.password:
        nowhere = "none in CCD_DATABASE_PASSWORD or PGPASSFILE"
        return f'{_where(url)} asks for the password of "{url.username}": {nowhere}'
    return f'{_where(url)} refuses "{url.username}": its password is another one, or there is no such role'


def _unreached(error: BaseException, url: URL) -> str:
    match error:
        case socket.gaierror():
            return f"no machine is known as {url.host}"
        case TimeoutError():
            return f"no answer from {_where(url)} within {postgres.CONNECT_SECONDS} seconds"
        case ConnectionRefusedError() | FileNotFoundError():
            return f"no PostgreSQL listens at {_where(url)}"
        case _:
            return f"{_where(url)} cannot be used: {getattr(error, 'strerror', None) or _first_line(error)}"


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).splitlines()), "") or type(error).__name__


def _where(url: URL) -> str:
    """The server as it is named."""
    hosts = url.host or url.query.get("host") or "localhost"
    names = hosts if isinstance(hosts, str) else ", ".join(hosts)
    return f"{names}:{url.port}" if url.port else names


async def _databases(server: Server) -> Sequence[str]:
    """Those of the server, if it tells them."""
    other = postgres.url(server).set(database=_EVERYWHERE, password=None)
    engine = Postgres(Server(other.render_as_string())).connections(writes=False)
    names = select(_DATABASES.c.datname).where(
        ~_DATABASES.c.datistemplate, _DATABASES.c.datname != _EVERYWHERE
    )
    try:
        async with engine.connect() as connection:
            return [*(await connection.scalars(names.order_by(_DATABASES.c.datname)))]
    except (StoreError, SQLAlchemyError):
        return ()
    finally:
        await engine.dispose()
