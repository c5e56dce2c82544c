"""MySQL and MariaDB, by aiomysql."""

from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import pymysql
from sqlalchemy import URL, Engine, text
from sqlalchemy.exc import TimeoutError as BusyError
from sqlalchemy.ext.asyncio import AsyncConnection

from ccd.sources.sql_server import Limits


class MySql:
    """See ``Server``."""

    driver = "mysql+aiomysql"

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def arguments(self) -> dict[str, Any]:
        """Whole Unicode, whatever the server's default is."""
        return {"connect_timeout": self._limits.connect, "charset": "utf8mb4", "program_name": "ccd"}

    def address(self, url: URL) -> URL:
        """As it is."""
        return url

    def connected(self, connection: Any, _record: Any) -> None:
        """Limits that the server keeps by itself; MySQL and MariaDB name them in different ways."""
        cursor = connection.cursor()
        cursor.execute("SELECT VERSION()")
        seconds = self._limits.statement
        if "mariadb" in str(cursor.fetchone()[0]).lower():
            cursor.execute(f"SET SESSION max_statement_time = {seconds:.3f}")
        else:
            cursor.execute(f"SET SESSION max_execution_time = {round(seconds * 1000)}")
        cursor.execute(f"SET SESSION innodb_lock_wait_timeout = {max(1, int(seconds))}")
        cursor.execute(f"SET SESSION TRANSACTION READ {'WRITE' if self._limits.writing else 'ONLY'}")
        _set_zone(cursor, self._limits.zone)
        cursor.close()

    def listen(self, engine: Engine) -> None:
        """Nothing more."""

    async def lock(self, connection: AsyncConnection, key: str) -> None:
        """A named lock, of the connection."""
        words = {"name": _name(key), "seconds": self._limits.statement}
        got = await connection.scalar(text("SELECT GET_LOCK(:name, :seconds)"), words)
        if got != 1:
            raise BusyError("the same order is still being worked on")

    async def unlock(self, connection: AsyncConnection, key: str) -> None:
        """Give it back: the connection lives on in the pool."""
        await connection.execute(text("DO RELEASE_LOCK(:name)"), {"name": _name(key)})


def _set_zone(cursor: Any, zone: str) -> None:
    """A TIMESTAMP comes in the session's zone, and is read as the clinic's; DATETIME is as it was written.

    A server whose tables of zones are empty takes no names; then an offset does, where it is always the same.
    """
    for spelling in (zone, _offset(zone)):
        with suppress(pymysql.err.MySQLError):
            cursor.execute(f"SET SESSION time_zone = '{spelling}'")
            return


def _offset(zone: str) -> str:
    """Like ``+03:00``; the server's own (SYSTEM) when it changes with the seasons."""
    now = datetime.now(ZoneInfo(zone))
    offsets = {(now + timedelta(days=days)).isoformat()[-6:] for days in range(0, 365, 30)}
    return offsets.pop() if len(offsets) == 1 else "SYSTEM"


def _name(key: str) -> str:
    """A lock's name has 64 characters at most."""
    return "ccd-" + sha256(key.encode()).hexdigest()[:32]
