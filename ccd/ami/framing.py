"""Bytes in, frames out: AMI's framing without I/O.

A frame is what stands between two empty lines, as bytes, without the closing empty line: most
frames are of events that nobody wants, and are dropped by their first line, never decoded.

How the banner ends decides how lines end.  Asterisk sends CR LF; a bare LF is then part of a
value, not the end of a header, so it cannot forge one.  A peer (a relay, a test) whose banner
ends in a bare LF is understood too; its frames come out with CR LF like any other.
"""

import re

from ccd.ami.errors import ProtocolError

MAX_FRAME = 65_536
"""Bytes of one frame.  Asterisk's largest are about 2 KB; beyond this the peer is broken."""

_BANNER = b"Asterisk Call Manager"
_MAX_BANNER = 256
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_UNESCAPED = dict(zip("abfnrtv\\'\"?", "\a\b\f\n\r\t\v\\'\"?", strict=True))


class Framer:
    """One connection's incoming bytes.  Any chunking gives the same frames, in linear time."""

    def __init__(self, max_frame: int = MAX_FRAME) -> None:
        self.version = ""
        self._max_frame = max_frame
        self._buffer = bytearray()
        self._end = b""

    def feed(self, data: bytes) -> list[bytes]:
        """Every frame that these bytes complete.  Raises ProtocolError; the link is then over."""
        buffer = self._buffer
        if self._end and not buffer and data.endswith(self._end):
            return self._cut(data)  # as Asterisk writes: events whole
        seen = max(0, len(buffer) - 3)
        buffer += data
        if not self._end:
            if not self._take_banner():
                return []
            seen = 0
        last = buffer.rfind(self._end, seen)
        if last < 0:
            self._check(len(buffer) - len(self._end) + 1)
            return []
        last += len(self._end)
        whole = bytes(memoryview(buffer)[:last])
        del buffer[:last]
        self._check(len(buffer) - len(self._end) + 1)
        return self._cut(whole)

    def _cut(self, whole: bytes) -> list[bytes]:
        parts = whole.split(self._end)
        if len(whole) > self._max_frame:
            self._check(max(map(len, parts)))
        if self._end == b"\n\n":
            parts = [part.replace(b"\n", b"\r\n") for part in parts]
        return [frame for part in parts if (frame := part.lstrip(b"\r\n"))]

    def _check(self, size: int) -> None:
        if size > self._max_frame:
            raise ProtocolError(f"a frame of more than {self._max_frame} bytes")

    def _take_banner(self) -> bool:
        """Read the peer's first line; true when it is complete."""
        buffer = self._buffer
        if not _BANNER.startswith(buffer[: len(_BANNER)]):
            raise ProtocolError("the peer is not an Asterisk manager")
        line_end = buffer.find(b"\n", 0, _MAX_BANNER)
        if line_end < 0:
            if len(buffer) >= _MAX_BANNER:
                raise ProtocolError("the peer's first line does not end")
            return False
        line = bytes(buffer[:line_end])
        self._end = b"\r\n\r\n" if line.endswith(b"\r") else b"\n\n"
        self.version = text(line).strip().rpartition("/")[2]
        del buffer[: line_end + 1]
        return True


def first_line(frame: bytes) -> bytes:
    r"""The line that says what a frame is.

    >>> first_line(b"Event: Hangup\r\nCause: 16")
    b'Event: Hangup'
    """
    return frame.partition(b"\r")[0]


def text(value: bytes) -> str:
    r"""What was sent, as text: UTF-8 as it is, any other byte spelt ``\xNN``.

    No guess at a code page is made, so nothing is invented and nothing is lost; every result
    can be stored and shown (a lone surrogate could be neither).

    >>> text("Ольга".encode())
    'Ольга'
    >>> text("Ян".encode("cp1251"))
    '\\xdf\\xed'
    """
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("utf-8", "backslashreplace")


def unescape(value: str) -> str:
    r"""Undo ``ast_escape_c``, which Asterisk applies to ``CallerIDName`` and its like only.

    An unknown escape stays as it is (source: ``main/utils.c``, ``escape_sequences``).

    >>> unescape(r"O\'Brien")
    "O'Brien"
    """
    if "\\" not in value:
        return value
    return _ESCAPED.sub(lambda found: _UNESCAPED.get(found[1], found[0]), value)
