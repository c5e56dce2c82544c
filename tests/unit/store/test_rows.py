"""Whatever a call holds comes back as it was."""

import json
from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, insert, select

from ccd.calls.ids import QueueName
from ccd.calls.record import (
    CallRecord,
    Direction,
    Disposition,
    EndedBy,
    PathStep,
    Segment,
    SegmentKind,
    State,
    StepKind,
)
from ccd.store.columns import escape, to_json, unescape, write_moment
from ccd.store.rows import last_digits, to_record, to_row
from ccd.store.tables import metadata
from ccd.store.tables.calls import calls
from ccd.store.writer import insert as write
from tests.unit.store.samples import NOON, call

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=())) | st.sampled_from(
    ["'; DROP TABLE calls; --", "a\0b", "\udcff", "\ud83d\ude00", "␛", "␛0000", "😀", '{"a": 1}']
)
MOMENTS = st.datetimes(
    min_value=datetime(1970, 1, 2),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=3)), timezone(-timedelta(hours=9.5))]),
)
SECONDS = st.none() | st.floats(min_value=0, max_value=1e9)
SEGMENT: dict[str, st.SearchStrategy[Any]] = {
    "kind": st.sampled_from(SegmentKind),
    "queue": ANY_TEXT,
    "phone": ANY_TEXT,
    "member": ANY_TEXT,
    "leg": ANY_TEXT,
    "began_at": st.none() | MOMENTS,
    "ended_at": st.none() | MOMENTS,
    "result": ANY_TEXT,
    "seconds": SECONDS,
    "held": SECONDS,
    "to": ANY_TEXT,
}
SEGMENTS = st.builds(Segment, **SEGMENT)
STEP: dict[str, st.SearchStrategy[Any]] = {
    "at": MOMENTS,
    "kind": st.sampled_from(StepKind),
    "target": ANY_TEXT,
    "outcome": ANY_TEXT,
    "detail": ANY_TEXT,
}
STEPS = st.builds(PathStep, **STEP)
RECORD: dict[str, st.SearchStrategy[Any]] = {
    "call_id": ANY_TEXT,
    "state": st.sampled_from(State),
    "arrived_at": st.none() | MOMENTS,
    "caller_number": ANY_TEXT,
    "caller_name": ANY_TEXT,
    "called_number": ANY_TEXT,
    "direction": st.sampled_from(Direction),
    "withheld": st.booleans(),
    "caller_leg": ANY_TEXT,
    "rule": ANY_TEXT,
    "rules_version": ANY_TEXT,
    "path": st.lists(STEPS, max_size=4).map(tuple),
    "patient_ids": st.lists(ANY_TEXT).map(tuple),
    "queue": ANY_TEXT,
    "phone": ANY_TEXT,
    "agent": ANY_TEXT,
    "answered_at": st.none() | MOMENTS,
    "ended_at": st.none() | MOMENTS,
    "waited": SECONDS,
    "talked": SECONDS,
    "ended_by": st.sampled_from(EndedBy),
    "disposition": st.sampled_from(Disposition),
    "hangup_cause": st.integers(0, 255),
    "unknown": st.lists(ANY_TEXT).map(tuple),
    "segments": st.lists(SEGMENTS, max_size=4).map(tuple),
    "wrapped_up": SECONDS,
    "source": ANY_TEXT,
    "answers": ANY_TEXT,
    "recording": ANY_TEXT,
    "recovered": st.booleans(),
    "topic": ANY_TEXT,
    "outcome": ANY_TEXT,
    "note": ANY_TEXT,
    "noted_by": ANY_TEXT,
    "noted_at": st.none() | MOMENTS,
}


def test_no_field_is_left_out_of_what_is_tried() -> None:
    for tried, kind in ((SEGMENT, Segment), (STEP, PathStep), (RECORD, CallRecord)):
        assert set(tried) == {field.name for field in fields(kind)}


@pytest.fixture(scope="module")
def memory():
    made = create_engine("sqlite://")
    metadata.create_all(made)
    yield made
    made.dispose()


@settings(deadline=None)
@given(record=st.builds(CallRecord, **RECORD))
def test_a_record_comes_back_as_it_was_saved(memory, record: CallRecord) -> None:
    with memory.connect() as connection:
        connection.execute(insert(calls), to_row(record, NOON))
        row = connection.execute(select(calls).where(calls.c.call_id == record.call_id)).mappings().one()
        assert to_record(row) == record
        assert row["listed_at"] == (record.arrived_at or NOON)


@settings(deadline=None)
@given(record=st.builds(CallRecord, **RECORD))
def test_a_record_comes_back_as_the_writer_saved_it(memory, record: CallRecord) -> None:
    with memory.connect() as connection, connection.begin() as transaction:
        write([record], NOON, connection)
        row = connection.execute(select(calls).where(calls.c.call_id == record.call_id)).mappings().one()
        assert to_record(row) == record
        transaction.rollback()


@pytest.mark.parametrize(
    "texts", [[], ["a"], ["\x1f", "\x7f", '"', "\\", "\0", "Ж", "\u2028", "😀", "\udcff", "␛"]]
)
def test_json_is_what_python_makes_of_it(texts: list[str]) -> None:
    assert to_json(texts) == escape(json.dumps(texts, ensure_ascii=False, separators=(",", ":")))


@settings(deadline=None)
@given(ANY_TEXT)
def test_any_text_becomes_storable_and_comes_back(text: str) -> None:
    stored = escape(text)
    stored.encode()
    assert "\0" not in stored
    assert unescape(stored) == text


@settings(deadline=None)
@given(MOMENTS, MOMENTS)
def test_moments_sort_as_their_text(one: datetime, other: datetime) -> None:
    assert (write_moment(one) < write_moment(other)) == (one < other)
    assert write_moment(one) == one.astimezone(UTC).isoformat(timespec="microseconds")


def test_a_moment_without_zone_is_refused() -> None:
    nowhere = datetime(2026, 1, 1)  # noqa: DTZ001
    with pytest.raises(ValueError, match="zone"):
        write_moment(nowhere)
    stretch = Segment(kind=SegmentKind.MENU, queue=QueueName(""), began_at=nowhere)
    with pytest.raises(ValueError, match="zone"):
        to_row(call("1", segments=(stretch,)), NOON)


@pytest.mark.parametrize(
    ("number", "digits"),
    [
        ("+7 (916) 123-45-67", "9161234567"),
        ("89161234567", "9161234567"),
        ("101", "101"),
        ("anonymous", ""),
        ("٣", ""),
    ],
)
def test_numbers_are_compared_by_their_last_ten_digits(number: str, digits: str) -> None:
    assert last_digits(number) == digits
