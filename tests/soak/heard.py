"""What the phones themselves saw of each patient's call, read from SIPp's logs of every message."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

_MESSAGE = re.compile(
    rb"^-{10,} (?P<at>[-\d]+ [:.\d]+)\nUDP message (?P<way>sent|received).*?\n\n(?P<text>.*?)(?=^-{10,} |\Z)",
    re.MULTILINE | re.DOTALL,
)
_FROM = re.compile(rb"^From:.*?<sip:(\+\d+)@", re.MULTILINE)
_CALL = re.compile(rb"^Call-ID: *(\S+)", re.MULTILINE)


@dataclass
class Leg:
    """One dialog of one phone."""

    number: str
    """The patient's."""
    began: datetime
    trying: bool = False
    """The other side said that it has the call."""
    answered: datetime | None = None
    """200 OK to the INVITE."""
    refused: bool = False
    """The other side did not take the call, so busy was it: no port was free, no thread."""
    acknowledged: bool = False
    ended: datetime | None = None
    """The first BYE or CANCEL."""
    hung_up: bool = False
    """That was this phone's own."""

    @property
    def talked(self) -> float:
        """Seconds from the answer to the end; none of both is no talk."""
        return (self.ended - self.answered).total_seconds() if self.answered and self.ended else 0


@dataclass
class Heard:
    """A patient's call as its phones saw it."""

    patient: Leg
    agents: list[Leg] = field(default_factory=list)


def heard(patients: Iterable[bytes], agents: Iterable[bytes]) -> dict[str, Heard]:
    """Each patient's call, by number, out of the logs of the patients' and of the agents' phones."""
    calls: dict[str, Heard] = {}
    for log in patients:
        for leg in legs(log, "sent"):
            calls.setdefault(leg.number, Heard(leg))
    for log in agents:
        for leg in legs(log, "received"):
            if leg.number in calls:
                calls[leg.number].agents.append(leg)
    return calls


def legs(log: bytes, invited: str) -> Iterator[Leg]:
    """The dialogs of a log whose INVITE was ``invited``: sent or received."""
    known: dict[bytes, Leg] = {}
    for message in _MESSAGE.finditer(log):
        text, call = message["text"], _CALL.search(message["text"])
        number = _FROM.search(text)
        way, at = message["way"].decode(), datetime.fromisoformat(message["at"].decode()).astimezone(UTC)
        if call is None:
            continue
        if text.startswith(b"INVITE ") and way == invited and number and call[1] not in known:
            known[call[1]] = Leg(number[1].decode(), at)
        elif call[1] in known:
            _take(known[call[1]], text, at, own=way == "sent")
    yield from known.values()


def _take(leg: Leg, text: bytes, at: datetime, *, own: bool) -> None:
    first = text.split(b"\n", 1)[0]
    if first.startswith(b"SIP/2.0 1"):
        leg.trying = True
    elif first.startswith(b"SIP/2.0 200") and b" INVITE" in text.split(b"CSeq:", 1)[-1].split(b"\n", 1)[0]:
        leg.trying, leg.answered = True, leg.answered or at
    elif first.startswith((b"SIP/2.0 4", b"SIP/2.0 5")) and not leg.answered and leg.ended is None:
        leg.refused = True
    elif first.startswith(b"ACK ") and leg.answered:
        leg.acknowledged = True
    elif first.startswith((b"BYE ", b"CANCEL ")) and leg.ended is None:
        leg.ended, leg.hung_up = at, own
