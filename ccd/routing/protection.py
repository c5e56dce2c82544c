"""Bounds on a queue: how many may wait in it, and how long at most because of others' priority."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from ccd.calls.ids import QueueName
from ccd.routing.base import Model
from ccd.routing.model import Facts, QueueState, QueueStep
from ccd.routing.words import Duration


class QueueLimits(Model):
    """What a queue may be asked to bear; each may be left out for no bound."""

    noun: ClassVar[str] = "bound of a queue"

    max_waiting: Annotated[int, Field(ge=1, le=10_000, strict=True)] | None = None
    """Callers who may wait at once: one more is not let in, and the step ends with ``FULL``."""
    longest_wait: Duration | None = None
    """Seconds after which a caller is answered before all others, whatever their priority."""


class Protection:
    """The bounds of all queues, asked before a step is answered.  Upper and lower case are the same."""

    def __init__(self, limits: Mapping[str, QueueLimits]) -> None:
        self._most = {queue.lower(): one.max_waiting for queue, one in limits.items()}

    def admitted(self, step: QueueStep, facts: Facts) -> bool:
        """Whether a caller who is not in the queue yet may wait in it.

        True where no bound is written, and while Asterisk cannot be heard: a caller is not turned
        away on a guess.  A caller who comes back for another slice of the same wait is not asked.
        """
        most = self._most.get(step.queue.lower())
        if most is None or facts.queues is None:
            return True
        state = _state(facts.queues, step.queue)
        return state is None or state.waiting < most


def _state(queues: Mapping[QueueName, QueueState], wanted: QueueName) -> QueueState | None:
    return next((state for name, state in queues.items() if name.lower() == wanted.lower()), None)
