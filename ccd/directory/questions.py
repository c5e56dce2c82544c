"""Questions that surely end, whatever was asked does: with an answer, an error, or the time-out."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from ccd.directory.model import DirectoryError

_T = TypeVar("_T")


class Questions(Generic[_T]):
    """Runs questions and counts them, those included that were given up and do not end."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._tasks: set[asyncio.Task[_T]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def begin(self, ask: Callable[[], Awaitable[_T]], ended: Callable[[_T | BaseException], None]) -> None:
        """Ask; ``ended`` is called once, after this method, with what came of it."""
        loop = asyncio.get_running_loop()
        told: asyncio.Future[_T | BaseException] = loop.create_future()
        told.add_done_callback(lambda _told: ended(told.result()))
        task = loop.create_task(_answer(ask))
        self._tasks.add(task)
        timer = loop.call_later(self._timeout, self._give_up, task, told)
        task.add_done_callback(lambda _task: self._end(task, timer, told))

    def _give_up(self, task: asyncio.Task[_T], told: asyncio.Future[_T | BaseException]) -> None:
        task.cancel()
        told.set_result(DirectoryError(f"no answer within {self._timeout:g} s"))

    def _end(
        self, task: asyncio.Task[_T], timer: asyncio.TimerHandle, told: asyncio.Future[_T | BaseException]
    ) -> None:
        timer.cancel()
        self._tasks.discard(task)
        outcome = _outcome(task)
        if not told.done():
            told.set_result(outcome)


def _outcome(task: asyncio.Task[_T]) -> _T | BaseException:
    """What came of it; taken also when nobody waits any more, or asyncio would complain."""
    if task.cancelled():
        return DirectoryError("the question was cancelled")
    error = task.exception()
    return task.result() if error is None else error


async def _answer(ask: Callable[[], Awaitable[_T]]) -> _T:
    """The answer; what is raised before the first await, or to end the program, ends this task alone."""
    try:
        return await ask()
    except (SystemExit, KeyboardInterrupt) as error:
        raise DirectoryError(f"wanted to end ccd: {type(error).__name__}") from error
