"""A message that a caller left."""

import re
from dataclasses import dataclass
from datetime import datetime

from ccd.calls.ids import LinkedId

_PLACE = re.compile(r"(?P<box>[A-Za-z0-9_.:@-]{1,80})/(?P<call>[A-Za-z0-9._-]{1,128})\.wav", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Voicemail:
    """One recording.  ``file`` is its place within the folder that Asterisk records to."""

    message_id: int = 0
    """0 until it is stored."""
    file: str
    call_id: LinkedId
    """The call whose caller spoke."""
    number: str = ""
    """His number as the call's record has it; empty when there is none."""
    box: str
    at: datetime
    """When the recording ended; aware."""
    seconds: float
    heard_at: datetime | None = None
    heard_by: str = ""


def recorded(file: str, at: datetime, seconds: float) -> Voicemail | None:
    """The message in such a file (``BOX/UNIQUEID.wav``); None when the dialplan writes no such name.

    >>> recorded("night/1763762092.1.wav", datetime.min, 5).box
    'night'
    """
    found = _PLACE.fullmatch(file)
    if found is None or found["box"].startswith("."):
        return None
    return Voicemail(file=file, call_id=LinkedId(found["call"]), box=found["box"], at=at, seconds=seconds)
