"""Reading the few headers that matter out of a frame.

Asterisk writes a kind's headers in the same order every time.  So the first genuine frame of a kind
gives a shape (``shapes.py``), and the next ones are read by one match of it: several times faster than
parsing every header.  A frame with another header, or with lines that a caller wrote, matches none; it is
searched, and ``forgery.py`` says which of its lines to believe.
"""

import re
from collections import deque
from collections.abc import Sequence
from typing import Any

from ccd.ami.columns import BadHeader, Column
from ccd.ami.forgery import genuine, undoubted
from ccd.ami.framing import text
from ccd.ami.shapes import shape_of, start_of

_SHAPES = 8
"""Shapes of one kind, at most: they come from the network, and are tried one by one."""


class Fields:
    """Fills fields from the headers of one kind of frame: ``fields(frame)`` gives keyword arguments."""

    def __init__(self, **columns: Column) -> None:
        self._columns = columns
        self._converts = [(name, one.convert) for name, one in columns.items() if one.convert is not None]
        self._shapes: deque[re.Pattern[str]] = deque(maxlen=_SHAPES)

    def __call__(self, frame: bytes) -> dict[str, Any]:
        """The fields' values.  Raises BadHeader."""
        shown = text(frame)
        for shape in self._shapes:
            if found := shape.fullmatch(shown):
                told: dict[str, Any] = found.groupdict()
                break
        else:
            told = self._search(shown.split("\r\n"))
        for name, convert in self._converts:
            told[name] = convert(told[name])
        return told

    def _search(self, lines: list[str]) -> dict[str, str]:
        """The headers wherever they are; a genuine frame's shape is remembered."""
        clean = genuine(lines)
        believed = lines if clean else undoubted(lines)
        told = {name: _value(believed, column) for name, column in self._columns.items()}
        for name, column in self._columns.items():
            if column.required and not told[name]:
                raise BadHeader(column.header)
        if clean and (shape := shape_of(lines, self._columns)):
            self._shapes.appendleft(shape)
        return told


def _value(lines: Sequence[str], column: Column) -> str:
    start = start_of(column.header)
    found = (line for line in lines[: column.within] if line.startswith(start))
    return next(found, start).removeprefix(start)
