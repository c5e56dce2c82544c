"""What was read before makes reading faster, and changes nothing that is read."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccd.ami.columns import MOMENT, BadHeader, Column, count, known, needed, plain, variable
from ccd.ami.headers import Fields
from ccd.ami.shapes import shape_of
from tests.unit.ami.samples import AGENT, CHANNEL, body

COLUMNS = {
    "at": MOMENT,
    "unique_id": needed("Uniqueid"),
    "caller": known("CallerIDNum"),
    "leg": plain("DestUniqueid"),
    "again": plain("DestUniqueid"),
    "cause": count("Cause", default=0),
    "recording": variable("MIXMONITOR_FILENAME"),
}
TIMES = {"Privilege": "call,all", "Timestamp": "1795281484.1"}
HEADERS = st.sampled_from(
    ["Uniqueid", "DestUniqueid", "CallerIDNum", "Cause", "Timestamp", "ChanVariable", "Event", "X", ""]
)
VALUES = st.sampled_from(["", "1", "<unknown>", "MIXMONITOR_FILENAME=a.wav", "A=1", "\r", "\n", "a: b"])
LINES = st.tuples(HEADERS, st.sampled_from([": ", ":", ""]), VALUES).map("".join)


def read(fields: Fields, frame: bytes) -> Mapping[str, Any] | str:
    try:
        return fields(frame)
    except BadHeader as error:
        return f"no {error}"


@given(st.lists(st.tuples(st.integers(0, 40), LINES), max_size=3), st.integers(0, 40))
def test_a_frame_tells_the_same_whatever_was_read_before_it(evil: list[tuple[int, str]], cut: int):
    lines = body("Hangup", **TIMES, **AGENT, Cause="16").decode().split("\r\n")
    fields = Fields(**COLUMNS)
    read(fields, "\r\n".join(lines).encode())
    del lines[cut : cut + 1]
    for at, line in evil:
        lines.insert(at, line)
    frame = "\r\n".join(lines).encode()
    first = Fields(**COLUMNS)
    told = [read(first, frame), read(first, frame), read(fields, frame), read(fields, frame)]
    if not isinstance(told[0], str) and "Timestamp: 1795281484.1" not in lines[:3]:
        told = [{**one, "at": None} for one in told if not isinstance(one, str)]
    assert told == [told[0]] * 4


def test_a_recording_is_told_from_another_variable_in_its_place():
    """``channelvars`` in ``manager.conf`` may change at any time."""
    fields = Fields(**COLUMNS)
    told = [
        fields(body("Hangup", **CHANNEL, ChanVariable=value))["recording"]
        for value in ("A=1", "MIXMONITOR_FILENAME=a=b.wav", "A=1", "MIXMONITOR_FILENAME=")
    ]
    assert told == ["", "a=b.wav", "", ""]


def test_kinds_of_one_event_are_each_known_at_once():
    fields = Fields(**COLUMNS)
    frames = [body("Hangup", **CHANNEL), body("Hangup", **AGENT), body("Hangup", **CHANNEL, Cause=16)]
    assert [fields(one)["leg"] for one in frames * 2] == ["", "1795281484.1", ""] * 2


@pytest.mark.parametrize("late", [True, False])
def test_a_time_is_only_where_asterisk_writes_it(late: bool):
    column = {"when": Column("Timestamp", within=3)}
    headers = {**CHANNEL, **TIMES} if late else {**TIMES, **CHANNEL}
    fields = Fields(**column)
    assert [fields(body("Hangup", **headers))["when"] for _ in range(2)] == [
        "" if late else "1795281484.1"
    ] * 2


@pytest.mark.parametrize(
    "line", ["Cause", "Cause:", "Cause:16", "DestUniqueid", "ChanVariable: MIXMONITOR_FILENAME"]
)
def test_a_header_without_its_value_is_as_good_as_none(line: str):
    """Cut off, it still has the header's name: the frame is read, and so is the next one like it."""
    fields, frame = Fields(**COLUMNS), body("Hangup", **TIMES, **CHANNEL) + f"\r\n{line}".encode()
    told = [fields(frame) for _ in range(2)]
    assert told == [Fields(**COLUMNS)(body("Hangup", **TIMES, **CHANNEL))] * 2


@pytest.mark.parametrize("lines", [["Event: Hangup", "Cause: 1\r6"], ["Event: Hangup", "X: " + "x" * 9_000]])
def test_a_frame_that_no_asterisk_sends_gives_no_shape(lines: list[str]):
    assert shape_of(lines, {}) is None
