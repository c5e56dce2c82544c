"""Promises to call back: as a call meets them, and where they are kept."""

from collections.abc import Sequence
from typing import Protocol

from ccd.callbacks.promise import Promise
from ccd.routing.question import StepRequest
from ccd.routing.step_kinds import CallbackStep, QueueStep


class Promises(Protocol):
    """Promises to call back, as a call meets them.  Nothing here raises, and nothing waits for long."""

    async def promise(self, ask: StepRequest, step: CallbackStep) -> bool:
        """Whether the promise is durable now; if not, the caller must not hear it."""
        ...

    def own_place(self, ask: StepRequest, step: CallbackStep) -> QueueStep:
        """Where the caller waits when nothing could be promised: in the queue, as if he had stayed."""
        ...

    async def kept_by(self, ask: StepRequest) -> Promise | None:
        """The promise that this call of ours keeps; None when it is no such call."""
        ...


class PromiseStore(Protocol):
    """Where promises are.  Each method may raise; what it returned is durable."""

    async def give(self, promise: Promise, patience: float | None = None) -> Promise:
        """Write a new one, or join it to the live one for the same number and queue.

        ``patience`` is seconds.  Raises TooManyPromisesError.
        """
        ...

    async def change(self, before: Promise, after: Promise) -> bool:
        """Write ``after`` if it still is as ``before``; whether it was."""
        ...

    async def live(self) -> Sequence[Promise]:
        """All whose patients may still be called."""
        ...


class TooManyPromisesError(Exception):
    """The queue has as many live promises as it may have."""
