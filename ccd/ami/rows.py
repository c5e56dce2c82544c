"""The rows of the lists that Asterisk is asked for, translated: the snapshot's header names.

Sources: Asterisk 22, ``main/manager.c`` (``CoreStatus``, ``CoreShowChannels``: a channel
snapshot, so its ``CallerIDName`` is C-escaped) and ``apps/app_queue.c`` (``QueueStatus``:
``QueueMember`` names the member's interface ``Location``, and nothing is escaped).
"""

from collections.abc import Callable
from datetime import datetime

from ccd.ami.framing import first_line
from ccd.ami.headers import BadHeader, count, dialled, escaped, flag, needed, plain
from ccd.calls.ids import LinkedId, Phone, QueueName, UniqueId
from ccd.calls.snapshot import ChannelNow, MemberNow, WaitingNow

Row = ChannelNow | WaitingNow | MemberNow

_unique_id = needed("Uniqueid")
_linked_id = needed("Linkedid")
_channel = needed("Channel")
_caller_number = plain("CallerIDNum")
_caller_name = escaped("CallerIDName")
_called_number = dialled("Exten")
_context = plain("Context")
_bridge = plain("BridgeId")
_duration = plain("Duration")
_queue = needed("Queue")
_waited = count("Wait", default=0)
_location = needed("Location")
_member_name = plain("Name")
_paused = flag("Paused")
_startup_date = needed("CoreStartupDate")
_startup_time = needed("CoreStartupTime")


def _seconds(duration: str) -> int:
    """``HH:MM:SS`` in seconds (hours may have more digits); 0 where it says anything else."""
    parts = duration.split(":")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 8 for part in parts):
        return 0
    hours, minutes, seconds = map(int, parts)
    return (hours * 60 + minutes) * 60 + seconds


def _channel_now(frame: bytes) -> ChannelNow:
    return ChannelNow(
        unique_id=UniqueId(_unique_id(frame)),
        linked_id=LinkedId(_linked_id(frame)),
        channel=_channel(frame),
        caller_number=_caller_number(frame),
        caller_name=_caller_name(frame),
        called_number=_called_number(frame),
        context=_context(frame),
        bridge=_bridge(frame),
        age=_seconds(_duration(frame)),
    )


def _waiting_now(frame: bytes) -> WaitingNow:
    return WaitingNow(
        queue=QueueName(_queue(frame)),
        unique_id=UniqueId(_unique_id(frame)),
        waited=_waited(frame),
    )


def _member_now(frame: bytes) -> MemberNow:
    return MemberNow(
        queue=QueueName(_queue(frame)),
        phone=Phone(_location(frame)),
        name=_member_name(frame),
        paused=_paused(frame),
    )


_TABLE: dict[bytes, Callable[[bytes], Row]] = {
    b"Event: CoreShowChannel": _channel_now,
    b"Event: QueueEntry": _waiting_now,
    b"Event: QueueMember": _member_now,
}


def row(frame: bytes) -> Row | None:
    """One row of a list, or None: its head, its end, or a row that ccd does not need.

    A row without its ids raises BadHeader: a snapshot that lacks a call must not be believed.
    """
    translator = _TABLE.get(first_line(frame))
    return translator(frame) if translator else None


def started(frame: bytes) -> datetime:
    """When Asterisk started, on its own wall clock, without a zone (``CoreStatus``)."""
    try:
        return datetime.fromisoformat(f"{_startup_date(frame)} {_startup_time(frame)}")
    except ValueError as error:
        raise BadHeader("CoreStartupDate") from error
