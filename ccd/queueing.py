"""Asterisk's queues as keepers see and change them: a port; ``ami.queues`` is the real one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ccd.calls.ids import Phone, QueueName, UniqueId


class RefusedError(Exception):
    """Asterisk said no; its own words are the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A member of a queue right now."""

    phone: Phone
    penalty: int = 0
    removable: bool = True
    """False for one that is written in ``queues.conf`` or comes from a database: AMI cannot remove it."""
    there: bool = True
    """Its phone can be reached, and it is not paused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InLine:
    """A caller who waits right now.  ``waited`` is whole seconds since joining, this time."""

    unique_id: UniqueId
    channel: str
    waited: int
    priority: int | None
    """None when it cannot be believed: the caller wrote lines of his own."""


class Queues(Protocol):
    """Asterisk's queues.

    Every method raises ``ports.NotHeardError`` while there is no answer; those that change something
    raise RefusedError.
    """

    async def members(self, queue: QueueName) -> Sequence[Member]:
        """The members; none of a queue that Asterisk does not have."""
        ...

    async def callers(self, queue: QueueName) -> Sequence[InLine]:
        """Who waits, the next one first; nobody in a queue that Asterisk does not have."""
        ...

    async def add(self, queue: QueueName, member: Member, *, name: str, state: str) -> None:
        """Make this phone a member; ``state`` is whose state counts, empty for the phone's own."""
        ...

    async def remove(self, queue: QueueName, phone: Phone) -> None:
        """Make this phone no member; a talk that it has goes on."""
        ...

    async def penalise(self, queue: QueueName, phone: Phone, penalty: int) -> None:
        """Give a member another penalty."""
        ...

    async def prefer(self, queue: QueueName, channel: str, priority: int) -> None:
        """Give a caller who waits another priority, at once."""
        ...
