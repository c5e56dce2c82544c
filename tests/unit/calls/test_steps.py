"""The steps that ccd took a caller through, as the record keeps them."""

from dataclasses import replace

import pytest

from ccd.calls.book import CallBook
from ccd.calls.events import CallEvent
from ccd.calls.ids import LinkedId, UniqueId
from ccd.calls.record import Disposition, EndedBy, StepKind
from tests.unit.calls.script import Script, moment
from tests.unit.calls.test_one_call import play


def path(record) -> list[tuple[str, ...]]:
    return [(one.kind.value, one.target, one.outcome) for one in record.path]


def arrives(call: Script) -> list[CallEvent]:
    return [call.at(0).started(), call.asked(), call.step(StepKind.MENU, "ccd/menu")]


def hangs_up(call: Script) -> list[CallEvent]:
    return [call.at(90).hanging_up(), call.ended()]


def test_the_path_tells_each_step_and_how_it_ended():
    call = Script()
    steps = [
        call.at(4).step(StepKind.QUEUE, "operators", "PRESSED-2"),
        call.at(44).step(StepKind.DIAL, "PJSIP/201", "TIMEOUT"),
    ]
    record = play([*arrives(call), *steps])
    assert path(record) == [
        ("menu", "ccd/menu", "PRESSED-2"),
        ("queue", "operators", "TIMEOUT"),
        ("dial", "PJSIP/201", ""),
    ]
    assert record.path[1].at == moment(4)


@pytest.mark.parametrize("told", ["by the outcome", "by the file", "by both"])
def test_who_left_a_message_did_not_abandon(told):
    call = Script()
    events = [*arrives(call), call.at(5).step(StepKind.VOICEMAIL, "doctors", "PRESSED-3")]
    if told != "by the file":
        events += [call.at(60).step(StepKind.HANGUP, "16", "RECORDED")]
    if told != "by the outcome":
        events += [call.at(61).message("m1.wav")]
    record = play([*events, *hangs_up(call)])
    assert (record.disposition, record.ended_by) == (Disposition.VOICEMAIL, EndedBy.CALLER)
    assert record.path[1].detail == ("" if told == "by the outcome" else "m1.wav")


def test_a_message_that_is_found_after_the_hangup_counts():
    call = Script()
    events = [*arrives(call), call.at(5).step(StepKind.VOICEMAIL, "doctors", "PRESSED-3"), *hangs_up(call)]
    assert play(events).disposition is Disposition.ABANDONED
    record = play([*events, call.at(91).message()])
    assert record.disposition is Disposition.VOICEMAIL


def test_a_message_is_found_by_the_caller_s_channel():
    call, book = Script(), CallBook()
    leg = replace(call.at(0).asked(), unique_id=UniqueId("100.7"))
    step = call.at(5).step(StepKind.VOICEMAIL, "doctors", leg="100.7")
    book_events = [call.at(0).started("100.7"), leg, step]
    play(book_events, book)
    book.apply(replace(call.at(90).message(), linked_id=LinkedId("100.7"), unique_id=UniqueId("100.7")))
    record = book.get(call.linked_id)
    assert record is not None
    assert record.path[-1].detail == "m1.wav"


def test_an_empty_recording_is_no_message():
    call = Script()
    steps = [call.step(StepKind.VOICEMAIL, "b", "SILENT"), call.step(StepKind.PLAY, "ccd/bye", "EMPTY")]
    assert play([*arrives(call), *steps, *hangs_up(call)]).disposition is Disposition.ABANDONED


@pytest.mark.parametrize("taken", [True, False], ids=["Asterisk took the answer", "hung up before"])
def test_who_took_a_callback_did_not_abandon(taken):
    call = Script()
    step = call.at(5).step(StepKind.CALLBACK, "operators", "PRESSED-1") if taken else call.at(5).promised()
    record = play([*arrives(call), step, *hangs_up(call)])
    assert record.disposition is Disposition.CALLBACK
    assert [one.kind for one in record.path] == [StepKind.MENU, StepKind.CALLBACK]


def test_a_promise_that_is_told_after_the_hangup_counts():
    call = Script()
    record = play([*arrives(call), *hangs_up(call), call.promised()])
    assert record.disposition is Disposition.CALLBACK


def test_a_callback_that_failed_is_none():
    call = Script()
    steps = [call.step(StepKind.CALLBACK, "operators"), call.step(StepKind.QUEUE, "operators", "FAILED")]
    assert play([*arrives(call), *steps, *hangs_up(call)]).disposition is Disposition.ABANDONED


def test_who_was_answered_after_all_was_answered():
    call = Script()
    events = [*arrives(call), call.step(StepKind.CALLBACK, "operators"), call.at(5).dialled()]
    record = play([*events, call.at(6).picked_up(), *hangs_up(call)])
    assert record.disposition is Disposition.ANSWERED


def test_a_step_twice_is_one():
    call = Script()
    assert len(play([*arrives(call), call.step(StepKind.MENU, "ccd/menu")]).path) == 1


def test_nobody_writes_steps_into_another_s_call():
    call, book = Script(), CallBook()
    events = [
        *arrives(call),
        call.at(1).started("100.1"),
        call.at(2).step(StepKind.HANGUP, "16", leg="100.1"),
    ]
    assert len(play(events, book).path) == 1
    assert book.apply(Script("6.6").step(StepKind.HANGUP, "16")) == ()
    assert book.get(Script("6.6").linked_id) is None
