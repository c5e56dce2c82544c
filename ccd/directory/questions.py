"""Questions that surely end, whatever was asked does: with an answer, an error, or the time-out."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from ccd.directory.model import DirectoryError

_T = TypeVar("_T")


class Questions(Generic[_T]):
    """Runs questions and counts them, those included that were given up and do not end.

    ``timeout`` is in seconds.  On the way of every call, so it does with one task and one timer.
    """

    def __init__(self, timeout: float) -> None:
        self.timeout = timeout
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def begin(self, ask: Callable[[], Awaitable[_T]], ended: Callable[[_T | BaseException], None]) -> None:
        """Ask; ``ended`` is called once, after this method, with what came of it."""
        question = _Question(ask, ended)
        loop = asyncio.get_running_loop()
        task = loop.create_task(question.run())
        question.timer = loop.call_later(self.timeout, self._give_up, question, task)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _give_up(self, question: "_Question[_T]", task: asyncio.Task[None]) -> None:
        task.cancel()
        question.end(DirectoryError(f"no answer within {self.timeout:g} s"))


class _Question(Generic[_T]):
    __slots__ = ("_ask", "_ended", "timer")

    def __init__(self, ask: Callable[[], Awaitable[_T]], ended: Callable[[_T | BaseException], None]) -> None:
        self._ask = ask
        self._ended: Callable[[_T | BaseException], None] | None = ended
        self.timer: asyncio.TimerHandle | None = None

    async def run(self) -> None:
        """Ask and tell.  Nothing leaves this task: not what is raised to end the whole program either."""
        try:
            answer = await self._ask()
        except asyncio.CancelledError:
            self.end(DirectoryError("the question was cancelled"))
        except BaseException as error:  # noqa: BLE001 - a plug-in may raise anything
            self.end(error)
        else:
            self.end(answer)

    def end(self, what: _T | BaseException) -> None:
        """Tell what came of it, the first time alone."""
        ended, self._ended = self._ended, None
        if self.timer:
            self.timer.cancel()
        if ended:
            ended(what)
