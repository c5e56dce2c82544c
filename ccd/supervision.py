"""How the parts of ccd are kept going: one that fails begins again, and takes no other down."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import structlog

from ccd import notify

log = structlog.get_logger()

PAUSE = 3.0
"""Seconds before a part that failed begins again."""
_RETRY = 0.5
_T = TypeVar("_T")
Part = Callable[[], Awaitable[object]]


async def until_it_works(action: Callable[[], Awaitable[_T]], *outages: type[Exception]) -> _T:
    """Do it again and again through an outage, which is told once; anything else is raised."""
    told = False
    while True:
        try:
            return await action()
        except outages as error:
            if not told:
                log.error("database not available, calls are routed without it", error=str(error))  # noqa: TRY400
            told = True
            await asyncio.sleep(_RETRY)


async def keep_up(name: str, part: Part, *, fatal: tuple[type[Exception], ...] = ()) -> None:
    """Run a part until cancelled: whatever ends it is logged, and it begins again after a pause."""
    task = asyncio.current_task()
    while task and not task.cancelling():
        try:
            await part()
        except fatal:
            raise
        except OSError as error:
            log.error("part failed", part=name, error=str(error))  # noqa: TRY400 - a port taken, no bug
        except asyncio.CancelledError:
            if task.cancelling():
                raise
            log.exception("part failed", part=name)  # what it waited for was cancelled, it was not
        except Exception:
            log.exception("part failed", part=name)
        if not task.cancelling():
            await asyncio.sleep(PAUSE)


@asynccontextmanager
async def kept_up(name: str, part: Part) -> AsyncIterator[None]:
    """Keep a part up as long as the block lasts; at its end the part has ended, too."""
    task = asyncio.create_task(keep_up(name, part), name=name)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def watchdog() -> None:
    """Tell systemd that the loop still turns."""
    interval = notify.watchdog_interval()
    while interval:
        notify.notify(notify.WATCHDOG)
        await asyncio.sleep(interval)
