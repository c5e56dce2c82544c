"""For plug-ins whose libraries block: a question runs in a thread of its own, and ccd goes on."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from functools import wraps
from threading import BoundedSemaphore, Thread
from typing import ParamSpec, TypeVar

from ccd.directory.model import DirectoryError

MOST = 32
"""Questions at once for one function: those that hang forever must not pile up."""
_P = ParamSpec("_P")
_T = TypeVar("_T")


def in_thread(blocking: Callable[_P, _T]) -> Callable[_P, Awaitable[_T]]:
    """Make a function or method that blocks one that can be awaited: ``@in_thread`` before its ``def``.

    What it raises is raised to whoever awaits; with MOST questions still running it is DirectoryError.
    A thread that hangs is left behind, and does not keep ccd from ending.
    """
    free = BoundedSemaphore(MOST)

    @wraps(blocking)
    async def asked(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        if not free.acquire(blocking=False):
            raise DirectoryError(f"{MOST} questions still wait for their answers")
        answer: Future[_T] = Future()

        def run() -> None:
            answer.set_running_or_notify_cancel()
            try:
                answer.set_result(blocking(*args, **kwargs))
            except BaseException as error:  # noqa: BLE001 - whoever awaits gets it
                answer.set_exception(error)
            finally:
                free.release()

        Thread(target=run, name=f"ccd {blocking.__name__}", daemon=True).start()
        return await asyncio.wrap_future(answer)

    return asked
