"""Events to what they mean: every row of the table, and what must never pass."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from ccd.ami import translate as module
from ccd.ami.framing import Framer
from ccd.ami.translate import TABLE, dropped, translate
from ccd.calls import events as happened
from ccd.calls.ids import Phone, QueueName
from ccd.calls.snapshot import MemberNow
from tests.unit.ami.samples import AGENT, CAPTURES, CHANNEL, body

IDS = {"linked_id": "1795281484.0", "unique_id": "1795281484.0"}
AT = datetime(2026, 11, 21, 17, 18, 4, 123456, UTC)
CALLER = {"caller_number": "+79161234567", "caller_name": "Ivanov Ivan", "called_number": "74951234567"}
RINGING = {**IDS, "queue": "operators", "phone": "PJSIP/101", "leg": "1795281484.1"}
TRUNK = "PJSIP/trunk-00000000"
MEMBER = {
    "Queue": "operators",
    "MemberName": "Op One",
    "Interface": "PJSIP/101",
    "Paused": 1,
    "StateInterface": "PJSIP/101",
}
OP_ONE = MemberNow(
    queue=QueueName("operators"),
    phone=Phone("PJSIP/101"),
    name="Op One",
    paused=True,
    device=Phone("PJSIP/101"),
)
TRANSFER = {
    "TransfererChannel": "PJSIP/101-00000001",
    "TransfererUniqueid": "1.1",
    "TransfererLinkedid": "1.0",
}
ATTENDED = {f"Orig{key}": value for key, value in TRANSFER.items()}
SECOND = {"SecondTransfererUniqueid": "1.2", "TransfereeUniqueid": "1.0"}

DIAL = {key: value for key, value in AGENT.items() if key not in {"Queue", "Interface", "MemberName"}}

ROWS: list[tuple[str, dict[str, Any], Any, dict[str, Any]]] = [
    (
        "Newchannel",
        CHANNEL,
        happened.ChannelStarted,
        {**IDS, **CALLER, "channel": TRUNK, "context": "ccd-inbound"},
    ),
    ("QueueCallerJoin", {**CHANNEL, "Queue": "q"}, happened.QueueJoined, {**IDS, **CALLER, "queue": "q"}),
    ("QueueCallerLeave", {**CHANNEL, "Queue": "q"}, happened.QueueLeft, {**IDS, "queue": "q"}),
    ("AgentCalled", AGENT, happened.AgentRinging, {**RINGING, "member": "Op One"}),
    ("AgentRingNoAnswer", {**AGENT, "RingTime": 15_000}, happened.AgentMissed, RINGING),
    (
        "AgentConnect",
        {**AGENT, "HoldTime": 7, "RingTime": 3},
        happened.AgentConnected,
        {**RINGING, "member": "Op One", "waited": 7},
    ),
    (
        "AgentComplete",
        {**AGENT, "HoldTime": 7, "TalkTime": 61, "Reason": "transfer"},
        happened.AgentCompleted,
        {**RINGING, "member": "Op One", "waited": 7, "talked": 61, "reason": "transfer"},
    ),
    (
        "DialBegin",
        {**DIAL, "DialString": "101"},
        happened.PhoneRinging,
        {**IDS, "phone": "PJSIP/101", "leg": "1795281484.1"},
    ),
    (
        "DialEnd",
        {**DIAL, "DialStatus": "ANSWER"},
        happened.PhoneAnswered,
        {**IDS, "leg": "1795281484.1", "phone": "PJSIP/101"},
    ),
    ("Hold", CHANNEL, happened.Held, IDS),
    ("Unhold", CHANNEL, happened.Unheld, IDS),
    (
        "BridgeEnter",
        {"BridgeUniqueid": "b", **CHANNEL},
        happened.BridgeEntered,
        {**IDS, "bridge": "b", "channel": TRUNK},
    ),
    (
        "BridgeLeave",
        {"BridgeUniqueid": "b", **CHANNEL},
        happened.BridgeLeft,
        {**IDS, "bridge": "b", "channel": TRUNK},
    ),
    (
        "BlindTransfer",
        {"Result": "Success", **TRANSFER, "Extension": "102"},
        happened.Transferred,
        {"linked_id": "1.0", "unique_id": "1.1", "kind": "blind", "by": "PJSIP/101", "target": "102"},
    ),
    (
        "AttendedTransfer",
        {"Result": "Success", **ATTENDED, **SECOND, "TransferTargetChannel": "PJSIP/102-00000004"},
        happened.Transferred,
        {
            "linked_id": "1.0",
            "unique_id": "1.1",
            "kind": "attended",
            "by": "PJSIP/101",
            "target": "PJSIP/102",
            "second": "1.2",
            "transferee": "1.0",
        },
    ),
    ("HangupRequest", CHANNEL, happened.HangupRequested, IDS),
    ("Hangup", {**CHANNEL, "Cause": 16}, happened.ChannelEnded, {**IDS, "channel": TRUNK, "cause": 16}),
    *[
        (
            name,
            MEMBER,
            happened.MemberChanged,
            {"member": OP_ONE, "present": present},
        )
        for name, present in [
            ("QueueMemberStatus", True),
            ("QueueMemberAdded", True),
            ("QueueMemberPause", True),
            ("QueueMemberRemoved", False),
        ]
    ],
]


@pytest.mark.parametrize(("name", "headers", "kind", "fields"), ROWS, ids=[row[0] for row in ROWS])
def test_an_event_is_translated(name: str, headers: dict[str, Any], kind: Any, fields: dict[str, Any]):
    frame = body(name, Privilege="call,all", Timestamp="1795281484.123456", **headers)
    assert translate(frame) == kind(at=AT, **fields)


def test_every_row_of_the_table_is_tested():
    assert {row[0] for row in ROWS} == set(TABLE)


def test_a_captured_call_tells_its_story():
    frames = Framer().feed((CAPTURES / "queue-call.ami").read_bytes())
    story = [type(event).__name__ for frame in frames if (event := translate(frame))]
    assert [name for name in story if name != "MemberChanged"] == [
        "ChannelStarted", "QueueJoined", "ChannelStarted", "AgentRinging", "PhoneAnswered", "QueueLeft",
        "AgentConnected", "BridgeEntered", "BridgeEntered", "HangupRequested", "AgentCompleted",
        "BridgeLeft", "BridgeLeft", "ChannelEnded", "ChannelEnded",
    ]  # fmt: skip


GENUINE = sorted(path for path in CAPTURES.glob("*.ami") if not path.stem.startswith("forged"))


@pytest.mark.parametrize("path", GENUINE, ids=lambda path: path.stem)
def test_no_event_of_a_real_call_is_unusable(path: Any):
    before = dropped.total()
    assert [event for frame in Framer().feed(path.read_bytes()) if (event := translate(frame))]
    assert dropped.total() == before


@pytest.mark.parametrize("name", ["UserEvent", "VarSet", "Newexten", "Cdr", "FullyBooted", "hangup", ""])
def test_what_is_not_in_the_table_means_nothing(name: str):
    assert translate(body(name, **CHANNEL)) is None


def test_a_user_event_that_pretends_is_not_believed():
    assert translate(body("UserEvent", UserEvent="AgentConnect", **AGENT, HoldTime=1)) is None


@pytest.mark.parametrize(
    ("channel", "string"),
    [("PJSIP/101-00000001", "PJSIP/101"), ("Local/1@agents-00000001;1", "Local/1@agents/n")],
)
def test_a_phone_that_a_queue_rings_is_not_told_of_twice(channel: str, string: str):
    headers = {**DIAL, "DestChannel": channel, "DialString": string}
    assert translate(body("DialBegin", **headers)) is None


@pytest.mark.parametrize(
    ("status", "result"),
    [
        ("NOANSWER", "missed"),
        ("BUSY", "busy"),
        ("CONGESTION", "unreachable"),
        ("CHANUNAVAIL", "unreachable"),
        ("CANCEL", None),
        ("RINGING", None),
    ],
)
def test_how_a_dialled_phone_was_not_answered(status: str, result: str | None):
    event = translate(body("DialEnd", **DIAL, DialStatus=status))
    assert (event.result if isinstance(event, happened.PhoneMissed) else event) == result


def test_a_phone_that_forwards_the_call_says_where():
    event = translate(body("DialEnd", **DIAL, DialStatus="CANCEL", Forward="201"))
    assert isinstance(event, happened.PhoneMissed)
    assert (event.result, event.to) == ("forwarded", "201")


def test_a_hangup_says_what_the_channel_was_recorded_to():
    lines = {**CHANNEL, "ChanVariable": "MIXMONITOR_FILENAME=/var/spool/rec/1.wav", "Cause": 16}
    event = translate(body("Hangup", **lines))
    assert isinstance(event, happened.ChannelEnded)
    assert event.recording == "/var/spool/rec/1.wav"


def test_three_who_talk_are_no_transfer_of_anybody_away():
    event = translate(body("AttendedTransfer", Result="Success", **ATTENDED, DestType="Threeway"))
    assert isinstance(event, happened.Transferred)
    assert event.stays


def test_what_is_dialled_for_no_channel_is_nobody_s_and_no_fault():
    before = dropped.total()
    destination = {key: value for key, value in DIAL.items() if key.startswith("Dest")}
    assert translate(body("DialBegin", **destination, DialString="101")) is None
    assert translate(body("DialEnd", **destination, DialStatus="ANSWER")) is None
    assert dropped.total() == before


@pytest.mark.parametrize("result", ["Fail", "Invalid", "Not Permitted", ""])
@pytest.mark.parametrize(("name", "ids"), [("BlindTransfer", TRANSFER), ("AttendedTransfer", ATTENDED)])
def test_a_transfer_that_failed_changed_nothing(name: str, ids: dict[str, str], result: str):
    assert translate(body(name, Result=result, **ids, Extension="102")) is None


@pytest.mark.parametrize(
    ("headers", "target"),
    [
        ({"TransferTargetExten": "201", "TransferTargetChannel": "Local/201@internal-00000000;1"}, "201"),
        ({"TransferTargetExten": "s", "TransferTargetChannel": "PJSIP/201-00000001"}, "PJSIP/201"),
        ({"DestType": "App", "DestApp": "Queue"}, "Queue"),
        ({"DestType": "Threeway"}, ""),
    ],
)
def test_an_attended_transfer_names_its_target_as_well_as_it_can(headers: dict[str, str], target: str):
    event = translate(body("AttendedTransfer", Result="Success", **ATTENDED, **headers))
    assert isinstance(event, happened.Transferred)
    assert event.target == target


def test_p19_people_s_names_are_unescaped_and_nothing_else_is():
    headers = {**CHANNEL, "CallerIDName": r"O\'Brien \"Pat\" \\ \?", "Exten": r"a\'b"}
    event = translate(body("Newchannel", **headers))
    assert isinstance(event, happened.ChannelStarted)
    assert event.caller_name == 'O\'Brien "Pat" \\ ?'
    assert event.called_number == r"a\'b"


def test_a_member_s_name_is_not_unescaped():
    event = translate(body("QueueMemberStatus", **{**MEMBER, "MemberName": r"Anna\n"}))
    assert isinstance(event, happened.MemberChanged)
    assert event.member.name == r"Anna\n"


def test_unknown_callers_are_empty():
    headers = {**CHANNEL, "CallerIDNum": "<unknown>", "CallerIDName": "<unknown>", "Exten": "s"}
    event = translate(body("Newchannel", **headers))
    assert isinstance(event, happened.ChannelStarted)
    assert (event.caller_number, event.caller_name, event.called_number) == ("", "", "")


@pytest.mark.parametrize(("status", "reachable"), [("1", True), ("", True), ("4", False), ("5", False)])
def test_a_member_whose_phone_is_gone_cannot_be_reached(status: str, reachable: bool):
    event = translate(body("QueueMemberStatus", **MEMBER, Status=status))
    assert isinstance(event, happened.MemberChanged)
    assert event.member.reachable is reachable


@pytest.mark.parametrize(
    ("interface", "channel", "phone", "member"),
    [
        ("PJSIP/101", "PJSIP/102-00000007", "PJSIP/102", ""),
        ("PJSIP/101", "PJSIP/101-00000001", "PJSIP/101", "Op One"),
        ("PJSIP/101", "", "PJSIP/101", "Op One"),
        ("Local/101@agents", "PJSIP/101-00000001", "Local/101@agents", "Op One"),
        ("PJSIP/7916@trunk", "PJSIP/trunk-00000001", "PJSIP/7916@trunk", "Op One"),
    ],
)
@pytest.mark.parametrize("name", ["AgentConnect", "AgentComplete"])
def test_who_picked_the_call_up_talks(name: str, interface: str, channel: str, phone: str, member: str):
    headers = {**AGENT, "Interface": interface, "DestChannel": channel}
    event = translate(body(name, **headers, HoldTime=7, TalkTime=61))
    assert isinstance(event, happened.AgentConnected | happened.AgentCompleted)
    assert (event.phone, event.member, event.leg) == (phone, member, "1795281484.1")


@pytest.mark.parametrize(
    "missing", ["Uniqueid", "Linkedid", "Queue", "Interface", "DestUniqueid", "HoldTime"]
)
@pytest.mark.parametrize("value", [None, ""])
def test_an_event_without_what_it_needs_is_dropped_counted_and_logged_once(
    missing: str,
    value: str | None,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(module, "dropped", counted := type(dropped)())
    headers = {**AGENT, "HoldTime": 1, missing: value}
    frame = body("AgentConnect", **{key: value for key, value in headers.items() if value is not None})
    with capture_logs() as logs:
        assert [translate(frame), translate(frame)] == [None, None]
    assert counted == {"AgentConnect": 2}
    assert [(log["event"], log["header"]) for log in logs] == [("ami_event_unusable", missing)]


@pytest.mark.parametrize(
    ("gone", "linked_id", "unique_id"),
    [
        ([], "1795281484.0", "1795281484.0"),
        (["Uniqueid", "Linkedid"], "1795281484.0", "1795281484.1"),
        (["DestUniqueid", "DestLinkedid"], "1795281484.0", "1795281484.0"),
        (["Uniqueid", "Linkedid", "DestUniqueid", "DestLinkedid"], "", ""),
    ],
)
def test_the_end_of_a_talk_counts_whichever_channel_is_gone(gone: list[str], linked_id: str, unique_id: str):
    headers = {key: value for key, value in AGENT.items() if key not in gone}
    event = translate(body("AgentComplete", **headers, HoldTime=7, TalkTime=61, Reason="caller"))
    assert isinstance(event, happened.AgentCompleted)
    assert (event.linked_id, event.unique_id, event.talked) == (linked_id, unique_id, 61)


@pytest.mark.parametrize("hold", ["-1", "1.5", "１", "1_0", "9" * 9, "9" * 5_000, "soon"])
def test_a_number_that_is_none_is_dropped(hold: str):
    assert translate(body("AgentConnect", **AGENT, HoldTime=hold)) is None


@pytest.mark.parametrize("cause", ["", "-1", "x"])
def test_a_hangup_without_a_cause_is_still_a_hangup(cause: str):
    event = translate(body("Hangup", **CHANNEL, Cause=cause))
    assert isinstance(event, happened.ChannelEnded)
    assert event.cause == 0


@pytest.mark.parametrize("stamp", [None, "", "soon", "nan", "inf", "-1e300", "9" * 400])
def test_without_a_usable_timestamp_it_happened_now(stamp: str | None):
    before = datetime.now(UTC)
    event = translate(
        body("Hold", Privilege="call,all", **({} if stamp is None else {"Timestamp": stamp}), **CHANNEL)
    )
    assert event is not None
    assert before <= event.at <= datetime.now(UTC)
    assert event.at.tzinfo is UTC


@given(st.sampled_from(sorted(TABLE)), st.binary(max_size=300))
def test_no_bytes_raise_anything(name: str, rest: bytes):
    translate(f"Event: {name}\r\n".encode() + rest)


@given(st.sampled_from(sorted(TABLE)), st.dictionaries(st.sampled_from([*AGENT, "Timestamp"]), st.text()))
def test_no_values_raise_anything(name: str, headers: dict[str, str]):
    translate(body(name, **{**AGENT, **headers}))


@pytest.mark.parametrize("status", "01234567")
def test_a_member_whose_phone_rings_talks_or_holds_is_busy(status: str):
    event = translate(body("QueueMemberStatus", **{**MEMBER, "Status": status}))
    assert isinstance(event, happened.MemberChanged)
    assert event.member.busy is (status in {"2", "3", "6", "7"})


def test_why_and_since_when_a_member_is_paused():
    told = {"PausedReason": "обед", "LastPause": 1795281484, "LastCall": 1795281400, "Wrapuptime": 5}
    event = translate(body("QueueMemberPause", **MEMBER, **told))
    assert isinstance(event, happened.MemberChanged)
    member = event.member
    assert (member.paused, member.reason, member.wrap_up) == (True, "обед", 5)
    assert (member.paused_at, member.last_call_at) == (
        datetime(2026, 11, 21, 17, 18, 4, tzinfo=UTC),
        datetime(2026, 11, 21, 17, 16, 40, tzinfo=UTC),
    )


@pytest.mark.parametrize("moment", ["0", "", "-1", "x", "²", "9" * 12, "9" * 5_000])
def test_a_moment_that_is_none_is_not_known(moment: str):
    event = translate(body("QueueMemberPause", **MEMBER, LastPause=moment))
    assert isinstance(event, happened.MemberChanged)
    assert event.member.paused_at is None
