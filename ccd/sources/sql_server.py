"""What differs between database servers, as one small class for each."""

from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import URL, Engine
from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True)
class Limits:
    """Of each connection; times are in seconds.  ``zone`` is an IANA name."""

    connect: float
    statement: float
    zone: str
    writing: bool

    @property
    def whole(self) -> float:
        """How long anything may take in all: connecting, and one statement that the server cuts."""
        return self.connect + self.statement


class Server(Protocol):
    """One kind of database server."""

    driver: str
    """SQLAlchemy's name for the asyncio driver."""

    def __init__(self, limits: Limits) -> None: ...

    def arguments(self) -> dict[str, Any]:
        """What the driver is given to connect."""
        ...

    def address(self, url: URL) -> URL:
        """The URL as the driver wants it."""
        ...

    def connected(self, connection: Any, record: Any) -> None:
        """Set a new connection up: its time limit, read-only; called by SQLAlchemy's pool."""
        ...

    def listen(self, engine: Engine) -> None:
        """Ask to be called when something else happens to the pool."""
        ...

    async def lock(self, connection: AsyncConnection, key: str) -> None:
        """Wait until nobody else works on this order; held until ``unlock``, or the connection's end.

        So an order whose answer was lost is over, one way or the other, when its lock was had.
        """
        ...

    async def unlock(self, connection: AsyncConnection, key: str) -> None:
        """Give the lock back after the transaction."""
        ...
