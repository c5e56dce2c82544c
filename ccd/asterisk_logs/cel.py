"""One line of CEL as ``dialplan/ccd-cel-custom.conf`` has it written: thirteen values between commas.

All that a caller can choose is URL-encoded there, so a value holds no comma and no line break, and a
line says one thing however a caller is named.  Times are Asterisk's clock with microseconds.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from urllib.parse import unquote

from ccd.calls.ids import LinkedId, UniqueId

_VALUES = 13
_LATEST = 221_845_392_000.0
"""The year 9000, in seconds since 1970: a ``datetime`` holds what is reckoned from it, too."""


class BadLine(ValueError):  # noqa: N818 - it names what is bad
    """A line that is none of Asterisk's: torn, or written by somebody else."""


@dataclass(frozen=True)
class CelRow:
    """An event on one channel (``eventtype``); ``extra`` is what Asterisk adds to some of them."""

    kind: str
    at: datetime
    linked_id: LinkedId
    unique_id: UniqueId
    channel: str
    number: str
    name: str
    exten: str
    context: str
    app: str
    data: str
    told: str = ""

    @cached_property
    def extra(self) -> Mapping[str, object]:
        """The values of ``eventextra``, by name; none where it is no JSON object."""
        try:
            value = json.loads(self.told) if self.told else {}
        except (ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}

    def said(self, name: str) -> str:
        """A text of ``extra``; empty where it is missing."""
        value = self.extra.get(name)
        return value if isinstance(value, str) else ""


def read(line: bytes) -> CelRow:
    """The row of a line without its end.  Raises BadLine."""
    values = line.decode("ascii", "replace").split(",")
    if len(values) != _VALUES:
        raise BadLine(f"{len(values)} values where {_VALUES} belong")
    kind, at, linked_id, unique_id, *texts = values
    if not (kind and linked_id and unique_id):
        raise BadLine("an event without its channel")
    channel, number, name, exten, context, app, data, told, _peer = map(_decoded, texts)
    return CelRow(
        kind=kind,
        at=moment(at),
        linked_id=LinkedId(linked_id),
        unique_id=UniqueId(unique_id),
        channel=channel,
        number=number,
        name=name,
        exten=exten,
        context=context,
        app=app,
        data=data,
        told=told,
    )


def moment(text: str) -> datetime:
    """Seconds since 1970 as a moment.  Raises BadLine."""
    try:
        seconds = float(text)
    except ValueError:
        raise BadLine("no time") from None
    if not (math.isfinite(seconds) and 0 <= seconds < _LATEST):
        raise BadLine("no time of any clock")
    return datetime.fromtimestamp(seconds, UTC)


def _decoded(text: str) -> str:
    return unquote(text, errors="replace") if "%" in text else text
