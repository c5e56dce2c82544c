"""The folder that Asterisk records messages to: what is finished in it, and what cannot be read."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ccd.callbacks.voicemail import Voicemail, recorded

STILL = 6.0
"""Seconds without a change after which a recording has ended: Asterisk ends one after 5 s of silence."""
SHORTEST = 1.5
"""Seconds of sound without which nothing was said: the dialplan's 24,044 bytes."""
_HEADER = 44
_BYTES_A_SECOND = 16_000
"""Of Asterisk's ``wav``: 8 kHz, 16 bits, one channel."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one look found: the finished messages, and by place why something was not read."""

    messages: list[Voicemail] = field(default_factory=list)
    unread: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def reading(self, place: str) -> Iterator[None]:
        """Keeps an error with its place, so that the others are read on; what is not there is none."""
        try:
            yield
        except FileNotFoundError:
            return
        except OSError as error:
            self.unread[place] = error.strerror or str(error)


def look_through(folder: Path, now: datetime) -> Look:
    """The finished recordings, each in its box.  A missing folder has none; never raises OSError."""
    look = Look()
    with look.reading(str(folder)):
        for box in _entries(folder):
            with look.reading(box.path):
                if box.is_dir():
                    _read_box(look, box, now)
    return look


def _read_box(look: Look, box: os.DirEntry[str], now: datetime) -> None:
    for file in _entries(Path(box.path)):
        if file.name.endswith(".wav"):
            with look.reading(file.path):
                message = _message(box.name, file, now)
                look.messages.extend([message] if message else [])


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """``Path.glob`` would take a folder that may not be read for an empty one."""
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda one: one.name)


def _message(box: str, file: os.DirEntry[str], now: datetime) -> Voicemail | None:
    """None while it goes on, when it is too short, and for what the dialplan does not write, links too."""
    status = file.stat(follow_symlinks=False)
    at = datetime.fromtimestamp(status.st_mtime, UTC)
    seconds = max(0, status.st_size - _HEADER) / _BYTES_A_SECOND
    finished = (now - at).total_seconds() >= STILL and seconds >= SHORTEST
    if not finished or not stat.S_ISREG(status.st_mode):
        return None
    return recorded(f"{box}/{file.name}", at, seconds)
