"""Asterisk's queues as keepers use them: the ``Queues`` port.

Rights needed in ``manager.conf``: ``write = agent``; ``QueueStatus`` needs none.  Source: Asterisk 22,
``apps/app_queue.c``.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ccd.ami.columns import BadHeader, Column, count, flag, needed, reachable
from ccd.ami.errors import ActionRefused, AmiError, BadAction
from ccd.ami.framing import first_line
from ccd.ami.headers import Fields
from ccd.ami.message import Message
from ccd.calls.ids import Phone, QueueName
from ccd.ports.switchboard import NotHeardError
from ccd.queueing import InLine, Member, RefusedError

Ask = Callable[[Mapping[str, str]], Awaitable[Any]]

_DIGITS = re.compile(r"[0-9]{1,9}", re.ASCII)
_MEMBER = Fields(
    phone=needed("Location"),
    penalty=count("Penalty", default=0),
    removable=Column("Membership", convert="dynamic".__eq__),
    reachable=reachable("Status"),
    paused=flag("Paused"),
)
_ENTRY = Fields(
    unique_id=needed("Uniqueid"),
    channel=needed("Channel"),
    waited=count("Wait", default=0),
    priority=Column("Priority", convert=lambda value: int(value) if _DIGITS.fullmatch(value) else None),
)


class AmiQueues:
    """``ask`` sends an action and gives its answer."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def members(self, queue: QueueName) -> list[Member]:
        """The members.  Raises NotHeardError."""
        return [_member(row) for row in await self._rows(queue, b"Event: QueueMember", _MEMBER)]

    async def callers(self, queue: QueueName) -> list[InLine]:
        """Who waits, the next one first.  Raises NotHeardError."""
        return [InLine(**row) for row in await self._rows(queue, b"Event: QueueEntry", _ENTRY)]

    async def add(self, queue: QueueName, member: Member, *, name: str, state: str) -> None:
        """Add a member.  Raises RefusedError, NotHeardError."""
        await self._do(
            Action="QueueAdd",
            Queue=queue,
            Interface=member.phone,
            Penalty=str(member.penalty),
            MemberName=name,
            StateInterface=state or member.phone,
        )

    async def remove(self, queue: QueueName, phone: Phone) -> None:
        """Remove a member.  Raises RefusedError, NotHeardError."""
        await self._do(Action="QueueRemove", Queue=queue, Interface=phone)

    async def penalise(self, queue: QueueName, phone: Phone, penalty: int) -> None:
        """Change a member's penalty.  Raises RefusedError, NotHeardError."""
        await self._do(Action="QueuePenalty", Queue=queue, Interface=phone, Penalty=str(penalty))

    async def prefer(self, queue: QueueName, channel: str, priority: int) -> None:
        """Change a caller's priority and place.  Raises RefusedError, NotHeardError."""
        await self._do(
            Action="QueueChangePriorityCaller",
            Queue=queue,
            Caller=channel,
            Priority=str(priority),
            Immediate="yes",
        )

    async def _rows(self, queue: QueueName, kind: bytes, fields: Fields) -> list[dict[str, Any]]:
        answer = await self._heard({"Action": "QueueStatus", "Queue": queue})
        if isinstance(answer, Message):
            raise NotHeardError(answer.refusal or "QueueStatus gave no list")
        return [row for one in answer if first_line(one.frame) == kind for row in _believed(one, fields)]

    async def _do(self, **action: str) -> None:
        answer = await self._heard(action)
        if answer.refusal is not None:
            raise RefusedError(answer.refusal)

    async def _heard(self, action: Mapping[str, str]) -> Any:
        try:
            return await self._ask(action)
        except (ActionRefused, BadAction) as error:
            raise RefusedError(str(error)) from error
        except AmiError as error:
            raise NotHeardError(str(error)) from error


def _believed(message: Message, fields: Fields) -> list[dict[str, Any]]:
    """The row; none when a caller broke it with lines of his own."""
    try:
        return [fields(message.frame)]
    except BadHeader:
        return []


def _member(row: dict[str, Any]) -> Member:
    there = row["reachable"] and not row["paused"]
    return Member(phone=Phone(row["phone"]), penalty=row["penalty"], removable=row["removable"], there=there)
