"""Asterisk's events, translated: a frame in, a value of ``ccd.calls.events`` out.

Live events' header names stand here, those of ``Dial()`` in ``dials.py``, and nowhere else (a
list's rows: ``rows.py``).  The table says which header fills which field; an event that it does
not name means nothing to ccd, and a ``UserEvent`` (anyone who can write a dialplan line can send
one) never will.

Sources: Asterisk 22, ``main/manager_channels.c``, ``main/manager_bridges.c``,
``apps/app_queue.c``; a captured call is in ``tests/captures``.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import structlog

from ccd.ami import dials
from ccd.ami.columns import (
    MEMBER,
    MOMENT,
    BadHeader,
    Column,
    count,
    dialled,
    ids,
    known,
    needed,
    person,
    plain,
    variable,
)
from ccd.ami.framing import first_line
from ccd.ami.headers import Fields
from ccd.calls import events as happened
from ccd.calls.events import AsteriskEvent
from ccd.calls.ids import phone_of
from ccd.calls.snapshot import MemberNow
from ccd.calls.values import made

_log = structlog.get_logger(__name__)

Translator = Callable[[bytes], AsteriskEvent | None]
"""A frame in, what happened out.  Raises BadHeader."""

dropped: Counter[str] = Counter()
"""How many events of each kind were unusable since the start; the first of each is logged."""


def _event(kind: type[AsteriskEvent], **columns: Column) -> Translator:
    """A translator that fills ``kind``'s fields from their headers."""
    fields = Fields(at=MOMENT, **columns)
    return lambda frame: made(kind, fields(frame))


def _transfer(kind: str, prefix: str, *targets: Column) -> Translator:
    """A transfer, told of the transferer's channel; one that failed changed nothing."""
    outcome = Fields(result=plain("Result"))
    fields = Fields(
        at=MOMENT,
        **ids(prefix),
        by=needed(f"{prefix}Channel", convert=phone_of),
        second=plain("SecondTransfererUniqueid"),
        transferee=plain("TransfereeUniqueid"),
        stays=Column("DestType", convert="Threeway".__eq__),
    )
    names = Fields(**{f"target{at}": target for at, target in enumerate(targets)})

    def translate(frame: bytes) -> AsteriskEvent | None:
        if outcome(frame)["result"] != "Success":
            return None
        target = next(filter(None, names(frame).values()), "")
        return happened.Transferred(kind=kind, target=target, **fields(frame))

    return translate


def _with_agent(kind: type[AsteriskEvent], **columns: Column) -> Translator:
    """A talk with an agent: who took the call on another phone (call pickup) is the one who talks."""
    fields = Fields(at=MOMENT, **columns, answered_on=Column("DestChannel", convert=phone_of))
    return lambda frame: made(kind, _who_talked(fields(frame)))


def _completed(**columns: Column) -> Translator:
    """The end of a talk.  Asterisk leaves out a channel that is gone by then: the other names the call."""
    fields = Fields(
        at=MOMENT,
        **columns,
        agents_call=plain("DestLinkedid"),
        answered_on=Column("DestChannel", convert=phone_of),
    )

    def translate(frame: bytes) -> AsteriskEvent:
        told = fields(frame)
        agents_call = told.pop("agents_call")
        if not (told["linked_id"] and told["unique_id"]):
            told |= {"linked_id": agents_call, "unique_id": told["leg"] if agents_call else ""}
        return made(happened.AgentCompleted, _who_talked(told))

    return translate


def _who_talked(told: dict[str, Any]) -> dict[str, Any]:
    """The fields, with the phone that answered where it is not the one that the queue rang."""
    phone = told.pop("answered_on")
    if phone and told["leg"] and _DEVICE.fullmatch(told["phone"]) and phone != told["phone"]:
        told |= {"phone": phone, "member": ""}
    return told


_DEVICE = re.compile(r"(?!Local/)[A-Za-z0-9]+/[^/@]+")
"""An interface whose channels are named after it; ``Local/1@agents`` and ``PJSIP/1@trunk`` are not."""

_IDS: Mapping[str, Column] = ids()
_CALLER: Mapping[str, Column] = {
    "caller_number": known("CallerIDNum"),
    "caller_name": person("CallerIDName"),
    "called_number": dialled("Exten"),
}
_GONE: Mapping[str, Column] = {"linked_id": plain("Linkedid"), "unique_id": plain("Uniqueid")}
_QUEUE: Mapping[str, Column] = {**_IDS, "queue": needed("Queue")}
_RINGING: Mapping[str, Column] = {
    **_QUEUE,
    "phone": needed("Interface"),
    "leg": needed("DestUniqueid"),
}
_AGENT: Mapping[str, Column] = {**_RINGING, "member": plain("MemberName")}
_BRIDGE: Mapping[str, Column] = {
    **_IDS,
    "bridge": needed("BridgeUniqueid"),
    "channel": needed("Channel"),
}


_MEMBER = Fields(
    at=MOMENT,
    present=Column("Event", convert="QueueMemberRemoved".__ne__),
    queue=needed("Queue"),
    phone=needed("Interface"),
    name=plain("MemberName"),
    **MEMBER,
)


def _member_changed(frame: bytes) -> AsteriskEvent:
    told = _MEMBER(frame)
    at, present = told.pop("at"), told.pop("present")
    return happened.MemberChanged(at=at, present=present, member=made(MemberNow, told))


_KINDS: Mapping[str, Translator] = {
    "Newchannel": _event(
        happened.ChannelStarted,
        **_IDS,
        **_CALLER,
        channel=needed("Channel"),
        context=plain("Context"),
    ),
    "QueueCallerJoin": _event(happened.QueueJoined, **_QUEUE, **_CALLER),
    "QueueCallerLeave": _event(happened.QueueLeft, **_QUEUE),
    "AgentCalled": _event(happened.AgentRinging, **_AGENT),
    "AgentRingNoAnswer": _event(happened.AgentMissed, **_RINGING),
    "AgentConnect": _with_agent(happened.AgentConnected, **_AGENT, waited=count("HoldTime")),
    "AgentComplete": _completed(
        **{**_AGENT, "leg": plain("DestUniqueid"), **_GONE},
        waited=count("HoldTime"),
        talked=count("TalkTime"),
        reason=plain("Reason"),
    ),
    "DialBegin": dials.begins,
    "DialEnd": dials.ends,
    "Hold": _event(happened.Held, **_IDS),
    "Unhold": _event(happened.Unheld, **_IDS),
    "BridgeEnter": _event(happened.BridgeEntered, **_BRIDGE, swapped=plain("SwapUniqueid")),
    "BridgeLeave": _event(happened.BridgeLeft, **_BRIDGE),
    "BlindTransfer": _transfer("blind", "Transferer", plain("Extension")),
    "AttendedTransfer": _transfer(
        "attended",
        "OrigTransferer",
        dialled("TransferTargetExten"),
        Column("TransferTargetChannel", convert=phone_of),
        plain("DestApp"),
    ),
    "HangupRequest": _event(happened.HangupRequested, **_IDS),
    "Hangup": _event(
        happened.ChannelEnded,
        **_IDS,
        channel=needed("Channel"),
        cause=count("Cause", default=0),
        recording=variable("MIXMONITOR_FILENAME"),
    ),
    "QueueMemberStatus": _member_changed,
    "QueueMemberAdded": _member_changed,
    "QueueMemberPause": _member_changed,
    "QueueMemberRemoved": _member_changed,
}
"""Event name -> translator.  A new event of ccd's needs one row here."""


def _tolerant(name: str, translator: Translator) -> Translator:
    def translate(frame: bytes) -> AsteriskEvent | None:
        try:
            return translator(frame)
        except BadHeader as error:
            dropped[name] += 1
            if dropped[name] == 1:
                _log.warning("ami_event_unusable", kind=name, header=str(error))
            return None

    return translate


TABLE: Mapping[str, Translator] = {name: _tolerant(name, one) for name, one in _KINDS.items()}
"""Event name -> its translator; None is not ccd's business, or unusable: counted, and logged once."""

_BY_FIRST_LINE = {f"Event: {name}".encode(): translator for name, translator in TABLE.items()}


def translate(frame: bytes) -> AsteriskEvent | None:
    """What happened, or None, for frames of any kind."""
    translator = _BY_FIRST_LINE.get(first_line(frame))
    return translator(frame) if translator else None
