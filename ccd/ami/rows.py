"""The rows of the lists that Asterisk is asked for, translated: the snapshot's header names.

Sources: Asterisk 22, ``main/manager.c`` (``CoreShowChannels``: a channel snapshot, so its
``CallerIDName`` is C-escaped) and ``apps/app_queue.c`` (``QueueStatus``:
``QueueMember`` names the member's interface ``Location``, and nothing is escaped).
"""

from collections.abc import Callable

from ccd.ami.columns import MEMBER, Column, count, dialled, known, needed, person, plain
from ccd.ami.framing import first_line
from ccd.ami.headers import Fields
from ccd.calls.snapshot import ChannelNow, MemberNow, QueueNow, WaitingNow

Row = ChannelNow | QueueNow | WaitingNow | MemberNow


def _seconds(duration: str) -> int:
    """``HH:MM:SS`` in seconds (hours may have more digits); 0 where it says anything else."""
    parts = duration.split(":")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 8 for part in parts):
        return 0
    hours, minutes, seconds = map(int, parts)
    return (hours * 60 + minutes) * 60 + seconds


_TABLE: dict[bytes, tuple[Callable[..., Row], Fields]] = {
    b"Event: CoreShowChannel": (
        ChannelNow,
        Fields(
            unique_id=needed("Uniqueid"),
            linked_id=needed("Linkedid"),
            channel=needed("Channel"),
            caller_number=known("CallerIDNum"),
            caller_name=person("CallerIDName"),
            called_number=dialled("Exten"),
            context=plain("Context"),
            bridge=plain("BridgeId"),
            age=Column("Duration", convert=_seconds),
        ),
    ),
    b"Event: QueueParams": (QueueNow, Fields(queue=needed("Queue"))),
    b"Event: QueueEntry": (
        WaitingNow,
        Fields(queue=needed("Queue"), unique_id=needed("Uniqueid"), waited=count("Wait", default=0)),
    ),
    b"Event: QueueMember": (
        MemberNow,
        Fields(
            queue=needed("Queue"),
            phone=needed("Location"),
            name=plain("Name"),
            **MEMBER,
        ),
    ),
}


def row(frame: bytes) -> Row | None:
    """One row of a list, or None: its head, its end, or a row that ccd does not need.

    Raises BadHeader for a row without its ids: a caller broke it with lines of his own.
    """
    found = _TABLE.get(first_line(frame))
    if found is None:
        return None
    kind, fields = found
    return kind(**fields(frame))
