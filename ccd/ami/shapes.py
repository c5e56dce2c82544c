"""A genuine frame's shape: a pattern that frames with just these headers, in this order, match.

Every name is in it, so a frame with one line more, less, or other is of another shape, whoever wrote
that line.  No part of it ever goes back over text: the time is linear, whatever the values hold.
"""

import re
from collections.abc import Mapping, Sequence

from ccd.ami.columns import Column
from ccd.ami.forgery import label_of

_LARGEST = 4_096
"""Characters of a frame that a shape is made of, at most; Asterisk's largest, transfers, have 2,600."""


def shape_of(lines: Sequence[str], columns: Mapping[str, Column]) -> re.Pattern[str] | None:
    """The shape, each column a group of its name; None when a value holds a CR or all is too long.

    A header that is missing is an empty group; one that must hold something does not match without.
    """
    if "\r" in "".join(lines) or sum(map(len, lines)) > _LARGEST:
        return None
    missing = dict(columns)
    parts = [_part(line, _taken(missing, line, at)) for at, line in enumerate(lines)]
    return re.compile("\r\n".join(parts) + "".join(f"(?P<{name}>)" for name in missing))


def start_of(label: str) -> str:
    r"""How the line of this label begins.

    >>> start_of("Cause"), start_of("ChanVariable: NAME")
    ('Cause: ', 'ChanVariable: NAME=')
    """
    return label + ("=" if ": " in label else ": ")


def _taken(missing: dict[str, Column], line: str, at: int) -> dict[str, Column]:
    """The columns that this line fills, taken out of those that are still missing; cut off, it fills none."""
    label = label_of(line)
    here = [
        name
        for name, column in missing.items()
        if column.header == label
        and line.startswith(start_of(label))
        and (column.within is None or at < column.within)
    ]
    return {name: missing.pop(name) for name in here}


def _part(line: str, fills: Mapping[str, Column]) -> str:
    start = start_of(label_of(line))
    if not line.startswith(start):
        return re.escape(line)
    value = r"[^\r]++" if any(column.required for column in fills.values()) else r"[^\r]*+"
    for name in fills:
        value = f"(?P<{name}>{value})"
    return re.escape(start) + value
