"""Running code that blocks, in a thread: plainly where the driver blocks, else on a loop of its own."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.util import greenlet_spawn

_T = TypeVar("_T")


class Aside(Protocol):
    """For one thread at a time."""

    def run(self, work: Callable[[], _T]) -> _T:
        """Do it here and now."""
        ...

    def stop(self) -> None:
        """End what waits for a server, from any thread; CancelledError is raised there."""
        ...

    def still(self, connection: Connection) -> bool:
        """Whether a connection may be used again as it is, without being looked at by its pool."""
        ...

    def close(self) -> None:
        """Nothing runs afterwards."""
        ...


class Plain:
    """For drivers that block.  ``file`` says which one stands at the database's place now."""

    def __init__(self, file: Callable[[], object]) -> None:
        self._file = file

    def run(self, work: Callable[[], _T]) -> _T:
        """See ``Aside``."""
        return work()

    def stop(self) -> None:
        """A file is waited for as long as its driver does."""

    def still(self, connection: Connection) -> bool:
        """See ``Aside``: not when another file stands there, or none."""
        file = connection.info.get("file")
        return file is not None and file == self._file()

    def close(self) -> None:
        """Nothing is held."""


class OnLoop:
    """For an asyncio driver: SQLAlchemy lets code that looks blocking wait on this loop."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self._running: tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]] | None = None

    def run(self, work: Callable[[], _T]) -> _T:
        """See ``Aside``; raises CancelledError when it was stopped."""
        return self._runner.run(self._run(work))

    async def _run(self, work: Callable[[], _T]) -> _T:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a Runner makes one
        self._running = asyncio.get_running_loop(), task
        try:
            return await _spawned(work)
        finally:
            self._running = None

    def stop(self) -> None:
        """See ``Aside``: the server is told to give its query up."""
        if running := self._running:
            loop, task = running
            loop.call_soon_threadsafe(task.cancel)

    def still(self, connection: Connection) -> bool:  # noqa: ARG002
        """See ``Aside``: never, a server may have gone meanwhile."""
        return False

    def close(self) -> None:
        """Close the loop."""
        self._runner.close()


def _spawned(work: Callable[[], _T]) -> Coroutine[Any, Any, _T]:
    return greenlet_spawn(work)
