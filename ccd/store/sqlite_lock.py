"""One ccd a file: a second one would write over what the first one knows."""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from ccd.store.errors import DatabaseInUseError

_AGAIN = 0.05


@asynccontextmanager
async def alone(database: Path, patience: float) -> AsyncIterator[None]:
    """No other ccd runs on this file as long as the block lasts; the lock also ends with the process.

    Raises DatabaseInUseError when another one still does after ``patience`` seconds, OSError when
    the lock's file cannot be made.
    """
    descriptor = _open(database)
    try:
        await _take(descriptor, database, patience)
        yield
    finally:
        os.close(descriptor)


def _open(database: Path) -> int:
    file = database.resolve()
    return os.open(file.with_name(f"{file.name}.lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)


async def _take(descriptor: int, database: Path, patience: float) -> None:
    deadline = asyncio.get_running_loop().time() + patience
    while not _taken(descriptor):
        if asyncio.get_running_loop().time() >= deadline:
            raise DatabaseInUseError(f"another ccd runs on {database}; stop it, or name another file")
        await asyncio.sleep(_AGAIN)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
