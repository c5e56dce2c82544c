"""Recordings, opened where Asterisk writes them and nowhere else."""

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

_FOLDER = os.O_RDONLY | os.O_DIRECTORY
_FILE = os.O_RDONLY | os.O_NONBLOCK
"""A pipe of that name does not keep us waiting."""

KINDS = {
    ".wav": "audio/wav",
    ".wav49": "audio/wav",
    ".gsm": "audio/gsm",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
}
"""What is played, by the file's ending in small letters: Asterisk's formats, and what admins make of them."""
_INSTEAD = (".mp3", ".ogg")
"""Into these admins turn what Asterisk recorded; the record still names the first file."""


def open_recording(folder: Path, file: str) -> BinaryIO:
    """``box/name.wav`` within the folder; no link on the way is followed.  Raises OSError."""
    box, _, name = file.partition("/")
    if {box, name} & {"", ".", ".."} or "/" in name or "\0" in file:
        raise FileNotFoundError(file)
    return _open_within(folder, (box, name))


def open_call(folder: Path, told: str) -> tuple[BinaryIO, str]:
    """The file that Asterisk told of, or what was made of it, and its media type.  Raises OSError.

    At any depth within the folder; no link on the way is followed.
    """
    *way, name = _parts(folder, told)
    for each in (name, *(PurePosixPath(name).with_suffix(ending).name for ending in _INSTEAD)):
        kind = KINDS.get(PurePosixPath(each).suffix.lower())
        if kind:
            try:
                return _open_within(folder, (*way, each)), kind
            except FileNotFoundError:
                continue
    raise FileNotFoundError(told)


def _parts(folder: Path, told: str) -> Sequence[str]:
    """The way from the folder to the file; an absolute name must begin with the folder's."""
    place = PurePosixPath(told)
    try:
        inside = place.relative_to(folder) if place.is_absolute() else place
        os.fsencode(told)
    except ValueError:
        raise FileNotFoundError(told) from None
    if not inside.parts or ".." in inside.parts or "\0" in told:
        raise FileNotFoundError(told)
    return inside.parts


def _open_within(folder: Path, way: Sequence[str]) -> BinaryIO:
    """Each part is opened within the one before: nothing is put in its place between a look and the use."""
    with ExitStack() as held:
        inside = held.enter_context(_held(os.open(folder, _FOLDER)))
        for part in way[:-1]:
            deeper = os.open(part, _FOLDER | os.O_NOFOLLOW, dir_fd=inside)
            inside = held.enter_context(_held(deeper))
        descriptor = os.open(way[-1], _FILE | os.O_NOFOLLOW, dir_fd=inside)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise FileNotFoundError(way[-1])
    return os.fdopen(descriptor, "rb")


@contextmanager
def _held(descriptor: int) -> Iterator[int]:
    try:
        yield descriptor
    finally:
        os.close(descriptor)
