"""Opening a SQLite file by aiosqlite, which has a thread for each connection."""

import asyncio
from typing import Any

import aiosqlite


async def opened(*where: Any, **how: Any) -> aiosqlite.Connection:
    """The connection.  When it fails, its thread has ended before that is told.

    aiosqlite does not wait for it: it would tell its end to a loop that may be closed by then.  Whoever is
    cancelled does not wait either: the disk may hang.
    """
    connection = aiosqlite.connect(*where, **how)
    thread = connection._thread  # noqa: SLF001 - SQLAlchemy, too, makes it one that keeps no process alive
    thread.daemon = True
    try:
        return await connection
    except Exception:
        await asyncio.to_thread(thread.join)
        raise
