"""One thread that does what it is given, in turn.

An executor's future with its lock, its copy for the loop and the shield around that cost a small
transaction, after it slept for the disk, as much again as its own Python.
"""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from typing import Any

Told = asyncio.Future[Any]


class Worker:
    """``name`` is the thread's; it begins with the first work, and does not keep the process alive."""

    def __init__(self, name: str) -> None:
        self._given = SimpleQueue[tuple[Told, Callable[[], Any]] | None]()
        self._name = name
        self._begun = self._ended = False

    def do(self, what: Callable[[], Any]) -> Told:
        """Do it after all that was given before.  Cancelling the future only stops the word about it.

        Raises RuntimeError after ``stop``, and while the system has no room for a thread: nobody would do it.
        """
        if self._ended:
            raise RuntimeError(f"{self._name} has stopped")
        if not self._begun:
            threading.Thread(target=self._work, name=self._name, daemon=True).start()
            self._begun = True  # only now: the system may have had no room for a thread
        told: Told = asyncio.get_running_loop().create_future()
        self._given.put((told, what))
        return told

    def stop(self) -> None:
        """Nothing is taken any more; what was given is done."""
        self._ended = True
        self._given.put(None)

    def _work(self) -> None:
        while given := self._given.get():
            _do(*given)
            given = None  # nor what it holds, until somebody gives the next


def _do(told: Told, what: Callable[[], Any]) -> None:
    result, error = None, None
    try:
        result = what()
    except BaseException as raised:  # noqa: BLE001 - the waiter's, whatever it is
        error = raised
    with suppress(RuntimeError):  # its loop is closed: nobody waits
        told.get_loop().call_soon_threadsafe(_tell, told, result, error)
    del error  # its traceback holds this frame


def _tell(told: Told, result: Any, error: BaseException | None) -> None:
    if told.done():
        return
    if error is None:
        told.set_result(result)
    elif isinstance(error, StopIteration):  # no future takes it, and who waits would wait for ever
        told.set_exception(RuntimeError("StopIteration, out of what was done"))
    else:
        told.set_exception(error)
