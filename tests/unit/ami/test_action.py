"""Outgoing actions: nothing but what was asked for reaches the wire; answers complete them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccd.ami.action import Action, encode
from ccd.ami.errors import BadAction
from ccd.ami.message import Message
from tests.fakes.ami import parse

keys = st.text(st.characters(codec="utf-8"), max_size=12)
values = st.text(st.characters(codec="utf-8"), max_size=40) | st.integers()
EVIL = "Bob\n\nAction: Originate\nChannel: Local/00881234@premium\n\n"


@given(st.dictionaries(keys, values, max_size=5))
def test_whatever_is_sent_reads_as_what_was_given(headers: dict[str, Any]):
    given_ = {**headers, "Action": "DBPut"}
    if len({key.lower() for key in given_}) < len(given_):
        return
    try:
        sent = encode(given_)
    except BadAction:
        return
    frame, end, rest = sent.replace(b"\r\n", b"\n").partition(b"\n\n")
    assert (end, rest) == (b"\n\n", b"")
    assert parse(frame) == {key.lower(): str(value) for key, value in given_.items()}


@pytest.mark.parametrize("value", [EVIL, "a\r\nb", "a\rb", "a\nb", "a\0b", "\ud800", None, b"x", {}])
def test_p02_a_value_that_could_be_a_second_action_is_refused(value: Any):
    with pytest.raises(BadAction):
        encode({"Action": "DBPut", "Val": value})
    with pytest.raises(BadAction):
        encode({"Action": "DBPut", "Val": ["fine", value]})


@pytest.mark.parametrize("key", ["", "a\nb", "a: b", "a b", "ключ", "a\0", ":"])
def test_p02_a_key_that_could_be_something_else_is_refused(key: str):
    with pytest.raises(BadAction):
        encode({"Action": "DBPut", key: "x"})


@pytest.mark.parametrize(
    "fields",
    [{}, {"Action": ""}, {"Action": "A", "X": "я" * 500}, {"Action": "A", "Variable": ["v=1"] * 127}],
)
def test_what_asterisk_would_cut_is_refused(fields: dict[str, Any]):
    with pytest.raises(BadAction):
        encode(fields)


def test_the_limits_themselves_are_allowed():
    line = "x" * (1_000 - len("X: "))
    assert encode({"Action": "A", "X": [line] * 126}).count(b"\r\n") == 128


def answer(*messages: dict[str, Any], as_list: bool | None = None) -> Any:
    action = Action({"Action": "Any"}, as_list=as_list)
    ends = [action.add_message(Message(headers)) for headers in messages]
    assert not any(ends[:-1])
    return action.future.result() if action.future.done() else None


HEAD = {"Response": "Success", "EventList": "start"}
ROW = {"Event": "QueueMember"}


@pytest.mark.parametrize("end", ["Complete", "complete", "cancelled", "Cancelled"])
async def test_a_list_is_its_head_its_rows_and_its_end(end: str):
    assert len(answer(HEAD, ROW, ROW, {"Event": "QueueStatusComplete", "EventList": end})) == 4


async def test_a_list_without_its_end_is_not_complete():
    assert answer(HEAD, ROW, ROW) is None


async def test_p05_an_error_completes_even_what_should_be_a_list():
    refused = answer({"Response": "Error", "Message": "Permission denied"}, as_list=True)
    assert refused.refusal == "Permission denied"


@pytest.mark.parametrize(
    "words",
    ["Added interface to queue", "Originate successfully queued", "Channels will follow", ""],
)
async def test_p05_prose_never_makes_a_list(words: str):
    assert answer({"Response": "Success", "Message": words}).success


async def test_an_event_before_the_answer_is_not_the_answer():
    assert answer({"Event": "OriginateResponse", "Response": "Failure"}) is None
