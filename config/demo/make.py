# ruff: noqa: INP001 - a script beside its data
"""Copy the demo clinic's files into a folder, as if today were the day they were written.

``python config/demo/make.py FOLDER [DAY]``: policies and visits move by the same number of days,
so that the visits of "today" are today's; DAY (``2026-12-31``) stands for today.
"""

import csv
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

WRITTEN = date(2026, 11, 21)
"""The day that the files beside this one call today."""
_DATES = frozenset({"valid_from", "valid_until", "starts_at"})


def make(folder: Path, today: date) -> list[Path]:
    """Write patients.csv, policies.csv and visits.csv; the folder is created when absent."""
    folder.mkdir(parents=True, exist_ok=True)
    sources = [Path(__file__).with_name(f"{name}.csv") for name in ("patients", "policies", "visits")]
    return [_copy(source, folder / source.name, today - WRITTEN) for source in sources]


def _copy(source: Path, target: Path, later: timedelta) -> Path:
    with (
        source.open(encoding="utf-8", newline="") as old,
        target.open("w", encoding="utf-8", newline="") as new,
    ):
        reader = csv.DictReader(old)
        writer = csv.DictWriter(new, reader.fieldnames or ())
        writer.writeheader()
        for row in reader:
            writer.writerow(
                {name: _moved(value, later) if name in _DATES else value for name, value in row.items()}
            )
    return target


def _moved(text: str, later: timedelta) -> str:
    return f"{date.fromisoformat(text[:10]) + later}{text[10:]}" if text else text


def main(arguments: Sequence[str]) -> None:
    """Run from the command line."""
    folder, *day = arguments
    make(Path(folder), date.fromisoformat(day[0]) if day else date.today())  # noqa: DTZ011


if __name__ == "__main__":
    main(sys.argv[1:])
