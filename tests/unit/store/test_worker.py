"""The thread that writes: in turn, whatever becomes of who waits."""

import asyncio
import threading
import weakref
from functools import partial

import pytest

from ccd.store.worker import Worker


async def test_works_are_done_in_turn_and_their_results_told():
    worker, done = Worker("turns"), list[int]()

    def work(number: int) -> int:
        done.append(number)
        return -number

    told = await asyncio.gather(*(worker.do(partial(work, number)) for number in range(50)))
    worker.stop()
    assert done == list(range(50))
    assert told == [-number for number in range(50)]


async def test_what_it_raises_is_the_waiters_and_the_next_work_is_done():
    worker = Worker("raising")
    with pytest.raises(ZeroDivisionError):
        await worker.do(lambda: 1 / 0)
    assert await worker.do(lambda: "done") == "done"
    worker.stop()


async def test_a_work_that_nobody_waits_for_any_more_is_done_before_the_next():
    worker, may_go, done = Worker("given up"), threading.Event(), list[str]()

    def first() -> None:
        may_go.wait(10)
        done.append("first")

    told = worker.do(first)
    told.cancel()
    after = worker.do(lambda: done.append("after"))
    may_go.set()
    await after
    worker.stop()
    assert done == ["first", "after"]
    assert told.cancelled()


async def test_without_room_for_a_thread_now_there_may_be_some_later(monkeypatch):
    def refused(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    worker = Worker("late")
    with monkeypatch.context() as scarce:
        scarce.setattr(threading.Thread, "start", refused)
        with pytest.raises(RuntimeError, match="can't start new thread"):
            worker.do(lambda: "never")
    assert await worker.do(lambda: "done") == "done"
    worker.stop()


def test_a_loop_that_was_closed_meanwhile_harms_nobody():
    worker, may_go = Worker("closed"), threading.Event()

    async def leave() -> None:
        worker.do(lambda: may_go.wait(10))

    async def come() -> str:
        told = worker.do(lambda: "heard")
        may_go.set()
        heard: str = await told
        return heard

    asyncio.run(leave())
    assert asyncio.run(come()) == "heard"
    worker.stop()


async def test_a_result_is_not_kept_once_it_was_told():
    class Large:
        """What would fill the memory."""

    worker = Worker("keeping")
    large = await worker.do(Large)
    kept = weakref.ref(large)
    del large
    async with asyncio.timeout(10):  # the thread may be about to let go of it
        while kept() is not None:
            await asyncio.sleep(0.01)
    worker.stop()


async def test_who_comes_after_the_end_is_refused_and_waits_for_nothing():
    worker = Worker("the thread")
    await worker.do(lambda: None)
    worker.stop()
    with pytest.raises(RuntimeError, match="the thread has stopped"):
        worker.do(lambda: None)


async def test_an_iterator_without_a_next_is_raised_too():
    worker = Worker("exhausted")
    with pytest.raises(RuntimeError, match="StopIteration"):
        async with asyncio.timeout(10):
            await worker.do(lambda: next(iter(())))
    worker.stop()
