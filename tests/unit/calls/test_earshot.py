"""Whom the caller hears after a transfer through a Local channel, as Asterisk 22 makes one (captured)."""

from ccd.calls.book import CallBook
from ccd.calls.events import CallEvent
from ccd.calls.record import EndedBy, SegmentKind
from tests.unit.calls.script import Script, answered_call

NEAR, FAR, PHONE = "Local/102@internal-00000000;1", "Local/102@internal-00000000;2", "PJSIP/102-00000002"


def transferred(call: Script, book: CallBook) -> None:
    """Up to the moment when the caller hears phone 102 through both halves of the Local channel."""
    events = answered_call(call)[:9]
    events += [call.at(4).started("100.2", NEAR), call.started("100.3", FAR), call.started("100.4", PHONE)]
    events += [call.at(5).bridged("100.4", "b3", PHONE), call.bridged("100.3", "b3", FAR)]
    events += [call.at(6).bridged("100.2", "b1", NEAR), call.transferred("attended"), call.unbridged("100.1")]
    for event in [*events, call.completed(2, 3, "transfer"), call.ended("100.1")]:
        book.apply(event)


def talks(call: Script, book: CallBook):
    record = book.get(call.linked_id)
    assert record is not None
    return [(one.phone, one.seconds) for one in record.segments if one.kind is SegmentKind.TALKING]


def test_the_phone_behind_a_local_channel_is_the_one_that_talks():
    call, book = Script(), CallBook()
    transferred(call, book)
    for event in (call.at(10).hanging_up(), call.unbridged(), call.ended()):
        book.apply(event)
    assert talks(call, book) == [("PJSIP/101", 3), ("PJSIP/102", 4)]


def test_the_phone_behind_a_local_channel_may_hang_up():
    call, book = Script(), CallBook()
    transferred(call, book)
    call.at(10)
    for event in (
        call.hanging_up("100.4"),
        call.unbridged("100.4", "b3", PHONE),
        call.ended("100.4"),
        call.ended(),
    ):
        book.apply(event)
    record = book.get(call.linked_id)
    assert record is not None
    assert record.ended_by is EndedBy.AGENT
    assert talks(call, book)[1] == ("PJSIP/102", 4)


def optimised(call: Script, leg: str, local: str) -> list[CallEvent]:
    """The phone moves from the Local channel's far bridge into the caller's: seen on a real Asterisk."""
    return [
        call.unbridged(leg, "b3", PHONE),
        call.unbridged(local, "b1", NEAR),
        call.bridged(leg, "b1", PHONE, swapped=local),
        call.ended(local),
    ]


def test_the_local_channel_is_optimised_away_and_the_talk_goes_on():
    call, book = Script(), CallBook()
    transferred(call, book)
    for event in (*optimised(call.at(7), "100.4", "100.2"), call.at(10).hanging_up(), call.ended()):
        book.apply(event)
    assert talks(call, book) == [("PJSIP/101", 3), ("PJSIP/102", 4)]


def test_a_local_member_of_a_queue_is_optimised_away_and_the_talk_goes_on():
    call, book = Script(), CallBook()
    events: list[CallEvent] = [call.started(), call.asked(), call.joined(), call.ringing("102", "100.2")]
    events += [call.at(3).left(), call.connected(3, "102", "100.2")]
    events += [call.bridged("100.2", "b1", NEAR), call.bridged("", "b1")]
    events += [*optimised(call.at(4), "100.4", "100.2"), call.at(9).hanging_up()]
    for event in (*events, call.completed(3, 6, "caller", "102", "100.4"), call.ended("100.4"), call.ended()):
        book.apply(event)
    assert talks(call, book) == [("PJSIP/102", 6)]


def test_a_completion_without_its_leg_is_of_that_phones_talk():
    """Asterisk leaves the leg out of AgentComplete when the agent's channel is gone already."""
    call, book = Script(), CallBook()
    events = [*answered_call(call)[:9], call.at(9).ended("100.1"), call.completed(2, 5, "agent", leg="")]
    for event in (*events, call.ended()):
        book.apply(event)
    assert talks(call, book) == [("PJSIP/101", 5)]


def test_a_local_channel_that_still_rings_is_nobody():
    call, book = Script(), CallBook()
    events: list[CallEvent] = [
        call.at(5).started("100.2", NEAR),
        call.started("100.3", FAR),
        call.transferred("attended"),
    ]
    for event in (*answered_call(call)[:9], *events, call.bridged("100.2", "b1", NEAR)):
        book.apply(event)
    assert [phone for phone, _ in talks(call, book)] == ["PJSIP/101"]


def test_resynchronised_in_such_a_talk():
    call, book = Script(), CallBook()
    for event in answered_call(call)[:9]:
        book.apply(event)
    alive = [call.alive("", "b1"), call.alive("100.2", "b1", NEAR), call.alive("100.3", "b3", FAR)]
    book.apply(call.at(9).resynchronised(*alive, call.alive("100.4", "b3", PHONE)))
    assert [phone for phone, _ in talks(call, book)] == ["PJSIP/101", "PJSIP/102"]


def test_a_local_member_of_a_queue_is_a_phone_like_any():
    call, book = Script(), CallBook()
    events: list[CallEvent] = [
        call.started(),
        call.asked(),
        call.joined(),
        call.started("100.1", NEAR),
        call.started("100.2", FAR),
    ]
    events += [call.ringing(leg="100.1"), call.started("100.3", PHONE), call.at(3).connected(3)]
    events += [call.bridged("100.2", "b3", FAR), call.bridged("100.3", "b3", PHONE)]
    for event in (*events, call.bridged("100.1", "b1", NEAR), call.bridged("", "b1")):
        book.apply(event)
    assert len(talks(call, book)) == 1
