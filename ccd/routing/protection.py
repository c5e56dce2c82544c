"""Bounds on a queue: how many may wait in it, and how long at most because of others' priority."""

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from ccd.routing.base import Model
from ccd.routing.words import Duration


class QueueLimits(Model, title="bounds of a queue"):
    """What a queue may be asked to bear; each may be left out for no bound."""

    noun: ClassVar[str] = "bound of a queue"

    max_waiting: Annotated[int, Field(ge=1, le=1000, strict=True)] | None = None
    """Callers who may wait at once: for one more the queue is full.  A step's own counts before it."""
    longest_wait: Duration | None = None
    """After so long a caller is answered before all others, whatever their priority."""


FIRST = 1001
"""The priority of who has waited so long: above every one that a rule may give (1000)."""


def most_waiting(limits: Mapping[str, QueueLimits], queue: str) -> int | None:
    """How many may wait in the queue; None for any number.  Upper and lower case are the same."""
    return next((one.max_waiting for one in _of(limits, queue) if one.max_waiting is not None), None)


def longest_wait(limits: Mapping[str, QueueLimits], queue: str) -> int | None:
    """Seconds until a caller is answered before all others; None for never."""
    return min((one.longest_wait for one in _of(limits, queue) if one.longest_wait is not None), default=None)


def _of(limits: Mapping[str, QueueLimits], queue: str) -> Iterator[QueueLimits]:
    return (one for name, one in limits.items() if name.lower() == queue.lower())
