"""What ``Dial()`` does, as Asterisk tells it: a phone rings, and stops ringing.

Both are ``Translator``s of ``translate.py`` and raise BadHeader.  Source: Asterisk 22,
``main/manager_channels.c`` (``DialBegin``, ``DialEnd``).
"""

import re
from collections.abc import Mapping

from ccd.ami.columns import MOMENT, Column, ids, needed, plain
from ccd.ami.headers import Fields
from ccd.calls import events as happened
from ccd.calls.events import AsteriskEvent
from ccd.calls.ids import dialled_phone, phone_of
from ccd.calls.values import made

_HAS_CALLER = re.compile(rb"[^\r]*+\r\n(?:[^\r]*+\r\n){0,2}Channel: ").match
"""Whether a channel dialled; an originated call has none, and Asterisk leaves its headers out.

Read off the first line about a channel, before anything that a caller can write.
"""

_LEG: Mapping[str, Column] = {**ids(), "leg": needed("DestUniqueid")}
_DIALLING = Fields(at=MOMENT, **_LEG, channel=needed("DestChannel"), dialled=needed("DialString"))
_DIALLED = Fields(
    at=MOMENT,
    **_LEG,
    status=needed("DialStatus"),
    phone=Column("DestChannel", convert=phone_of),
    to=plain("Forward"),
)
_NOT_ANSWERED = {
    "NOANSWER": "missed",
    "BUSY": "busy",
    "CONGESTION": "unreachable",
    "CHANUNAVAIL": "unreachable",
}


def begins(frame: bytes) -> AsteriskEvent | None:
    """``Dial()`` rings a phone.

    A queue tells of its own phones in the same words, but with the technology: ``DialString:
    PJSIP/101`` where ``Dial(PJSIP/101)`` says ``101``.
    """
    if not _HAS_CALLER(frame):
        return None
    told = _DIALLING(frame)
    channel, dialled = told.pop("channel"), told.pop("dialled")
    if dialled.startswith(channel.partition("/")[0] + "/"):
        return None
    return made(happened.PhoneRinging, told | {"phone": dialled_phone(channel, dialled)})


def ends(frame: bytes) -> AsteriskEvent | None:
    """It stopped ringing.  ``CANCEL`` tells nothing: somebody else answered, or the caller hung up."""
    if not _HAS_CALLER(frame):
        return None
    told = _DIALLED(frame)
    status, phone, to = told.pop("status"), told.pop("phone"), told.pop("to")
    if status == "ANSWER":
        return made(happened.PhoneAnswered, told | {"phone": phone})
    result = "forwarded" if to else _NOT_ANSWERED.get(status)
    return happened.PhoneMissed(result=result, to=to, **told) if result else None
