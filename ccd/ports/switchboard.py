"""What Asterisk does for those who call patients back."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

from ccd.callbacks.promise import Promise
from ccd.callbacks.turn import Line
from ccd.calls.ids import LinkedId, QueueName, UniqueId

Since = Callable[[UniqueId], datetime | None]


class NotBegunError(Exception):
    """The call was not begun: Asterisk refused, or cannot be asked."""


class NoCallError(Exception):
    """The call is over, or Asterisk told nothing of its channel."""


class NotHeardError(Exception):
    """Asterisk gave no answer: nobody knows."""


class Switchboard(Protocol):
    """What Asterisk does for those who call patients back."""

    async def lines(self, queues: Iterable[QueueName], since: Since) -> dict[QueueName, Line]:
        """These queues now; a queue that Asterisk does not have is empty.  Raises NotHeardError.

        ``since`` says when the caller on a channel began to wait, None when it does not know.
        """
        ...

    async def call(self, promise: Promise) -> None:
        """Begin to call the patient, on a channel with the promise's ``attempt_id``.

        Raises NotBegunError when it surely did not, NotHeardError when it may have.
        """
        ...

    async def alive(self, call_id: LinkedId) -> bool:
        """Whether the channel of that id is there.  Raises NotHeardError."""
        ...
