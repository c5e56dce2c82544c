"""Output for people: a terminal's own width, and wide enough lines in a pipe."""

import os
import sys
from datetime import datetime

from rich.console import Console


def console() -> Console:
    """Standard output, as it is at this moment."""
    wide = not sys.stdout.isatty() and "COLUMNS" not in os.environ
    return Console(highlight=False, width=160 if wide else None)


def moment(at: datetime | None) -> str:
    """A local time to the minute, or a dash."""
    return f"{at:%Y-%m-%d %H:%M}" if at else "-"


def clock(seconds: float | None) -> str:
    """``75`` as ``1:15``; a dash when not known."""
    return "-" if seconds is None else f"{round(seconds) // 60}:{round(seconds) % 60:02d}"
