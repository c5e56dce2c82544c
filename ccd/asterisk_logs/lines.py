"""The whole lines of a log, from a mark on, through every rotation.

A file is known by its first line, which holds a time and is never written again: so it is found whether
it was renamed (``logrotate``, ``logger rotate``), copied and cut (``copytruncate``), or compressed.  A
last line without its end is not there yet; a file without a whole line is not there at all.
"""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from ccd.asterisk_logs.cel import BadLine
from ccd.asterisk_logs.opening import LONGEST_FIRST, PACKED, Unpacked, name_of, named, opened
from ccd.retold import LogMark

_PIECE = 256 * 1024
"""Bytes that are read at once; no line of Asterisk's is nearly as long."""
Stamp = Callable[[bytes], datetime]


START = LogMark()
"""Before the oldest line that is there."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its end, and the mark before it."""

    before: LogMark
    text: bytes


@dataclass(frozen=True, slots=True)
class Piece:
    """Some lines, none at the log's end; the mark behind them.  ``lost``: the mark's file is gone.

    ``again``: the file has been cut to less than the mark, and is read from its beginning.
    """

    lines: tuple[Line, ...]
    after: LogMark
    lost: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    name: str
    since: datetime


class Log:
    """A log and those that it was before: ``queue_log``, ``queue_log.1``, ``queue_log-20261122.gz``."""

    def __init__(self, path: Path, stamp: Stamp) -> None:
        self.path = path
        self._stamp = stamp
        self._unpacked = Unpacked()

    def read(self, mark: LogMark) -> Piece:
        """Some of the lines behind the mark.  Raises OSError when the log cannot be read."""
        file = self._current(mark) or self._named(mark)
        if file is None:
            oldest = next(iter(self._files()), None)
            piece = self._piece(oldest, 0) if oldest else Piece((), mark)
            return Piece(piece.lines, piece.after, lost=bool(mark.file))
        piece = self._piece(file, mark.offset)
        if not piece.lines and self._shrank(file, mark.offset):
            piece = self._again(file) or piece
        while not piece.lines and (newer := self._newer(file)):
            file, piece = newer, self._piece(newer, 0)
        return piece

    def end(self) -> LogMark:
        """The mark behind all that is there now."""
        file = self._file(self.path)
        if file is None:
            return START
        with opened(file.path) as content:
            text = content.read()
        return LogMark(file=file.name, offset=text.rfind(b"\n") + 1)

    def size(self) -> int:
        """Bytes of all that is there, compressed files as they are."""
        return sum(file.path.stat().st_size for file in self._files())

    def since(self, moment: datetime) -> LogMark:
        """The mark before the newest file that begins before this moment, or before the oldest one."""
        older = [file for file in self._files() if file.since <= moment]
        return LogMark(file=older[-1].name) if older else START

    def place(self, mark: LogMark) -> tuple[int, int]:
        """What marks are sorted by; one of a file that is gone is before all that is there."""
        names = [file.name for file in self._files()]
        return (names.index(mark.file) if mark.file in names else -1, mark.offset)

    def begins(self) -> datetime | None:
        """When the oldest line was written."""
        return next((file.since for file in self._files()), None)

    def _piece(self, file: _File, offset: int) -> Piece:
        """Lines of this file; none when another is at its path by now: the next reading looks for it."""
        text = self._text(file, offset)
        whole = text.rfind(b"\n") + 1
        if not whole and len(text) == _PIECE:
            whole = len(text)  # no line at all: passed over, or nothing behind it would ever be read
        lines = tuple(_lines(text[:whole], file.name, offset))
        return Piece(lines, LogMark(file=file.name, offset=offset + whole))

    def _text(self, file: _File, offset: int) -> bytes:
        if file.path.suffix == PACKED:
            return self._unpacked.read(file.path, file.name, offset, _PIECE)
        with opened(file.path) as content:
            if name_of(content) != file.name:
                return b""
            content.seek(offset)
            return content.read(_PIECE)

    def _again(self, file: _File) -> Piece | None:
        piece = self._piece(file, 0)
        return replace(piece, again=True) if piece.lines else None

    def _shrank(self, file: _File, offset: int) -> bool:
        return file.path.suffix != PACKED and file.path.stat().st_size < offset

    def _current(self, mark: LogMark) -> _File | None:
        file = self._file(self.path)
        return file if file and file.name == mark.file else None

    def _named(self, mark: LogMark) -> _File | None:
        return next((file for file in reversed(self._files()) if file.name == mark.file), None)

    def _newer(self, file: _File) -> _File | None:
        """The next one; none follows that which Asterisk writes, however many were put aside."""
        if file.path == self.path:
            return None
        files = self._files()
        places = [place for place, one in enumerate(files) if one.name == file.name]
        return files[places[-1] + 1] if places and places[-1] + 1 < len(files) else None

    def _files(self) -> list[_File]:
        """The oldest first; of copies of one, that which is not compressed (yet) last."""
        older = map(self._older, self.path.parent.glob(f"{self.path.name}[.-]*"))
        files = filter(None, (*older, self._file(self.path)))
        return sorted(
            files, key=lambda file: (file.since, file.path == self.path, file.path.suffix != PACKED)
        )

    def _older(self, path: Path) -> _File | None:
        """One that was put aside; whatever else is called so is none."""
        try:
            return self._file(path)
        except (OSError, EOFError, zlib.error):
            return None

    def _file(self, path: Path) -> _File | None:
        try:
            with opened(path) as content:
                first = content.readline(LONGEST_FIRST)
        except FileNotFoundError:
            return None
        if not first.endswith(b"\n") and len(first) < LONGEST_FIRST:
            return None
        try:
            since = self._stamp(first.rstrip(b"\r\n"))
        except BadLine:
            since = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return _File(path, named(first), since)


def _lines(text: bytes, name: str, offset: int) -> Iterator[Line]:
    """By line feeds alone: a carriage return ends no line."""
    for line in text.removesuffix(b"\n").split(b"\n") if text else ():
        yield Line(LogMark(file=name, offset=offset), line.removesuffix(b"\r"))
        offset += len(line) + 1
