"""A service of the testbed in a thread and a loop of its own, for tests that have no loop, or several."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

_S = TypeVar("_S", bound=AbstractAsyncContextManager[Any])
_T = TypeVar("_T")
_SECONDS = 60


class InThread(Generic[_S]):
    """``with InThread(service) as running``: entered and left in its own loop; ``run`` does things there."""

    def __init__(self, service: _S) -> None:
        self.service = service
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self.run(self.service.__aenter__)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.run(lambda: self.service.__aexit__(kind, error, trace))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_SECONDS)
        self._loop.close()

    def run(self, action: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
        """What the coroutine gives, run in the service's loop."""
        done: Future[_T] = asyncio.run_coroutine_threadsafe(action(), self._loop)
        return done.result(_SECONDS)
