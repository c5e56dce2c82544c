"""Where a real record and the expected one tell different things."""

from collections.abc import Sequence
from typing import Protocol

from tests.catalogue.expected import Expected, Held, Stretch
from tests.catalogue.laws import Record, broken


class Names(Protocol):
    """From the script's letters to Asterisk's names."""

    def device(self, letter: str) -> str: ...
    def extension(self, letter: str) -> str: ...
    def queue_name(self, letter: str) -> str: ...
    def outside(self, which: int) -> str: ...
    @property
    def dialled(self) -> str: ...


def differences(expected: Expected, record: Record, names: Names) -> list[str]:
    """What the record says that did not happen, and what it does not say: nothing, when it is true."""
    number = record["caller_number"] if expected.caller is None else names.outside(expected.caller)
    pairs: list[tuple[str, object, object]] = [
        ("state", "ended", record["state"]),
        ("disposition", expected.disposition, record["disposition"]),
        ("ended_by", expected.by, record["ended_by"]),
        ("direction", expected.direction, record["direction"]),
        ("caller_number", _number(number), _number(record["caller_number"])),
        ("answers", expected.answers, _answers(record["answers"])),
        ("unknown", [], sorted(set(record["unknown"]) - expected.unknown)),
    ]
    found = [f"{what}: {said!r} instead of {true!r}" for what, true, said in pairs if said != true]
    return [*found, *_segments(expected, record["segments"], names)] or [
        *_held(expected, record),
        *broken(record),
    ]


def _answers(said: str) -> str:
    """``callback:17``, or the id of the missed call."""
    kind, colon, _ = said.partition(":")
    return kind if colon else said and "missed"


def _number(written: str) -> str:
    """The same however it is written: ``+7916...``, ``8916...``."""
    return written[-10:]


def _segments(expected: Expected, segments: Sequence[Record], names: Names) -> list[str]:
    true = _in_order([_line(one, names) for one in expected.segments])
    said = _in_order([_said(one) for one in segments])
    if len(true) == len(said) and all(map(_like, true, said)):
        return []
    told = "\n".join(" ".join(str(word) for word in one) for one in said)
    wanted = "\n".join(" ".join("*" if word is None else word for word in one) for one in true)
    return [f"segments:\n{told}\ninstead of\n{wanted}"]


Line = tuple[str | None, ...]
"""A segment as words: kind, phone, queue, result, to.  None fits any word."""


def _line(one: Stretch, names: Names) -> Line:
    queue = one.queue and names.queue_name(one.queue)
    to = names.dialled if one.to == "o" else one.to
    to = names.extension(to) if to and to in "abcdxy" else to
    short = one.phone and one.phone in "abcdxyop"
    phone = names.device(one.phone) if short else one.phone.replace("{x}", names.extension("x"))
    return (one.kind, phone, queue, one.result, to)


def _said(one: Record) -> Line:
    return (
        one["kind"],
        one["phone"],
        one["queue"],
        one["result"],
        one["to"].removeprefix("PJSIP/").partition("@")[0],
    )


def _like(true: Line, said: Line) -> bool:
    return all(word is None or word == other for word, other in zip(true, said, strict=True))


def _in_order(lines: list[Line]) -> list[Line]:
    """Phones that ring together may stand in any order."""
    found: list[Line] = []
    for one in lines:
        place = len(found)
        while place and _ring(one, found[place - 1]) and (one[1] or "") < (found[place - 1][1] or ""):
            place -= 1
        found.insert(place, one)
    return found


def _ring(one: Line, other: Line) -> bool:
    return one[0] == other[0] == "offered"


def _held(expected: Expected, record: Record) -> list[str]:
    talks = [one for one in record["segments"] if one["kind"] == "talking"]
    bounds = [one.held for one in expected.segments if one.kind == "talking"]
    pairs = zip([one["held"] for one in talks], bounds, strict=True)
    wrong = [(held, between) for held, between in pairs if held is not None and not _within(held, between)]
    return [f"held {held} instead of {low} to {high}" for held, (low, high) in wrong]


def _within(seconds: float, between: Held) -> bool:
    return between[0] <= seconds <= between[1]
