"""Phones that no queue rings: ``Dial()`` to a preferred agent, a mobile, back to an operator."""

import pytest

from ccd.calls.book import CallBook
from ccd.calls.events import CallEvent
from ccd.calls.ids import Phone, dialled_phone
from ccd.calls.record import Disposition, EndedBy, State
from tests.unit.calls.script import DOCTORS, OPERATORS, Script, moment
from tests.unit.calls.test_one_call import kinds, play

PHONE, LEG = "PJSIP/101-00000001", "100.1"


def rings(call: Script) -> list[CallEvent]:
    """Arrives at 0; from 1 on phone 101 rings."""
    return [call.at(0).started(), call.asked(), call.at(1).started(LEG, PHONE), call.dialled(member="Op 101")]


def talks(call: Script) -> list[CallEvent]:
    """Answered at 4."""
    bridges: list[CallEvent] = [call.at(4).picked_up(), call.bridged(LEG, channel=PHONE), call.bridged()]
    return [*rings(call), *bridges]


def gone(call: Script) -> list[CallEvent]:
    return [call.unbridged(), call.unbridged(LEG, channel=PHONE), call.ended(LEG), call.ended()]


def test_a_dialled_phone_answers_and_the_caller_hangs_up():
    call = Script()
    record = play([*talks(call), call.at(9).hanging_up(), *gone(call)])
    assert kinds(record) == [("offered", "answered"), ("talking", "caller")]
    assert (record.queue, record.phone, record.agent) == ("", "PJSIP/101", "Op 101")
    assert (record.answered_at, record.talked, record.waited) == (moment(4), 5, None)
    assert (record.disposition, record.ended_by) == (Disposition.ANSWERED, EndedBy.CALLER)
    assert record.unknown == ()


def test_a_dialled_agent_hangs_up():
    call = Script()
    record = play([*talks(call), call.at(9).hanging_up(LEG), *gone(call)])
    assert record.ended_by is EndedBy.AGENT
    assert kinds(record)[-1] == ("talking", "agent")


def test_states_while_a_dialled_phone_rings_and_talks():
    call, book = Script(), CallBook()
    seen = [change.after.state for event in talks(call) for change in book.apply(event)]
    assert list(dict.fromkeys(seen)) == [State.ARRIVED, State.OFFERED, State.CONNECTED]


@pytest.mark.parametrize("result", ["missed", "busy", "unreachable"])
@pytest.mark.parametrize("late", [False, True], ids=["in order", "its channel's end first"])
def test_a_dialled_phone_that_is_not_answered(result, late):
    call = Script()
    end = [call.at(16).not_picked_up(result), call.ended(LEG)]
    record = play([*rings(call), *(reversed(end) if late else end)])
    (offer,) = record.segments
    assert (offer.result, offer.seconds, record.state) == (result, 15, State.ARRIVED)


def test_a_queue_after_a_dialled_phone():
    call = Script()
    events = [*rings(call), call.at(16).not_picked_up(), call.ended(LEG), call.joined()]
    events += [call.at(18).ringing("102", "100.2"), call.at(20).connected(4, "102", "100.2")]
    record = play(events)
    assert (record.queue, record.phone, record.waited) == ("operators", "PJSIP/102", 4)


def test_the_other_dialled_phones_stop_ringing():
    call = Script()
    other = [call.at(1).started("100.2", "PJSIP/102-00000002"), call.dialled("PJSIP/102", "100.2")]
    record = play([*rings(call), *other, call.at(4).picked_up(), call.ended("100.2")])
    assert kinds(record) == [("offered", "answered"), ("offered", "elsewhere"), ("talking", "")]


def test_another_dialled_phone_whose_channel_is_gone_before_the_answer_is_told():
    call = Script()
    other = [call.at(1).started("100.2", "PJSIP/102-00000002"), call.dialled("PJSIP/102", "100.2")]
    record = play([*rings(call), *other, call.at(4).ended("100.2"), call.picked_up()])
    assert kinds(record) == [("offered", "answered"), ("offered", "elsewhere"), ("talking", "")]


def test_a_dialled_phone_that_gave_up_long_before_another_was_answered_missed():
    call = Script()
    other = [call.at(1).started("100.2", "PJSIP/102-00000002"), call.dialled("PJSIP/102", "100.2")]
    record = play([*rings(call), *other, call.at(4).ended("100.2"), call.at(9).picked_up()])
    assert kinds(record) == [("offered", "answered"), ("offered", "missed"), ("talking", "")]


def test_a_caller_who_hangs_up_while_it_rings_abandoned():
    call = Script()
    record = play([*rings(call), call.at(9).hanging_up(), call.ended(LEG), call.ended()])
    assert (record.disposition, record.ended_by) == (Disposition.ABANDONED, EndedBy.CALLER)
    assert kinds(record) == [("offered", "ended")]


def test_what_asterisk_says_of_a_queue_s_phone_in_dial_s_words_changes_nothing():
    call = Script()
    queued = [call.at(0).started(), call.joined(), call.at(1).started(LEG, PHONE), call.ringing()]
    after = [call.at(3).picked_up(), call.at(3).not_picked_up()]
    book = CallBook()
    before = play(queued, book)
    assert play([*queued[:1], *after], book) == before
    assert kinds(play([queued[0], call.dialled()], book)) == [("waiting", ""), ("offered", "")]


def test_a_phone_that_an_agent_dials_to_consult_is_not_the_caller_s():
    call = Script()
    record = play([*talks(call), call.at(6).dialled("PJSIP/201", "100.5", by=LEG)])
    assert "PJSIP/201" not in {one.phone for one in record.segments}


def test_the_member_at_a_dialled_phone_is_named():
    call, book = Script(), CallBook()
    book.agents = {Phone("PJSIP/101"): "Анна"}
    record = play([call.at(0).started(), call.asked(), call.at(1).dialled(), call.at(4).picked_up()], book)
    assert record.agent == "Анна"


def test_a_talk_with_a_dialled_phone_goes_on_across_a_gap():
    call, book = Script(), CallBook()
    play(rings(call), book)
    alive = call.at(30).alive(bridge="b"), call.alive(LEG, bridge="b", channel=PHONE)
    book.apply(call.resynchronised(*alive))
    record = play([call.at(40).hanging_up(), *gone(call)], book)
    assert kinds(record) == [("offered", "answered"), ("talking", "caller")]
    assert (record.phone, record.answered_at) == ("PJSIP/101", None)
    assert {"answered_at", "talked", "held", "segments"} <= set(record.unknown)


def _dialled_after_queue(call: Script) -> list[CallEvent]:
    return [call.at(0).started(), call.asked(), call.joined(), call.at(5).left(), *rings(call)[2:]]


def test_a_queue_s_wait_before_a_dialled_phone_counts():
    call = Script()
    record = play([*_dialled_after_queue(call), call.at(9).picked_up()])
    assert (record.waited, record.queue, record.phone) == (5, OPERATORS, "PJSIP/101")
    assert DOCTORS not in {one.queue for one in record.segments}


def test_every_event_twice_changes_nothing():
    call = Script()
    events = [*talks(call), call.at(9).hanging_up(), *gone(call)]
    assert play([event for event in events for _ in range(2)]) == play(events)


@pytest.mark.parametrize(
    ("dialled", "phone"),
    [
        ("101/sip:101@192.0.2.7:5060;ob", "PJSIP/101"),
        ("101/sip:x1y2@192.0.2.7", "PJSIP/101"),
        ("101/sip:79161234567@192.0.2.7", "PJSIP/101/sip:79161234567@192.0.2.7"),
        ("102/sip:101@192.0.2.7", "PJSIP/102/sip:101@192.0.2.7"),
    ],
)
def test_only_an_endpoint_s_own_contact_is_its_phone(dialled, phone):
    assert dialled_phone("PJSIP/101-0000002a", dialled) == phone


def test_a_phone_that_answers_as_the_caller_gives_up_is_told_of_twice():
    call = Script()
    last = [
        call.at(4).hanging_up(),
        call.not_picked_up("missed"),
        call.picked_up(),
        call.bridged(LEG),
        call.bridged(),
    ]
    record = play([*rings(call), *last, *gone(call)])
    assert kinds(record) == [("offered", "answered"), ("talking", "caller")]
