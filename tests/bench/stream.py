"""Many calls out of one captured: the same frames with ids, channels, phones and numbers of their own.

Calls overlap as on a busy Asterisk: ``ABREAST`` of them go on at once, each one frame ahead of the next.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

CAPTURES = Path(__file__).parents[1] / "captures"
MANAGER = Path(__file__).parents[2] / "dialplan" / "ccd-manager.conf"
FILTERED = "answered-caller-hangs-up"
CHUNK = 65_536
ABREAST = 20
PHONES = 100

_END = b"\r\n\r\n"
_ID = re.compile(rb"(?<!Timestamp: )\b\d{10}(\.\d+)(?=\r\n)")
_CHANNEL = re.compile(rb"-[0-9a-f]{7}([0-9a-f])(?=\r\n)")
_BRIDGE = re.compile(rb"(?<=: )[0-9a-f]{8}(-[0-9a-f]{4}-)")
_PHONE = re.compile(rb"(?<=[/ ])101(?=[-\r])")
_NUMBER = b"+79161234567"


@dataclass(frozen=True)
class Stream:
    """What a manager connection sends: its first line, then chunks that cut frames anywhere."""

    banner: bytes
    chunks: tuple[bytes, ...]
    calls: int
    events: int
    capture: str


def stream(capture: str, calls: int, first: int = 0) -> Stream:
    """``calls`` times the call of ``tests/captures/<capture>.ami``, numbered from ``first`` on.

    A ``FILTERED`` one is without what Asterisk now keeps to itself: it was captured when that was less.
    """
    banner, _, rest = (CAPTURES / f"{capture}.ami").read_bytes().partition(b"\r\n")
    call = rest[rest.index(b"Event: Newchannel") :].removesuffix(_END)
    if capture == FILTERED:
        call = _END.join(frame for frame in call.split(_END) if not _kept_back().match(frame))
    frames = [_renamed(call, number).split(_END) for number in range(first, first + calls)]
    waves = (frames[at : at + ABREAST] for at in range(0, calls, ABREAST))
    data = b"".join(frame + _END for wave in waves for frame in _overlapping(wave))
    chunks = tuple(data[at : at + CHUNK] for at in range(0, len(data), CHUNK))
    return Stream(banner + b"\r\n", chunks, calls, sum(len(one) for one in frames), capture)


def _kept_back() -> re.Pattern[bytes]:
    """The events that ``ccd-manager.conf`` has Asterisk filter, by their first lines."""
    return re.compile(b"|".join(re.findall(rb"(?m)^eventfilter = !(\^Event: .+)$", MANAGER.read_bytes())))


def _renamed(call: bytes, number: int) -> bytes:
    call = _ID.sub(rb"17%08d\1" % number, call)
    call = _CHANNEL.sub(rb"-%07x\1" % number, call)
    call = _BRIDGE.sub(rb"%08x\1" % number, call)
    call = _PHONE.sub(b"%d" % (PHONES + number % PHONES), call)
    return call.replace(_NUMBER, b"+7916%07d" % number)


def _overlapping(calls: Sequence[Sequence[bytes]]) -> Iterator[bytes]:
    longest = max(map(len, calls))
    for step in range(longest + len(calls)):
        for place, frames in enumerate(calls):
            if 0 <= step - place < len(frames):
                yield frames[step - place]
