"""What can go wrong with the database, in three kinds: not now, never, and somebody else's."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from sqlalchemy import exc


class StoreError(Exception):
    """The database did not do it: locked, full, unreadable, broken.  Trying again may help."""


class WrongDatabaseError(Exception):
    """The file is no database of this ccd: missing, foreign, older or newer.  Trying again is useless."""


class DatabaseInUseError(Exception):
    """Another ccd runs on this database, and does not end."""


_VALUES = ("22", "54")
"""SQLSTATE: data exceptions; more than an index or a row holds."""
_REFUSED = (
    exc.StatementError, ValueError, TypeError, OverflowError, sqlite3.IntegrityError, sqlite3.DataError
)  # fmt: skip
"""Also of SQLite's driver itself, where it is asked without SQLAlchemy."""


@contextmanager
def translated() -> Iterator[None]:
    """Turn whatever the engine raises into StoreError; a refused value passes unchanged."""
    try:
        yield
    except exc.SQLAlchemyError as error:
        if refuses_values(error):
            raise
        raise StoreError(said(error)) from error
    except sqlite3.Error as error:
        if refuses_values(error):
            raise
        raise StoreError(str(error)) from error
    except (TimeoutError, ConnectionError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise StoreError(str(error) or "no answer in time") from error


def refuses_values(error: Exception) -> bool:
    """True when the values are to blame, which no later try will store; false for every outage."""
    if isinstance(error, exc.DBAPIError):
        return isinstance(error, exc.IntegrityError | exc.DataError) or _state(error).startswith(_VALUES)
    return isinstance(error, _REFUSED)


def _state(error: exc.DBAPIError) -> str:
    """PostgreSQL's SQLSTATE."""
    return str(getattr(error.orig, "sqlstate", None) or getattr(error.orig, "pgcode", None) or "")


def said(error: exc.SQLAlchemyError) -> str:
    """The driver's own words in one line, without what is put around them and the values that follow."""
    orig = getattr(error, "orig", None) or error
    words = orig.__cause__ if isinstance(orig.__cause__, asyncpg.PostgresError) else orig
    return next(iter(str(words).splitlines()), "") or type(words).__name__
