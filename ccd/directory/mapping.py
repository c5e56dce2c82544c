"""What an admin says of headings: ``ФИО=full_name``, by options or in a YAML file beside the data."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from ccd.directory.csv_problems import Problems
from ccd.directory.csv_words import did_you_mean, nearest
from ccd.directory.headings import plain

_EXPECTED = 'must hold lines like "ФИО: full_name" and nothing else'
Headings = Mapping[str, str]
"""The column that a heading (as ``plain`` makes it) stands for; empty: it is to be left out."""


def read_mapping(options: Iterable[str], file: Path | None, columns: Iterable[str]) -> Headings:
    """Both together, the options first; raises CsvError with everything that is wrong in them."""
    problems, known = Problems(), tuple(dict.fromkeys(columns))
    said = _of_file(file, problems) if file else {}
    for option in options:
        heading, equals, column = option.rpartition("=")
        if equals and heading.strip():
            said[heading] = column.strip()
        else:
            problems.add("--map", 0, f'"{option}" is no pair; write --map "ФИО=full_name"')
    for heading, column in said.items():
        if column and column not in known:
            meant = did_you_mean(nearest(column, known))
            problems.add("mapping", 0, f'"{column}" is no column of ours{meant}', column=heading)
    problems.raise_if_any()
    return {plain(heading): column for heading, column in said.items()}


def _of_file(file: Path, problems: Problems) -> dict[str, str]:
    try:
        found = yaml.safe_load(file.read_text("utf-8"))
    except OSError as error:
        problems.add(str(file), 0, f"cannot be read: {error.strerror}")
        return {}
    except (yaml.YAMLError, ValueError) as error:
        problems.add(str(file), _line(error), f"is no YAML; {_EXPECTED}")
        return {}
    if not isinstance(found, dict) or not all(isinstance(one, str | None) for one in found.values()):
        problems.add(str(file), 0, _EXPECTED)
        return {}
    return {str(heading): column or "" for heading, column in found.items()}


def _line(error: Exception) -> int:
    """Where the thing begins that could not be read; 0 when nobody knows."""
    mark = getattr(error, "context_mark", None) or getattr(error, "problem_mark", None)
    return mark.line + 1 if mark else 0
