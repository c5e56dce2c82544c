"""Recordings, opened where Asterisk writes them and nowhere else."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

_FOLDER = os.O_RDONLY | os.O_DIRECTORY
_FILE = os.O_RDONLY | os.O_NONBLOCK
"""A pipe of that name does not keep us waiting."""


def open_recording(folder: Path, file: str) -> BinaryIO:
    """``box/name.wav`` within the folder; no link on the way is followed.  Raises OSError.

    Each part is opened within the one before, so nothing can be put in its place between a look and the use.
    """
    box, _, name = file.partition("/")
    if {box, name} & {"", ".", ".."} or "/" in name or "\0" in file:
        raise FileNotFoundError(file)
    with (
        _held(os.open(folder, _FOLDER)) as top,
        _held(os.open(box, _FOLDER | os.O_NOFOLLOW, dir_fd=top)) as inside,
    ):
        descriptor = os.open(name, _FILE | os.O_NOFOLLOW, dir_fd=inside)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise FileNotFoundError(file)
    return os.fdopen(descriptor, "rb")


@contextmanager
def _held(descriptor: int) -> Iterator[int]:
    try:
        yield descriptor
    finally:
        os.close(descriptor)
