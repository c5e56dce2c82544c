"""The clinic's own database as a source: where it is, and how it is asked."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from ccd.routing.base import Model
from ccd.routing.words import matching
from ccd.settings.paths import ResolvedPath
from ccd.settings.sql_queries import SqlQueries

ENGINES = ("postgresql", "mysql", "mariadb", "sqlite")
"""What a URL may begin with; ccd chooses the driver."""
Limit = Annotated[float, Field(gt=0, le=60)]
"""Seconds."""


def _url(value: str, info: ValidationInfo) -> str:
    """A database, no driver, no password; SQLite's file from the folder of the settings."""
    try:
        url = make_url(value)
    except (ArgumentError, ValueError):
        raise ValueError("must look like postgresql://ccd@db.clinic.local/mis") from None
    if url.password is not None or {"password", "passwd"} & set(url.query):
        raise ValueError("must not hold the password: it is named by password_env")
    if url.drivername not in ENGINES:
        raise ValueError(f"must begin with one of: {', '.join(f'{one}://' for one in ENGINES)}")
    if not url.database or ":memory:" in url.database:
        raise ValueError("must name the database")
    if url.drivername == "sqlite":
        url = url.set(database=str(Path(info.context or "", url.database)))
    return url.render_as_string(hide_password=False)


class SqlSettings(Model):
    """A database that ccd asks; ccd only reads, but for the statements of booking."""

    url: Annotated[str, AfterValidator(_url)]
    """``postgresql://USER@HOST/DATABASE``, also ``mysql://``, ``mariadb://``, ``sqlite:///FILE``."""
    password_env: Annotated[str, matching(r"[\w.-]*", "must be a name of letters, digits, _, - and .")] = ""
    """The environment variable, or systemd credential, that holds the password; none when empty."""
    ca_file: ResolvedPath | None = None
    """PEM file with the authority of the server's certificate: TLS, and nothing without it."""
    connections: Annotated[int, Field(ge=1, le=100)] = 5
    """Connections at once for questions, and as many for booking."""
    connect_timeout: Limit = 2
    """Seconds to connect, or to wait for a free connection."""
    query_timeout: Limit = 2
    """Seconds after which the server itself gives a query up."""
    write_timeout: Limit = 5
    """The same for each statement of booking."""
    most_rows: Annotated[int, Field(ge=1, le=100_000)] = 1_000
    """More rows than these are a mistake in the query."""
    queries: SqlQueries
    """What ccd asks, in the database's own SQL."""
