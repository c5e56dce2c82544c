"""Asking Asterisk what is alive, after every (re)connection and after a gap.

Rights needed in ``manager.conf``: ``write = reporting`` (``CoreStatus``, ``CoreShowChannels``,
``GetVar``); ``QueueStatus`` needs none.

**When Asterisk started** is told by ``CoreStatus`` as a local date and time without a zone.  So
Asterisk is asked for its own zone's offset at that moment (``STRFTIME`` through ``GetVar``):
the same process always gives the same instant, also after a change of the clocks; an uptime
would differ by a second from one question to the next.  Where ``GetVar`` is refused, ccd's own
zone is taken: it runs beside Asterisk.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

import structlog

from ccd.ami import rows
from ccd.ami.errors import ActionRefused, ProtocolError
from ccd.ami.headers import BadHeader
from ccd.ami.message import Message
from ccd.calls.snapshot import ChannelNow, MemberNow, Snapshot, WaitingNow

_log = structlog.get_logger(__name__)

Ask = Callable[[Mapping[str, str]], Awaitable[Any]]
_T = TypeVar("_T")


async def take_snapshot(ask: Ask) -> Snapshot:
    """Everything that is alive now.  ``ask`` sends an action and gives its answer.

    Raises ActionRefused (rights), ProtocolError (an answer that cannot be believed), and
    whatever ``ask`` raises.
    """
    try:
        started = await _started(ask)
        channels = await _list(ask, "CoreShowChannels")
        at = datetime.now(UTC)
        queues = await _list(ask, "QueueStatus")
    except BadHeader as error:
        raise ProtocolError(f"a snapshot without {error}") from error
    return Snapshot(
        at=at,
        asterisk_started=started,
        channels=_only(ChannelNow, channels),
        waiting=_only(WaitingNow, queues),
        members=_only(MemberNow, queues),
    )


def _only(kind: type[_T], found: list[rows.Row]) -> tuple[_T, ...]:
    return tuple(row for row in found if isinstance(row, kind))


async def _list(ask: Ask, name: str) -> list[rows.Row]:
    answer = await ask({"Action": name})
    if isinstance(answer, Message):
        raise ActionRefused(f"{name}: {answer.refusal or 'not a list'}")
    return [row for message in answer if (row := rows.row(message.frame)) is not None]


async def _started(ask: Ask) -> datetime:
    answer = await ask({"Action": "CoreStatus"})
    if answer.refusal is not None:
        raise ActionRefused(f"CoreStatus: {answer.refusal}")
    local = rows.started(answer.frame)
    about = int(local.replace(tzinfo=UTC).timestamp())
    zone = await ask({"Action": "GetVar", "Variable": f"STRFTIME({about},,%z)"})
    try:
        return datetime.strptime(f"{local} {zone['Value']}", "%Y-%m-%d %H:%M:%S %z").astimezone(UTC)
    except (KeyError, ValueError):
        _log.warning("ami_zone_unknown", reason=zone.refusal or "no offset")
        return local.astimezone(UTC)
