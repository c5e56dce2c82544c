"""p12: a message holds what was sent, and nothing that was not."""

import copy
import pickle

from hypothesis import given
from hypothesis import strategies as st

from ccd.ami.message import Message
from tests.fakes.ami import frame


def parsed(first: str, /, **headers: object) -> Message:
    return Message.from_frame(frame(first, **headers).removesuffix(b"\r\n\r\n"))


def test_p12_there_is_no_invented_content():
    assert dict(parsed("Event: VarSet", Variable="X")) == {"Event": "VarSet", "Variable": "X"}
    assert dict(parsed("Response: Follows", ActionID="1")) == {"Response": "Follows", "ActionID": "1"}


def test_p12_an_empty_last_header_is_there():
    assert parsed("Event: VarSet", Variable="X", Value="")["Value"] == ""


def test_p12_hasattr_tells_the_truth():
    message = parsed("Event: Hangup", Uniqueid="1.1")
    assert message.uniqueid == "1.1"
    assert not hasattr(message, "calleridnum")


def test_p12_a_message_can_be_copied_and_pickled():
    message = parsed("Event: Hangup", Uniqueid="1.1")
    assert dict(copy.copy(message)) == dict(message)
    assert dict(pickle.loads(pickle.dumps(message))) == dict(message)


def test_p12_a_header_without_a_space_is_read_and_a_line_without_a_colon_is_not():
    assert dict(Message.from_frame(b"Event: X\r\nKey:value\r\nBad line")) == {"Event": "X", "Key": "value"}


def test_repeated_headers_are_a_list_but_what_it_is_stands_first():
    message = Message.from_frame(
        b"Event: X\r\nActionID: a\r\nUniqueid: 6.6\r\nuniqueid: 1.1\r\nEvent: Y\r\nActionID: b"
    )
    assert message["Uniqueid"] == ["6.6", "1.1"]
    assert (message["Event"], message["ActionID"]) == ("X", "a")


def test_an_event_is_not_a_success():
    assert not parsed("Event: OriginateResponse", Response="Failure").success
    assert parsed("Response: Goodbye").success


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything(data: bytes):
    Message.from_frame(data)
