"""PostgreSQL, by asyncpg."""

from typing import Any

from sqlalchemy import URL, Engine, text
from sqlalchemy.ext.asyncio import AsyncConnection

from ccd.sources.sql_server import Limits

_WHOLE_NUMBERS = ("int2", "int4", "int8")


class Postgres:
    """See ``Server``."""

    driver = "postgresql+asyncpg"

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def arguments(self) -> dict[str, Any]:
        """Limits that the server keeps by itself."""
        limits = self._limits
        return {
            "timeout": limits.connect,
            "server_settings": {
                "application_name": "ccd",
                "default_transaction_read_only": "off" if limits.writing else "on",
                "statement_timeout": str(round(limits.statement * 1000)),
                "idle_in_transaction_session_timeout": str(round(limits.whole * 1000)),
                "TimeZone": limits.zone,
            },
        }

    def address(self, url: URL) -> URL:
        """As it is."""
        return url

    def connected(self, connection: Any, _record: Any) -> None:
        """Let a text stand for a whole number: ids are texts in ccd, whatever they are in the database."""
        connection.run_async(_take_texts)

    def listen(self, engine: Engine) -> None:
        """Nothing more."""

    async def lock(self, connection: AsyncConnection, key: str) -> None:
        """An advisory lock; it ends with the transaction."""
        await connection.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key}
        )

    async def unlock(self, connection: AsyncConnection, key: str) -> None:
        """It ended with the transaction."""


async def _take_texts(connection: Any) -> None:
    for kind in _WHOLE_NUMBERS:
        await connection.set_type_codec(kind, schema="pg_catalog", encoder=str, decoder=int, format="text")
