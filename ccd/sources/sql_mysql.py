"""MySQL and MariaDB, by aiomysql."""

from hashlib import sha256
from typing import Any

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


def _name(key: str) -> str:
    """A lock's name has 64 characters at most."""
    return "ccd-" + sha256(key.encode()).hexdigest()[:32]
