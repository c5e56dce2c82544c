"""Where orders are written durably, as a Protocol."""

from collections.abc import Sequence
from typing import Protocol

from ccd.directory.orders import Placed


class Journal(Protocol):
    """Where orders are written durably; each method may raise."""

    async def add(self, placed: Placed) -> bool:
        """Write a new one; False when there is one with this key."""
        ...

    async def settle(self, after: Placed) -> bool:
        """Write what became of it; False when that is known already."""
        ...

    async def get(self, key: str) -> Placed | None:
        """One order."""
        ...

    async def open(self) -> Sequence[Placed]:
        """All whose outcome is unknown."""
        ...


class KeyUsedError(Exception):
    """There is another order with this key."""
