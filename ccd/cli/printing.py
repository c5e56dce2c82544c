"""Output for people, a terminal's own width or wide enough lines in a pipe; and for programs."""

import json
import os
import sys
from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ccd.terminal import visible, visible_json


def console() -> Console:
    """Standard output, as it is at this moment."""
    wide = not sys.stdout.isatty() and "COLUMNS" not in os.environ
    return Console(highlight=False, width=160 if wide else None)


def table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> Table:
    """Cells as they are: no markup; a dash for an empty one."""
    made = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        made.add_row(*(Text(visible(cell) or "-") for cell in row))
    return made


def print_json(value: Any) -> None:
    """One document; what a terminal would obey is escaped as JSON does."""
    lines = json.dumps(value, ensure_ascii=False, indent=2).split("\n")
    typer.echo("\n".join(map(visible_json, lines)))


def moment(at: datetime | None, zone: tzinfo) -> str:
    """A time on the clinic's wall clock, to the minute, or a dash; at the end of all times as it is."""
    if at is None:
        return "-"
    try:
        at = at.astimezone(zone)
    except OverflowError:
        return f"{at:%Y-%m-%d %H:%M %Z}"
    return f"{at:%Y-%m-%d %H:%M}"


def clock(seconds: float | None) -> str:
    """``75`` as ``1:15``; a dash when not known."""
    return "-" if seconds is None else f"{round(seconds) // 60}:{round(seconds) % 60:02d}"
