"""Asking Asterisk what is alive, after every (re)connection and after a gap; its queues also in between.

Rights needed in ``manager.conf``: ``write = reporting`` (``CoreShowChannels``); ``QueueStatus``
needs none.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

import structlog

from ccd.ami import rows
from ccd.ami.columns import BadHeader
from ccd.ami.errors import ActionRefused
from ccd.ami.message import Message
from ccd.calls.events import QueuesNow
from ccd.calls.ids import QueueName
from ccd.calls.snapshot import ChannelNow, MemberNow, QueueNow, Snapshot, WaitingNow

_log = structlog.get_logger(__name__)

Ask = Callable[[Mapping[str, str]], Awaitable[Any]]
_T = TypeVar("_T")


async def take_snapshot(ask: Ask) -> Snapshot:
    """Everything that is alive now.  ``ask`` sends an action and gives its answer.

    Its moment is before the question: a channel that is born while the answer is on its way may be
    missing in it.  Raises ActionRefused (rights), and whatever ``ask`` raises.
    """
    at = datetime.now(UTC)
    channels = await _list(ask, "CoreShowChannels")
    queues = await _list(ask, "QueueStatus")
    return Snapshot(
        at=at,
        channels=_only(ChannelNow, channels),
        waiting=_only(WaitingNow, queues),
        members=_only(MemberNow, queues),
        queues=_names(queues),
    )


async def take_queues(ask: Ask) -> QueuesNow:
    """The queues and their members now.  Its moment is before the question; raises as above."""
    at = datetime.now(UTC)
    found = await _list(ask, "QueueStatus")
    return QueuesNow(at=at, queues=_names(found), members=_only(MemberNow, found))


def _names(found: list[rows.Row]) -> tuple[QueueName, ...]:
    return tuple(one.queue for one in _only(QueueNow, found))


def _only(kind: type[_T], found: list[rows.Row]) -> tuple[_T, ...]:
    return tuple(row for row in found if isinstance(row, kind))


async def _list(ask: Ask, name: str) -> list[rows.Row]:
    answer = await ask({"Action": name})
    if isinstance(answer, Message):
        raise ActionRefused(f"{name}: {answer.refusal or 'not a list'}")
    return [row for message in answer if (row := _believed(message)) is not None]


def _believed(message: Message) -> rows.Row | None:
    """One row; None for one that a caller broke: his number must not cost the others the link."""
    try:
        return rows.row(message.frame)
    except BadHeader as error:
        _log.error("ami_row_unusable", kind=message.get("Event"), header=str(error))
        return None
