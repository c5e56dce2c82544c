"""What databases and drivers raise, as one sentence; and whether a lost answer may have changed something."""

import re
import socket
import sqlite3

import asyncpg
import pymysql
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as BusyError

from ccd.logs import mask_number

FAILURES = (
    SQLAlchemyError, OSError, TimeoutError, UnicodeError, ValueError, OverflowError,
    asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError,
    pymysql.err.MySQLError, sqlite3.Error,
)  # fmt: skip
"""All that may come of asking: drivers do not wrap everything."""
_LONGEST = 200
_NUMBERS = re.compile(r"\+?\d{7,}")
_LOST_STATES = ("08", "57P")
"""SQLSTATE: connection exceptions; the server stops, or ends this connection."""
_LOST_CODES = frozenset({1053, 1927, 2006, 2013, 2014, 2055})
"""MySQL: the server stops; the connection was killed; gone; lost; out of step; lost."""
_TWICE_CODES = frozenset({1062, 1169, 1586})
_TWICE_STATES = frozenset({"23505", "23P01"})


def said(error: BaseException) -> str:
    """One line, without the query and its values; whatever looks like a telephone number is masked."""
    if isinstance(error, BusyError):
        return "every connection is busy"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    inner = _inner(error)
    if isinstance(inner, socket.gaierror):
        return "its host name cannot be found"
    if isinstance(inner, ConnectionRefusedError):
        return "nothing listens at its address and port"
    if isinstance(inner, UnicodeError):
        return "holds text that is not in the encoding that the database names"
    words = inner.args[1] if isinstance(inner, pymysql.err.MySQLError) and len(inner.args) > 1 else inner
    line = next(iter(str(words).splitlines()), "") or type(inner).__name__
    return _NUMBERS.sub(lambda found: mask_number(found[0]), line)[:_LONGEST]


def taken(error: BaseException) -> bool:
    """Whether it is about something that may be there once only: a slot that somebody has."""
    inner = _inner(error)
    if not isinstance(error, IntegrityError):
        return False
    if isinstance(inner, sqlite3.Error):
        return inner.sqlite_errorname in {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}
    return _state(inner) in _TWICE_STATES or _code(inner) in _TWICE_CODES


def refused(error: BaseException) -> bool:
    """Whether the database itself said no: nothing has changed then.  Otherwise the answer was lost."""
    inner = _inner(error)
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(inner, sqlite3.Error):
        return True
    if state := _state(inner):
        return not state.startswith(_LOST_STATES)
    return _code(inner) not in _LOST_CODES | {0}


def _inner(error: BaseException) -> BaseException:
    """What the driver raised, out of what SQLAlchemy put around it."""
    if isinstance(error, DBAPIError) and error.orig is not None:
        return error.orig.__cause__ or error.orig
    return error


def _state(inner: BaseException) -> str:
    return str(getattr(inner, "sqlstate", "") or "")


def _code(inner: BaseException) -> int:
    first = inner.args[0] if isinstance(inner, pymysql.err.MySQLError) and inner.args else 0
    return first if isinstance(first, int) else 0
