"""Calling patients back over AMI: the Switchboard port.

Rights needed in ``manager.conf``: ``write = originate`` (``Originate``) besides ``reporting``
(``Status``); ``QueueStatus`` needs none.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ccd.ami.errors import AmiError
from ccd.ami.message import Message
from ccd.ami.originate import RING, Ask, originate, outside
from ccd.callbacks.promise import Promise
from ccd.callbacks.turn import Line, Waiter
from ccd.calls.ids import LinkedId, QueueName, UniqueId
from ccd.ports.switchboard import NotHeardError, Since

_GONE = frozenset("45")
"""A member's ``Status`` (a device state) while its phone is invalid or unavailable."""
_FREE = frozenset("01")
"""Not in use; unknown, which ``app_queue`` rings too."""
_NO_CHANNEL = "No such channel"
"""Asterisk's words (``main/manager.c``, ``action_status``)."""


class Dialler:
    """``ask`` sends an action and gives its answer; ``trunk`` is a dial string, ``{number}`` its digits."""

    def __init__(self, ask: Ask, trunk: str) -> None:
        self._ask = ask
        self.trunk = trunk

    async def lines(self, queues: Iterable[QueueName], since: Since) -> dict[QueueName, Line]:
        """These queues now.  Raises NotHeardError."""
        now = datetime.now(UTC)
        answers = {queue: await self._queue(queue) for queue in queues}
        return {queue: _line(rows, since, now) for queue, rows in answers.items()}

    async def call(self, promise: Promise) -> None:
        """Begin to call the patient.  Raises NotBegunError, NotHeardError."""
        patient = outside(self.trunk, promise.number)
        variables = {
            "CCD_CALLBACK": str(promise.promise_id),
            "CCD_CALLER": promise.number,
            "CCD_DID": _plain(promise.called_number),
        }
        fields = {
            "Channel": patient,
            "ChannelId": promise.attempt_id,
            "Context": "ccd-callback",
            "Exten": "s",
            "Priority": "1",
            "Timeout": str(RING * 1000),
            "CallerID": _plain(promise.called_number),
            "Variable": ",".join(f"{name}={value}" for name, value in variables.items()),
        }
        await originate(self._ask, fields)

    async def alive(self, call_id: LinkedId) -> bool:
        """Whether the channel of that id is there.  Raises NotHeardError."""
        answer = await self._heard({"Action": "Status", "Channel": call_id})
        refusal = answer.refusal if isinstance(answer, Message) else None
        if refusal is not None and refusal != _NO_CHANNEL:
            raise NotHeardError(refusal)
        return refusal is None

    async def _queue(self, queue: QueueName) -> list[Message]:
        answer = await self._heard({"Action": "QueueStatus", "Queue": queue})
        if isinstance(answer, Message):
            raise NotHeardError(answer.refusal or "no list of the queue's members")
        return list(answer)

    async def _heard(self, action: Mapping[str, str]) -> Any:
        try:
            return await self._ask(action)
        except AmiError as error:
            raise NotHeardError(str(error)) from error


def _line(rows: Iterable[Message], since: Since, now: datetime) -> Line:
    waiting, there, free = list[Waiter](), 0, 0
    for row in rows:
        if row.get("Event") == "QueueEntry":
            waiting.append(_waiter(row, since, now))
        elif row.get("Event") == "QueueMember" and _one(row, "Paused") == "0":
            status = _one(row, "Status")
            there += status not in _GONE
            free += status in _FREE and not _rests(row, now)
    return Line(waiting=tuple(waiting), on_duty=there, free=free)


def _waiter(row: Message, since: Since, now: datetime) -> Waiter:
    began = now - timedelta(seconds=_number(row, "Wait"))
    known = since(UniqueId(_one(row, "Uniqueid")))
    return Waiter(since=min(known, began) if known else began, priority=_number(row, "Priority"))


def _rests(row: Message, now: datetime) -> bool:
    """Whether the member still has the peace after a call (``wrapuptime``)."""
    last, wrapup = _number(row, "LastCall"), _number(row, "Wrapuptime")
    return bool(last) and now.timestamp() < last + wrapup


def _one(row: Message, header: str) -> str:
    """A header's value; the first, where a caller's name added more."""
    value = row.get(header, "")
    return str(value[0] if isinstance(value, list) else value)


def _number(row: Message, header: str) -> int:
    value = _one(row, header)
    return int(value) if value.isascii() and value.isdigit() and len(value) < 12 else 0


def _plain(number: str) -> str:
    """A number as it may stand in a list of variables."""
    return "".join(one for one in number if one.isascii() and (one.isalnum() or one in "+*#_.-"))[:64]
