"""Asterisk's events, translated: a frame in, a value of ``ccd.calls.events`` out.

Live events' header names stand here and nowhere else (a list's rows: ``rows.py``).  The table
says which header fills which field; an event that it does not name means nothing to ccd, and a
``UserEvent`` (anyone who can write a dialplan line can send one) never will.

Sources: Asterisk 22, ``main/manager_channels.c``, ``main/manager_bridges.c``,
``apps/app_queue.c``; a captured call is in ``tests/captures``.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import structlog

from ccd.ami.framing import first_line
from ccd.ami.headers import BadHeader, Reader, count, dialled, escaped, flag, moment, needed, plain, raw
from ccd.calls import events as happened
from ccd.calls.events import AsteriskEvent
from ccd.calls.ids import phone_of

_log = structlog.get_logger(__name__)

Translator = Callable[[bytes], AsteriskEvent | None]
_Fields = Mapping[str, Reader[Any]]

dropped: Counter[str] = Counter()
"""How many events of each kind were unusable since the start; the first of each is logged."""


def _always(value: Any) -> Reader[Any]:
    return lambda _frame: value


def _event(kind: type[AsteriskEvent], fields: _Fields) -> Translator:
    """A translator that fills ``kind``'s fields from their headers."""
    readers = tuple(fields.items())

    def translate(frame: bytes) -> AsteriskEvent:
        return kind(at=moment(frame), **{field: read(frame) for field, read in readers})

    return translate


def _ids(prefix: str = "") -> dict[str, Reader[Any]]:
    return {"linked_id": needed(f"{prefix}Linkedid"), "unique_id": needed(f"{prefix}Uniqueid")}


def _first_of(*readers: Reader[str]) -> Reader[str]:
    return lambda frame: next(filter(None, (read(frame) for read in readers)), "")


def _phone(header: str) -> Reader[str]:
    channel = needed(header)
    return lambda frame: phone_of(channel(frame))


def _only_success(translate: Translator) -> Translator:
    """A transfer that failed changed nothing."""
    result = raw("Result")
    return lambda frame: translate(frame) if result(frame) == b"Success" else None


_CALLER: _Fields = {
    "caller_number": plain("CallerIDNum"),
    "caller_name": escaped("CallerIDName"),
    "called_number": dialled("Exten"),
}
_QUEUE: _Fields = {**_ids(), "queue": needed("Queue")}
_RINGING: _Fields = {**_QUEUE, "phone": needed("Interface"), "leg": needed("DestUniqueid")}
_AGENT: _Fields = {**_RINGING, "member": plain("MemberName")}
_BRIDGE: _Fields = {**_ids(), "bridge": needed("BridgeUniqueid"), "channel": needed("Channel")}
_MEMBER: _Fields = {
    "queue": needed("Queue"),
    "phone": needed("Interface"),
    "name": plain("MemberName"),
    "paused": flag("Paused"),
}
_member = partial(_event, happened.MemberChanged)

TABLE: Mapping[str, Translator] = {
    "Newchannel": _event(
        happened.ChannelStarted,
        {**_ids(), **_CALLER, "channel": needed("Channel"), "context": plain("Context")},
    ),
    "QueueCallerJoin": _event(happened.QueueJoined, {**_QUEUE, **_CALLER}),
    "QueueCallerLeave": _event(happened.QueueLeft, _QUEUE),
    "AgentCalled": _event(happened.AgentRinging, _AGENT),
    "AgentRingNoAnswer": _event(happened.AgentMissed, _RINGING),
    "AgentConnect": _event(happened.AgentConnected, {**_AGENT, "waited": count("HoldTime")}),
    "AgentComplete": _event(
        happened.AgentCompleted,
        {**_AGENT, "waited": count("HoldTime"), "talked": count("TalkTime"), "reason": plain("Reason")},
    ),
    "Hold": _event(happened.Held, _ids()),
    "Unhold": _event(happened.Unheld, _ids()),
    "BridgeEnter": _event(happened.BridgeEntered, _BRIDGE),
    "BridgeLeave": _event(happened.BridgeLeft, _BRIDGE),
    "BlindTransfer": _only_success(
        _event(
            happened.Transferred,
            {
                **_ids("Transferer"),
                "kind": _always("blind"),
                "by": _phone("TransfererChannel"),
                "target": plain("Extension"),
            },
        ),
    ),
    "AttendedTransfer": _only_success(
        _event(
            happened.Transferred,
            {
                **_ids("OrigTransferer"),
                "kind": _always("attended"),
                "by": _phone("OrigTransfererChannel"),
                "target": _first_of(
                    dialled("TransferTargetExten"),
                    plain("TransferTargetChannel"),
                    plain("DestApp"),
                ),
            },
        ),
    ),
    "HangupRequest": _event(happened.HangupRequested, _ids()),
    "Hangup": _event(
        happened.ChannelEnded,
        {**_ids(), "channel": needed("Channel"), "cause": count("Cause", default=0)},
    ),
    "QueueMemberStatus": _member({**_MEMBER, "present": _always(value=True)}),
    "QueueMemberAdded": _member({**_MEMBER, "present": _always(value=True)}),
    "QueueMemberPause": _member({**_MEMBER, "present": _always(value=True)}),
    "QueueMemberRemoved": _member({**_MEMBER, "present": _always(value=False)}),
}
"""Event name -> translator.  A new event of ccd's needs one row here."""

_BY_FIRST_LINE = {f"Event: {name}".encode(): (name, translator) for name, translator in TABLE.items()}


def translate(frame: bytes) -> AsteriskEvent | None:
    """What happened, or None: not ccd's business, or unusable (counted, and logged once a kind)."""
    name, translator = _BY_FIRST_LINE.get(first_line(frame), ("", None))
    if translator is None:
        return None
    try:
        return translator(frame)
    except BadHeader as error:
        dropped[name] += 1
        if dropped[name] == 1:
            _log.warning("ami_event_unusable", kind=name, header=str(error))
        return None
