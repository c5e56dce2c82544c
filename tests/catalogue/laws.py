"""What holds of every true record, whatever happened in the call."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

Record = Mapping[str, Any]
"""A record as ``ccd calls --json`` tells it."""
_SLACK = 1.1
"""Seconds by which two figures may differ: Asterisk's own are whole."""


def broken(record: Record) -> list[str]:
    """Which laws a record breaks, in words."""
    return [*_bounds(record), *_sums(record), *_talks(record)]


def _bounds(record: Record) -> Iterator[str]:
    """No stretch is longer than the call, no hold than its talk; none ends before it begins."""
    length = _at(record["ended_at"]) - _at(record["arrived_at"]) + _SLACK
    for one in record["segments"]:
        if (one["seconds"] or 0) > length:
            yield f"longer than the call: {one}"
        if (one["held"] or 0) > (one["seconds"] or 0) + _SLACK:
            yield f"held for longer than it lasted: {one}"
        if one["ended_at"] and _at(one["began_at"]) > _at(one["ended_at"]):
            yield f"ends before it begins: {one}"


def _sums(record: Record) -> Iterator[str]:
    talked = sum(one["seconds"] or 0 for one in record["segments"] if one["kind"] == "talking")
    if abs((record["talked"] or 0) - talked) > _SLACK:
        yield f"talked {record['talked']} is not the sum of its talks, {talked}"


def _talks(record: Record) -> Iterator[str]:
    """A figure is a length; one talk follows another unless three talk; the last one ends the call."""
    talks = [one for one in record["segments"] if one["kind"] == "talking"]
    for one in talks:
        if abs(_at(one["ended_at"]) - _at(one["began_at"]) - one["seconds"]) > _SLACK:
            yield f"its figure is not its length: {one}"
    joined = any(one["result"] == "joined" for one in record["segments"])
    for one, other in pairwise(talks):
        if _at(other["began_at"]) < _at(one["ended_at"]) - _SLACK and not joined:
            yield f"two talks at once: {one}, {other}"
    hung_up = talks and talks[-1]["result"] in {"caller", "agent"}
    if hung_up and abs(_at(talks[-1]["ended_at"]) - _at(record["ended_at"])) > _SLACK:
        yield f"the last talk does not end the call: {talks[-1]}"


def _at(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()
