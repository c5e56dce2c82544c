"""A keeper's looks, one after the other: an outage is told once, until a look works again."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Never

import structlog

log = structlog.get_logger()


async def keep_looking(
    look: Callable[[], Awaitable[None]], every: float, *, outages: tuple[type[Exception], ...], waits: str
) -> Never:
    """Look until cancelled, with ``every`` seconds between two looks; raises what is none of ``outages``.

    ``waits`` tells the admin what is not done in an outage.
    """
    told = False
    while True:
        try:
            await look()
        except outages as error:
            if not told:
                log.warning(waits, reason=str(error))
            told = True
        else:
            told = False
        await asyncio.sleep(every)
