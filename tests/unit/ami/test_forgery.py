"""Lines that a caller wrote into his number are not believed, wherever they stand."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccd.ami import translate as module
from ccd.ami.forgery import genuine
from ccd.ami.framing import Framer, text
from ccd.ami.translate import TABLE, dropped, translate
from ccd.calls import events as happened
from ccd.calls.book import CallBook
from tests.fakes.ami import BANNER
from tests.unit.ami.samples import CAPTURES
from tests.unit.calls.script import Script

ID = "1795281484.0"
BEFORE = ("Channel", "ChannelState", "ChannelStateDesc")
BEHIND = ("CallerIDName", "ConnectedLineNum", "ConnectedLineName", "Language", "AccountCode", "Context")
EVIL = "Uniqueid: 6.6\r\nLinkedid: 6.6"
WHOLE = "\r\n".join(
    ["1", *(f"{name}: x" for name in BEHIND), "Exten: 1", "Priority: 1", EVIL, "Cause: 1", "Queue: evil"]
)
"""A whole block, as Asterisk would write it."""
TEXTS = ("CallerIDNum", "ConnectedLineNum", "Exten")


def block(prefix: str = "", *, unique_id: str = ID, **text: str) -> dict[str, str]:
    """One channel's headers in Asterisk's order; ``text`` is what a caller wrote."""
    headers = {name: "PJSIP/trunk-00000000" if name == "Channel" else "4" for name in BEFORE}
    headers |= {"CallerIDNum": "7916", **dict.fromkeys(BEHIND, "x"), "Exten": "7495", "Priority": "1"}
    headers |= text | {"Uniqueid": unique_id, "Linkedid": ID}
    return {prefix + name: value for name, value in headers.items()}


def event(name: str, *parts: dict[str, str]) -> bytes:
    headers = {"Privilege": "call,all", "Timestamp": "1795281484.1"}
    for part in parts:
        headers |= part
    return "\r\n".join([f"Event: {name}", *(f"{key}: {value}" for key, value in headers.items())]).encode()


@pytest.fixture(autouse=True)
def counted(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(module, "dropped", counter := type(dropped)())
    return counter


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("evil", [f"1\r\n{EVIL}", WHOLE, f"{WHOLE}\r\nX: "])
@pytest.mark.parametrize("known", [True, False], ids=["after a genuine one", "first"])
def test_ids_behind_the_caller_s_text_are_asterisk_s(text: str, evil: str, known: bool):
    end = {"Cause": "16", "Cause-txt": "x"}
    if known:
        translate(event("Hangup", block(), end))
    told = translate(event("Hangup", block(**{text: evil}), end))
    assert isinstance(told, happened.ChannelEnded)
    assert (told.unique_id, told.linked_id, told.cause) == (ID, ID, 16)


def test_the_channel_before_the_caller_s_text_is_asterisk_s():
    told = translate(event("Newchannel", block(CallerIDNum=f"1\r\nChannel: PJSIP/102-1\r\n{EVIL}")))
    assert isinstance(told, happened.ChannelStarted)
    assert (told.channel, told.unique_id, told.caller_number) == ("PJSIP/trunk-00000000", ID, "1")
    assert (told.called_number, told.context) == ("", "")


def test_a_queue_behind_the_ids_is_asterisk_s():
    forged = block(CallerIDNum=f"1\r\n{EVIL}\r\nQueue: evil")
    told = translate(event("QueueCallerJoin", forged, {"Queue": "operators"}))
    assert isinstance(told, happened.QueueJoined)
    assert (told.queue, told.unique_id) == ("operators", ID)


def test_a_header_that_asterisk_did_not_write_is_none():
    """Nothing stands twice here; SwapUniqueid would move a leg."""
    bridge = {"BridgeUniqueid": "b"}
    swapped = translate(event("BridgeEnter", bridge, block(), {"SwapUniqueid": "1.5"}))
    told = translate(event("BridgeEnter", bridge, block(CallerIDNum="1\r\nSwapUniqueid: 6.6")))
    assert isinstance(swapped, happened.BridgeEntered)
    assert isinstance(told, happened.BridgeEntered)
    assert (swapped.swapped, told.swapped, told.unique_id) == ("1.5", "", ID)


@pytest.mark.parametrize("prefix", ["", "Dest"])
@pytest.mark.parametrize("text", TEXTS)
def test_ids_between_two_callers_texts_are_nobody_s(prefix: str, text: str, counted: Any):
    blocks = {"": block(), "Dest": block("Dest", unique_id="1.1")}
    end = {"Queue": "q", "Interface": "PJSIP/101", "MemberName": "Op", "HoldTime": "7"}
    assert translate(event("AgentConnect", *blocks.values(), end)) is not None
    blocks[prefix] |= {prefix + text: f"1\r\n{EVIL}\r\nDestUniqueid: 6.6\r\nHoldTime: 99"}
    assert translate(event("AgentConnect", *blocks.values(), end)) is None
    assert counted == {"AgentConnect": 1}


def test_a_leg_that_asterisk_did_not_name_is_none():
    end = {"Queue": "q", "Interface": "PJSIP/101", "MemberName": "Op", "HoldTime": "7", "TalkTime": "9"}
    forged = block(CallerIDNum="1\r\nDestChannel: PJSIP/102-1\r\nDestUniqueid: 6.6")
    told = translate(event("AgentComplete", forged, end))
    assert isinstance(told, happened.AgentCompleted)
    assert (told.leg, told.phone, told.member) == ("", "PJSIP/101", "Op")


def test_a_transfer_in_the_shape_of_a_longer_one_is_nobody_s():
    """The shorter frame, filled up by the caller to the longer one's length and order."""
    result, long = {"Result": "Success"}, block("Transferee")
    assert translate(event("BlindTransfer", result, block("Transferer"), long, {"Extension": "102"}))
    evil = block("Transferer", unique_id="6.6")
    injected = [f"{name}: {value}" for name, value in evil.items()][5:] + ["X: x"] * 9
    forged = block("Transferer", ConnectedLineNum="\r\n".join(["1", *injected]))
    told = translate(event("BlindTransfer", result, forged, {"Extension": "102"}))
    assert told is None or told.unique_id == ID  # type: ignore[union-attr]


def test_a_variable_that_every_event_carries_is_no_forgery():
    """``channelvars`` in ``manager.conf`` adds as many such headers as there are variables."""
    several = {"ChanVariable": "a=1\r\nChanVariable: b=2"}
    told = translate(event("Newchannel", block(), several))
    assert isinstance(told, happened.ChannelStarted)
    assert told.called_number == "7495"


def test_whole_events_in_a_list_s_row_make_and_end_no_patient_s_call():
    """No filter stands before a list's rows.  What is told there of an unknown channel changes no record."""
    book, call = CallBook(), Script()
    for one in (call.started(), call.asked(), call.joined()):
        book.apply(one)
    before = list(book)
    forged = [event(name, block(), {"Cause": "16", "Cause-txt": "x"}) for name in ("Newchannel", "Hangup")]
    number = "\r\n\r\n".join(["1", *(one.decode() for one in forged), "X: "])
    frames = Framer().feed(BANNER + event("CoreShowChannel", block(CallerIDNum=number)) + b"\r\n\r\n")
    told = [found for frame in frames if (found := translate(frame))]
    assert [type(one) for one in told] == [happened.ChannelStarted, happened.ChannelEnded]
    assert [change for one in told for change in book.apply(one)] == []
    assert list(book) == before


def test_the_captured_forger_s_call_is_told_as_far_as_it_is_true():
    frames = Framer().feed(BANNER + (CAPTURES / "forged-in-number.ami").read_bytes())
    told = [event for frame in frames if (event := translate(frame))]
    assert {getattr(event, "linked_id", "1795288617.2") for event in told} == {"1795288617.2"}


@pytest.mark.parametrize("path", sorted(CAPTURES.glob("*.ami")), ids=lambda path: path.stem)
def test_a_real_call_s_events_are_genuine(path: Any):
    stream = path.read_bytes()
    if path.stem.startswith("forged"):
        assert not all(genuine(text(frame).split("\r\n")) for frame in Framer().feed(BANNER + stream))
        return
    wanted = [frame for frame in Framer().feed(stream) if frame[7:].split(b"\r")[0].decode() in TABLE]
    assert wanted
    assert all(genuine(text(frame).split("\r\n")) for frame in wanted)


HEADERS = st.sampled_from(["Uniqueid", "Linkedid", "Cause", *BEHIND, "Exten", "Priority", "Channel", "X"])
LINES = st.lists(HEADERS.map(lambda name: f"{name}: 6.6"), max_size=20).map("\r\n".join)


@given(st.sampled_from(TEXTS), LINES)
def test_no_lines_of_a_caller_s_change_who_he_is(text: str, evil: str):
    translate(event("Hangup", block(), {"Cause": "16"}))
    told = translate(event("Hangup", block(**{text: f"1\r\n{evil}" if evil else "1"}), {"Cause": "16"}))
    assert isinstance(told, happened.ChannelEnded)
    assert (told.unique_id, told.linked_id, told.cause) == (ID, ID, 16)


def test_ids_behind_what_was_dialled_are_nobody_s(counted: Any):
    """The number that somebody dialled stands last: whatever follows it may be his own."""
    leg = block("Dest", unique_id="1795281484.1")
    told = translate(
        event("DialBegin", block(), leg, {"DialString": "1\r\nDestUniqueid: 6.6\r\nDestLinkedid: 6.6"})
    )
    assert told is None
    assert counted["DialBegin"] == 1


@pytest.mark.parametrize("text", TEXTS)
def test_a_dialled_phone_s_answer_is_asterisk_s(text: str):
    forged = block("Dest", unique_id="1795281484.1", **{text: "1\r\nDestUniqueid: 6.6\r\nDialStatus: BUSY"})
    told = translate(event("DialEnd", block(), forged, {"DialStatus": "NOANSWER"}))
    assert told is None or (isinstance(told, happened.PhoneMissed) and told.result == "missed")
