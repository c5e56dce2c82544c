"""``ccd directory sources``: how the sources of the ccd that runs do."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ccd import control
from ccd.cli import opening
from ccd.cli.failing import plainly
from ccd.cli.printing import console, moment, print_json, table
from ccd.directory.breaker import State

_WORDS = {State.CLOSED: "asked", State.OPEN: "left alone", State.HALF_OPEN: "being tried"}
_COLUMNS = (
    "source",
    "state",
    "failures in a row",
    "last failed",
    "last error",
    "asking now",
    "cached numbers",
)


def show(path: Path, *, as_json: bool) -> None:
    """Print a line for each; exit code 1 when no ccd runs."""
    settings = opening.settings(path)
    with plainly(control.NobodyThereError):
        found = control.ask_sources(settings.beside)
    if as_json:
        print_json(found)
    else:
        console().print(table(_COLUMNS, _rows(found, ZoneInfo(settings.routing.timezone))))


def _rows(found: list[dict[str, Any]], zone: ZoneInfo) -> Iterator[tuple[str, ...]]:
    for one in found:
        at = one["failed_at"]
        failed = moment(datetime.fromisoformat(at), zone) if at else ""
        counts = str(one["asking"]), str(one["cached"])
        yield one["name"], _WORDS[State(one["state"])], str(one["failures"]), failed, one["error"], *counts
