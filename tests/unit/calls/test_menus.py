"""Menus and mailboxes as stretches of a call."""

from typing import Any

import pytest

from ccd.calls.book import CallBook
from ccd.calls.record import CallRecord, StepKind
from tests.unit.calls.script import Script


def play(*events: Any) -> CallRecord:
    book = CallBook()
    for event in events:
        book.apply(event)
    record = book.get(events[0].linked_id)
    assert record is not None
    return record


def shape(record: CallRecord) -> list[tuple[object, ...]]:
    return [(one.kind.value, one.result, one.to, one.seconds) for one in record.segments]


def listening(call: Script) -> list[Any]:
    return [call.started(), call.asked(), call.at(1).step(StepKind.MENU, "hello")]


def test_a_key_ends_the_menu():
    call = Script()
    record = play(
        *listening(call),
        call.at(4).step(StepKind.QUEUE, "operators", "PRESSED-2"),
        call.joined(),
        call.at(9).ended(),
    )
    assert shape(record)[0] == ("menu", "pressed", "2", 3)


def test_the_same_when_the_queue_is_heard_of_before_the_step():
    call = Script()
    joined = call.at(4).joined()
    record = play(
        *listening(call), joined, call.at(4.1).step(StepKind.QUEUE, "operators", "PRESSED-2"), call.ended()
    )
    assert shape(record)[0] == ("menu", "pressed", "2", 3)


def test_silence_and_the_next_menu():
    call = Script()
    record = play(
        *listening(call),
        call.at(6).step(StepKind.MENU, "hello", "SILENT"),
        call.at(8).hanging_up(),
        call.ended(),
    )
    assert shape(record) == [("menu", "silent", "", 5), ("menu", "abandoned", "", 2)]


def test_the_outcome_of_another_step_is_not_the_menus():
    call = Script()
    record = play(
        *listening(call),
        call.at(3).step(StepKind.PLAY, "bye", "SILENT"),
        call.at(5).step(StepKind.HANGUP, "16", "PLAYED"),
        call.ended(),
    )
    assert shape(record) == [("menu", "silent", "", 2)]


@pytest.mark.parametrize("late", [False, True])
def test_a_message_that_was_ended_by_hanging_up_is_recorded(late):
    call = Script()
    speaking = [call.started(), call.asked(), call.at(1).step(StepKind.VOICEMAIL, "sales")]
    ends = [call.at(7).hanging_up(), call.ended()]
    kept = call.at(17).message("sales/100.0.wav")
    record = play(*speaking, *ends, *([kept, kept] if late else [kept]))
    assert shape(record) == [("voicemail", "recorded", "", 6)]


def test_an_empty_message_and_a_rest():
    call = Script()
    record = play(
        call.started(),
        call.asked(),
        call.at(1).step(StepKind.VOICEMAIL, "sales"),
        call.at(2).step(StepKind.HANGUP, "16", "EMPTY"),
        call.ended(),
    )
    assert shape(record) == [("voicemail", "empty", "", 1)]
