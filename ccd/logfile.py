"""What the log is written to.  It never raises and never waits for long.

A full disk, or a reader that is gone or asleep, costs lines of the log and no call.
"""

import os
import select
import sys
from pathlib import Path

_APPENDING = os.O_APPEND | os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC
_PATIENCE_MS = 50
"""How long a reader that lags gets to make room; none once it has failed, until it reads again."""


class LogFile:
    """A file to append to, or the error stream; without buffers, so that nothing fails later.

    ``lost`` counts the writes that failed since the last one that did not.
    """

    def __init__(self, file: Path | None = None) -> None:
        if file is None and sys.stderr is None:
            file = Path(os.devnull)
        self._own = file is not None
        self._descriptor = os.open(file, _APPENDING, 0o666) if file else 2
        self._room = select.poll()
        self._room.register(self._descriptor, select.POLLOUT)
        self._torn = False
        self.lost = 0

    def isatty(self) -> bool:
        """True for a terminal."""
        return os.isatty(self._descriptor)

    def write(self, text: str) -> int:
        """Write it, or count it as lost."""
        data = text.encode(errors="backslashreplace")
        try:
            self._put(b"\n" + data if self._torn else data)
        except OSError:
            self.lost += 1
        else:
            self.lost = 0
        return len(text)

    def _put(self, data: bytes) -> None:
        while data:
            if not self._room.poll(0 if self.lost else _PATIENCE_MS):
                raise BlockingIOError("nobody reads the log")
            written = os.write(self._descriptor, data[: select.PIPE_BUF])
            self._torn = data[written - 1 : written] != b"\n"
            data = data[written:]

    def flush(self) -> None:
        """Nothing is ever held back."""

    def close(self) -> None:
        """Whatever is written later is lost."""
        self._room.unregister(self._descriptor)
        if self._own:
            os.close(self._descriptor)
