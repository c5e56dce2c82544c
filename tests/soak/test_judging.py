"""The soak's own count can fail: each way in which a record may be wrong is found."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ccd.calls.ids import LinkedId
from ccd.calls.record import CallRecord, Disposition, EndedBy, State
from tests.soak.heard import Heard, Leg, heard
from tests.soak.judging import judge

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
NUMBER = "+78000000001"
RECORD = CallRecord(
    call_id=LinkedId("1.1"),
    state=State.ENDED,
    arrived_at=NOON,
    caller_number=NUMBER,
    caller_name="",
    called_number="",
    disposition=Disposition.ANSWERED,
    ended_by=EndedBy.CALLER,
)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def call(*, talked: bool = True) -> Heard:
    """The patient hangs up after five seconds, having talked for three."""
    patient = Leg(NUMBER, NOON, trying=True, answered=after(1), ended=after(5), hung_up=True)
    agent = Leg(NUMBER, after(1), answered=after(2), acknowledged=True, ended=after(5))
    return Heard(patient, [agent] if talked else [])


def found(*records: CallRecord, talked: bool = True, gone: float | None = None) -> list[str]:
    restarts = [] if gone is None else [(after(gone), after(gone + 1))]
    return [one.what for one in judge(records, {NUMBER: call(talked=talked)}, restarts)]


def test_what_is_right_is_not_found():
    assert found(RECORD) == []
    assert found(replace(RECORD, disposition=Disposition.ABANDONED), talked=False) == []


@pytest.mark.parametrize(
    ("records", "wrong"),
    [
        ([], ["no record"]),
        ([RECORD, replace(RECORD, call_id=LinkedId("1.2"))], ["several records"]),
        ([RECORD, replace(RECORD, caller_number="+7999")], ["nobody called"]),
        ([replace(RECORD, state=State.WAITING)], ["not ended"]),
        ([replace(RECORD, disposition=Disposition.ABANDONED)], ["was answered"]),
        ([replace(RECORD, disposition=Disposition.UNKNOWN)], ["was answered", "could be known"]),
        ([replace(RECORD, ended_by=EndedBy.AGENT)], ["ended by the other"]),
    ],
)
def test_what_is_wrong_is_found(records, wrong):
    assert sorted(found(*records)) == sorted(wrong)


def test_who_was_first_to_hang_up_is_not_asked_of_two_at_once():
    agent = Leg(NUMBER, after(1), answered=after(2), acknowledged=True, ended=after(4.8), hung_up=True)
    both = Heard(call().patient, [agent])
    for by in EndedBy.CALLER, EndedBy.AGENT:
        assert judge([replace(RECORD, ended_by=by)], {NUMBER: both}, []) == []
    earlier = Heard(call().patient, [replace(agent, ended=after(3))])
    assert [one.what for one in judge([replace(RECORD, ended_by=EndedBy.AGENT)], {NUMBER: earlier}, [])] == [
        "ended by the other"
    ]


def test_an_answer_that_nobody_gave():
    assert found(RECORD, talked=False) == ["nobody answered"]


def test_of_a_call_that_asterisk_lost_the_end_need_not_be_known():
    lost = replace(RECORD, disposition=Disposition.UNKNOWN, ended_by=EndedBy.UNKNOWN)
    assert found(lost, talked=False, gone=4) == []
    assert found(lost, talked=False, gone=60) == ["could be known"]
    assert found(RECORD, talked=False, gone=4) == ["nobody answered"]


def test_who_called_while_asterisk_went_may_have_no_record_unless_it_answered():
    assert found(gone=1) == ["no record"]
    unheard = Heard(Leg(NUMBER, NOON, trying=True))
    assert judge([], {NUMBER: unheard}, [(after(1), after(2))]) == []


def test_who_was_refused_may_have_no_record():
    assert judge([], {NUMBER: Heard(Leg(NUMBER, NOON, trying=True, refused=True))}, []) == []
    assert [one.what for one in judge([], {NUMBER: Heard(Leg(NUMBER, NOON, trying=True))}, [])] == [
        "no record"
    ]


def message(seconds: int, way: str, first: str, method: str = "INVITE") -> bytes:
    return (
        f"{'-' * 47} 2026-11-22 12:00:{seconds:02}.000000\nUDP message {way}:\n\n{first}\n"
        f'From: "Ivanov" <sip:{NUMBER}@127.0.0.1>;tag=1\nCall-ID: a\nCSeq: 1 {method}\n\n'
    ).encode()


def test_a_phones_log_is_read():
    log = b"".join(
        (
            message(0, "sent (9 bytes)", "INVITE sip:1 SIP/2.0"),
            message(1, "received [9] bytes ", "SIP/2.0 100 Trying"),
            message(2, "received [9] bytes ", "SIP/2.0 200 OK"),
            message(2, "sent (9 bytes)", "ACK sip:1 SIP/2.0", "ACK"),
            message(3, "sent (9 bytes)", "INFO sip:1 SIP/2.0", "INFO"),
            message(3, "received [9] bytes ", "SIP/2.0 200 OK", "INFO"),
            message(7, "received [9] bytes ", "BYE sip:1 SIP/2.0", "BYE"),
        )
    )
    leg = heard([log], [])[NUMBER].patient
    assert (leg.trying, leg.acknowledged, leg.talked, leg.hung_up) == (True, True, 5, False)
    assert heard([], [log]) == {}
