"""Every captured call, replayed through the AMI edge and the call book, gives the record that it should."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccd.ami.framing import Framer
from ccd.ami.translate import translate
from ccd.calls import events as ev
from ccd.calls.book import CallBook
from ccd.calls.record import CallRecord

CAPTURES = Path(__file__).parents[1] / "captures"
BANNER = b"Asterisk Call Manager/11.0.0\r\n"
LATE = (ev.QueueLeft, ev.AgentMissed, ev.AgentCompleted, ev.BridgeLeft, ev.PhoneMissed)
"""What Asterisk has been seen to send later than it happened."""

WAITS, MISSED, RUNG = ("waiting", "connected"), ("offered", "missed"), ("offered", "answered")
CALLER, MOVED, ASKED = ("talking", "caller"), ("talking", "transfer"), ("consulting", "transfer")
ANSWERED = ("answered", "caller")
EXPECTED: dict[str, tuple[object, ...]] = {
    # queue, phone, (disposition, who ended it), waited, talked, segments
    "abandoned": (
        "operators", "", ("abandoned", "caller"), 2.5, None, [("waiting", "abandoned"), ("offered", "ended")],
    ),
    "answered-agent-hangs-up": (
        "operators", "PJSIP/102", ("answered", "agent"), 1, 2, [WAITS, RUNG, ("talking", "agent")],
    ),
    "answered-caller-hangs-up": ("operators", "PJSIP/101", ANSWERED, 1, 2, [WAITS, RUNG, CALLER]),
    "attended-transfer": ("operators", "PJSIP/201", ANSWERED, 1, 7.0, [WAITS, RUNG, MOVED, ASKED, CALLER]),
    "blind-transfer": (
        "operators", "PJSIP/201", ANSWERED, 1, 4.5, [WAITS, RUNG, MOVED, RUNG, CALLER],
    ),
    "busy-and-declined": (
        "duty-doctor", "PJSIP/201", ANSWERED, 3.0, 2,
        [("waiting", "left"), MISSED, MISSED, MISSED, MISSED, WAITS, RUNG, CALLER],
    ),
    "dial-abandoned": ("", "", ("abandoned", "caller"), None, None, [("offered", "ended")]),
    "dial-answered-agent-hangs-up": (
        "", "PJSIP/101", ("answered", "agent"), None, 2.0,
        [RUNG, ("offered", "elsewhere"), ("talking", "agent")],
    ),
    "dial-answered-caller-hangs-up": ("", "PJSIP/101", ANSWERED, None, 3.0, [RUNG, CALLER]),
    "dial-busy": ("duty-doctor", "PJSIP/201", ANSWERED, 1, 3, [("offered", "busy"), WAITS, RUNG, CALLER]),
    "dial-not-answered": ("duty-doctor", "PJSIP/201", ANSWERED, 1, 3, [MISSED, WAITS, RUNG, CALLER]),
    "forged-in-number": ("operators", "PJSIP/102", ANSWERED, 1, 2, [WAITS, RUNG, CALLER]),
    "hold": ("operators", "PJSIP/101", ANSWERED, 1, 4, [WAITS, RUNG, CALLER]),
    "no-answer-then-another-agent": ("operators", "PJSIP/102", ANSWERED, 4, 4, [WAITS, MISSED, RUNG, CALLER]),
    "operators-timeout-doctor-answers": (
        "duty-doctor", "PJSIP/201", ANSWERED, 4.0, 4, [("waiting", "left"), MISSED, WAITS, RUNG, CALLER],
    ),
    "queue-call": ("operators", "PJSIP/101", ANSWERED, 1, 6, [WAITS, RUNG, CALLER]),
}  # fmt: skip


def events(name: str) -> list[ev.AsteriskEvent]:
    """The capture's events, and the dialplan's question, which came before the queue."""
    capture = (CAPTURES / f"{name}.ami").read_bytes()
    frames = Framer().feed(capture if capture.startswith(BANNER) else BANNER + capture)
    found = [event for frame in frames if (event := translate(frame))]
    begins = ev.PhoneRinging if name.startswith("dial-") else ev.QueueJoined
    place = next(i for i, event in enumerate(found) if isinstance(event, begins))
    begin = found[place]
    assert isinstance(begin, ev.ChannelEvent)
    question = ev.CallOffered(
        at=begin.at,
        linked_id=begin.linked_id,
        unique_id=begin.unique_id,
        caller_number="+79161234567",
        caller_name="",
        called_number="74951234567",
        rule="everyone",
        rules_version="v1",
    )
    return [*found[:place], question, *found[place:]]


def replayed(all_of_it: list[ev.AsteriskEvent]) -> CallRecord:
    book = CallBook()
    for event in all_of_it:
        book.apply(event)
    assert list(book) == [], "the call is over"
    (call_id,) = {event.linked_id for event in all_of_it if isinstance(event, ev.CallOffered)}
    record = book.get(call_id)
    assert record is not None
    return record


def facts(record: CallRecord) -> tuple[object, ...]:
    assert record.unknown == ()
    how = (record.disposition.value, record.ended_by.value)
    waited, talked = (None if one is None else round(one, 1) for one in (record.waited, record.talked))
    segments = [(one.kind.value, one.result) for one in record.segments]
    return (record.queue, record.phone, how, waited, talked, segments)


def test_every_capture_has_its_expected_record():
    assert {path.stem for path in CAPTURES.glob("*.ami")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_the_record_of_a_captured_call(name):
    assert facts(replayed(events(name))) == EXPECTED[name]


def test_the_captured_hold_is_counted():
    assert replayed(events("hold")).segments[-1].held == pytest.approx(1.5, abs=0.1)


@pytest.mark.parametrize("name", EXPECTED)
@given(data=st.data())
def test_late_events_change_nothing(name, data):
    """Each of them comes up to five events later than it did."""
    in_order = events(name)
    delays = [data.draw(st.integers(1, 5)) if isinstance(event, LATE) else 0 for event in in_order]
    arrival = sorted(range(len(in_order)), key=lambda place: (place + delays[place], -delays[place]))
    assert facts(replayed([in_order[place] for place in arrival])) == EXPECTED[name]
