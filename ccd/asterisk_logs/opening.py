"""The bytes of a log's file, compressed or not."""

import gzip
import hashlib
import stat
import zlib
from contextlib import suppress
from io import BufferedReader
from pathlib import Path

PACKED = ".gz"
LONGEST_FIRST = 64 * 1024
"""A file whose first line is longer is known by so much of it."""
_TORN = (EOFError, zlib.error, gzip.BadGzipFile)
"""A compressed file that ends too early; what stands before can be read."""
Content = BufferedReader | gzip.GzipFile


def opened(path: Path) -> Content:
    """The bytes of a file; raises OSError for what is none: to open a pipe would wait for its writer."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(f"{path} is no file")
    return gzip.GzipFile(path) if path.suffix == PACKED else path.open("rb")


def named(first: bytes) -> str:
    """The name of a file with this first line."""
    return hashlib.sha256(first).hexdigest()[:32]


def name_of(content: Content) -> str:
    """The name of a file that was just opened."""
    return named(content.readline(LONGEST_FIRST))


class Unpacked:
    """The compressed file that was read last: to go on in it costs no reading from its beginning."""

    def __init__(self) -> None:
        self._name = ""
        self._content: Content | None = None
        self._at = 0
        self._kept = b""
        """What was read last, and where it began: a piece begins with what was left of the one before."""

    def read(self, path: Path, name: str, offset: int, size: int) -> bytes:
        """So many bytes from ``offset`` on; fewer at the end, which may be a torn one.

        None of them when the file at this path has another name by now.  Raises OSError.
        """
        content = self._open(path, name, offset)
        if content is None:
            return b""
        kept = self._kept[offset - self._at :]
        while len(kept) < size and (more := _more(content, size - len(kept))):
            kept += more
        self._at, self._kept = offset, kept
        return kept

    def _open(self, path: Path, name: str, offset: int) -> Content | None:
        here = self._at <= offset <= self._at + len(self._kept)
        if self._content is not None and self._name == name and here:
            return self._content
        if self._content is not None:
            self._content.close()
        self._content, self._name, self._at, self._kept = opened(path), name, offset, b""
        with suppress(*_TORN):
            if name_of(self._content) != name:
                self._name = ""
                return None
            self._content.seek(offset)
        return self._content


def _more(content: Content, size: int) -> bytes:
    try:
        return content.read1(size)  # not more than is there before it is torn
    except _TORN:
        return b""
