"""Events in; records saved, cards shown, the board kept."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from ccd.calls.events import LinkLost, MemberChanged, QueuesNow, Resynchronised
from ccd.calls.ids import LinkedId, Phone, QueueName, UniqueId
from ccd.calls.record import CallRecord, Disposition, Segment, SegmentKind, State
from ccd.calls.snapshot import MemberNow, Snapshot, WaitingNow
from ccd.desk.standing import Standing, part_of
from ccd.directory.caller import Caller, Number, NumberKind
from ccd.directory.guarded import Guarded
from ccd.directory.lookup import Lookup
from ccd.directory.model import Patient
from ccd.ports.screens import Board, CardShown
from ccd.routing.facts import QueueState
from ccd.tracking import Tracker
from tests.unit.calls.script import DOCTORS, OPERATORS, Script, answered_call, moment

PATIENT = Patient(patient_id="7", full_name="Иванова Мария")


class FakeSaver:
    def __init__(self) -> None:
        self.records: list[CallRecord] = []

    def save(self, record: CallRecord) -> None:
        self.records.append(record)


class FakeScreens:
    def __init__(self) -> None:
        self.cards: list[CardShown] = []
        self.boards: list[Board] = []

    def show(self, card: CardShown) -> None:
        self.cards.append(card)

    def board(self, board: Board) -> None:
        self.boards.append(board)


class SlowSource:
    name = "slow"

    def __init__(self) -> None:
        self.go = asyncio.Event()

    async def patients(self, e164: str) -> tuple[Patient, ...]:
        await self.go.wait()
        return (PATIENT,)


@pytest.fixture
def saver() -> FakeSaver:
    return FakeSaver()


@pytest.fixture
def screens() -> FakeScreens:
    return FakeScreens()


@pytest.fixture
def source() -> SlowSource:
    return SlowSource()


@pytest.fixture
def tracker(saver, screens, source) -> Tracker:
    return Tracker(
        saver=saver,
        screens=screens,
        lookup=Lookup([source], "RU", 5.0),
        doctors_queue=QueueName("duty-doctor"),
    )


def known_caller() -> Caller:
    number = Number(raw="+79161234567", kind=NumberKind.E164, e164="+79161234567")
    return Caller(number=number, patients=(PATIENT,))


async def test_the_card_pops_with_the_name_when_the_phone_rings(tracker, screens):
    events = answered_call(Script())
    tracker.offered(events[1], known_caller())
    for event in [events[0], *events[2:5]]:
        tracker.handle(event)
    (card,) = screens.cards
    assert (card.phone, card.record.state) == ("PJSIP/101", State.OFFERED)
    assert card.caller is not None
    assert card.caller.patients == (PATIENT,)
    assert card.record.patient_ids == ("7",)


async def test_the_phone_is_told_of_every_state(tracker, screens):
    events = answered_call(Script())
    tracker.offered(events[1], known_caller())
    for event in events:
        tracker.handle(event)
    states = [card.record.state for card in screens.cards]
    assert states[0] is State.OFFERED
    assert State.CONNECTED in states
    assert states[-1] is State.ENDED
    assert {card.phone for card in screens.cards} == {"PJSIP/101"}


async def test_the_last_saved_state_is_the_whole_record(tracker, saver):
    for event in answered_call(Script()):
        tracker.handle(event)
    assert saver.records[-1].state is State.ENDED
    assert {record.call_id for record in saver.records} == {"100.0"}


async def test_a_late_source_fills_the_card_of_a_call_that_was_routed_without_it(saver, screens, source):
    late = Lookup([Guarded(source, timeout=60)], "RU", 0.01)
    tracker = Tracker(saver=saver, screens=screens, lookup=late, doctors_queue=DOCTORS)
    events: list[Any] = list(answered_call(Script()))
    tracker.offered(events[1], await late.find("+79161234567"))
    for event in [events[0], *events[2:5]]:
        tracker.handle(event)
    (card,) = screens.cards
    assert card.caller
    assert (card.caller.patients, card.caller.asking) == ((), ("slow",))
    source.go.set()
    async with asyncio.timeout(10):
        while len(screens.cards) == 1:
            await asyncio.sleep(0)
    (_, filled) = screens.cards
    assert (filled.phone, filled.caller.patients, filled.caller.failed) == (card.phone, (PATIENT,), ())
    assert saver.records[-1].patient_ids == ("7",)


async def test_a_card_looked_up_anew_keeps_its_people_until_the_source_has_answered(saver, screens, source):
    """After a booking the source may be slow or down: what it said before is not taken off the card."""
    again = Lookup([Guarded(source, timeout=60)], "RU", 0.01)
    tracker = Tracker(saver=saver, screens=screens, lookup=again, doctors_queue=DOCTORS)
    events: list[Any] = list(answered_call(Script()))
    tracker.offered(events[1], known_caller())
    for event in [events[0], *events[2:5]]:
        tracker.handle(event)
    (card,) = screens.cards
    tracker.look_again("+79161234567")
    for _ in range(2):  # the deadline of the look is over, too
        await again.find("+79161234567")
    assert screens.cards == [card]
    source.go.set()
    async with asyncio.timeout(10):
        while len(screens.cards) == 1:
            await asyncio.sleep(0)
    found = screens.cards[-1].caller
    assert found is not None
    assert (found.patients, found.failed, found.asking) == ((PATIENT,), (), ())


async def test_a_late_lookup_fills_the_open_card(tracker, screens, source, saver):
    for event in answered_call(Script())[:5]:
        tracker.handle(event)
    assert screens.cards[-1].caller is None
    source.go.set()
    async with asyncio.timeout(5):
        while screens.cards[-1].caller is None:
            await asyncio.sleep(0)
    assert screens.cards[-1].caller.patients == (PATIENT,)
    assert saver.records[-1].patient_ids == ("7",)


async def test_who_was_too_slow_is_told_that_another_answered(tracker, screens):
    call = Script()
    events = [call.started(), call.asked(), call.joined(), call.ringing("101", "100.1")]
    events += [call.ringing("102", "100.2"), call.at(3).connected(3, "102", "100.2")]
    for event in events:
        tracker.handle(event)
    results = {card.phone: card.record.segments[1].result for card in screens.cards}
    assert results["PJSIP/101"] == "elsewhere"


async def test_a_card_pops_on_a_dialled_phone_and_closes_when_it_is_not_answered(tracker, screens):
    call = Script()
    tracker.offered(call.asked(), known_caller())
    for event in (call.started(), call.at(1).started("100.1"), call.dialled()):
        tracker.handle(event)
    (card,) = screens.cards
    assert (card.phone, part_of(card.record, card.phone).standing) == ("PJSIP/101", Standing.RINGING)
    assert card.caller.patients == (PATIENT,)
    tracker.handle(call.at(21).not_picked_up())
    card = screens.cards[-1]
    assert part_of(card.record, card.phone).standing is Standing.MISSED


async def test_the_card_of_a_dialled_phone_stays_through_the_talk(tracker, screens):
    call, channel = Script(), "PJSIP/101-00000001"
    tracker.offered(call.asked(), known_caller())
    talk = [call.at(4).picked_up(), call.bridged("100.1", channel=channel), call.bridged()]
    for event in (call.started(), call.at(1).started("100.1", channel), call.dialled(), *talk):
        tracker.handle(event)
    assert part_of(screens.cards[-1].record, Phone("PJSIP/101")).standing is Standing.TALKING
    for event in (call.at(9).hanging_up(), call.unbridged(), call.ended("100.1"), call.ended()):
        tracker.handle(event)
    assert part_of(screens.cards[-1].record, Phone("PJSIP/101")).standing is Standing.WRAPUP


async def test_the_board_counts_who_waits(tracker, screens):
    call, other = Script(), Script("200.0")
    for event in (call.started(), call.joined(), other.started(), other.at(5).joined()):
        tracker.handle(event)
    assert (screens.boards[-1].waiting, screens.boards[-1].longest_since) == (2, moment(0))
    tracker.handle(call.at(9).left())
    assert (screens.boards[-1].waiting, screens.boards[-1].longest_since) == (1, moment(5))


@pytest.mark.parametrize("queue", [DOCTORS, QueueName(DOCTORS.upper())])
async def test_the_board_counts_doctors_on_duty(tracker, screens, queue):
    call = Script()
    member = MemberNow(queue=queue, phone=Phone("PJSIP/201"), name="Ким", paused=False)
    snapshot = Snapshot(at=moment(0), channels=(), waiting=(), members=(member,))
    event = call.resynchronised()
    tracker.handle(type(event)(at=event.at, snapshot=snapshot))
    assert screens.boards[-1].doctors == 1
    assert [one.name for one in tracker.members()] == ["Ким"]
    kim = MemberNow(queue=queue, phone=Phone("PJSIP/201"), name="Ким", paused=True)
    gone = MemberChanged(at=moment(1), member=kim, present=True)
    tracker.handle(gone)
    assert screens.boards[-1].doctors == 0


async def test_members_that_a_reload_removed_are_gone(tracker, screens):
    """Asterisk has no event for it; calls are left alone."""
    call = Script()
    for event in (call.started(), call.asked(), call.joined()):
        tracker.handle(event)
    kim, lee = (
        MemberNow(queue=DOCTORS, phone=Phone(f"PJSIP/20{at}"), name=name, paused=False)
        for at, name in enumerate(("Ким", "Ли"))
    )
    tracker.handle(QueuesNow(at=moment(1), queues=(DOCTORS,), members=(kim, lee)))
    assert screens.boards[-1].doctors == 2
    tracker.handle(QueuesNow(at=moment(61), queues=(DOCTORS,), members=(lee,)))
    assert tracker.members() == (lee,)
    assert screens.boards[-1].doctors == 1
    assert [record.state for record in tracker.calls()] == [State.WAITING]
    shown = len(screens.boards)
    tracker.handle(QueuesNow(at=moment(121), queues=(DOCTORS,), members=(lee,)))
    assert len(screens.boards) == shown


async def test_a_queue_that_asterisk_does_not_have_is_warned_of_once(saver, screens, source):
    tracker = Tracker(
        saver=saver,
        screens=screens,
        lookup=Lookup([source], "RU", 5.0),
        doctors_queue=DOCTORS,
        named_queues=frozenset({QueueName("Operators"), QueueName("insurance"), DOCTORS}),
    )
    operators, insurance = QueueName("operators"), QueueName("insurance")
    have = [(operators,), (operators,), (operators, insurance, DOCTORS), (operators, DOCTORS)]
    told: list[list[str]] = []
    for queues in have:
        with capture_logs() as logs:
            tracker.handle(QueuesNow(at=moment(0), queues=queues, members=()))
        told.append([entry["queue_name"] for entry in logs])
    assert told == [sorted([DOCTORS, "insurance"]), [], [], ["insurance"]]


async def test_an_unknown_queue_is_warned_of_at_the_start(saver, screens, source):
    tracker = Tracker(
        saver=saver,
        screens=screens,
        lookup=Lookup([source], "RU", 5.0),
        doctors_queue=DOCTORS,
        named_queues=frozenset({QueueName("insurance")}),
    )
    with capture_logs() as logs:
        tracker.handle(Script().resynchronised())
    assert [(entry["log_level"], entry["queue_name"]) for entry in logs] == [("warning", "insurance")]


async def test_calls_of_before_a_restart_go_on(tracker, saver):
    call = Script()
    record = CallRecord(
        call_id=LinkedId("100.0"),
        state=State.WAITING,
        arrived_at=moment(0),
        caller_number="1",
        caller_name="",
        called_number="2",
    )
    tracker.restore([record])
    tracker.handle(call.at(30).resynchronised())
    assert {"ended_at", "ended_by", "disposition"} <= set(saver.records[-1].unknown)
    assert tracker.calls() == []


async def test_after_a_restart_desks_and_board_show_what_goes_on(tracker, screens):
    call, waiting = Script(), Script("200.0")
    record = CallRecord(
        call_id=LinkedId("100.0"),
        state=State.CONNECTED,
        arrived_at=moment(0),
        caller_number="1",
        caller_name="",
        called_number="2",
        segments=(
            Segment(
                kind=SegmentKind.TALKING,
                queue=QueueName("operators"),
                phone=Phone("PJSIP/101"),
                leg=UniqueId("100.1"),
                began_at=moment(3),
                held=None,
            ),
        ),
        answered_at=moment(3),
        disposition=Disposition.ANSWERED,
    )
    tracker.restore([record])
    entry = WaitingNow(queue=QueueName("operators"), unique_id=UniqueId("200.0"), waited=5)
    channels = (call.alive("", "b1"), call.alive("100.1", "b1", "PJSIP/101-1"), waiting.alive())
    tracker.handle(call.at(30).resynchronised(*channels, waiting=(entry,)))
    assert [(card.phone, card.record.state) for card in screens.cards] == [("PJSIP/101", State.CONNECTED)]
    assert (screens.boards[-1].waiting, screens.boards[-1].longest_since) == (1, moment(25))


async def test_a_straggler_keeps_the_patient_on_the_card(tracker, screens):
    events = answered_call(Script())
    tracker.offered(events[1], known_caller())
    completed = events.pop(10)
    for event in [*events, completed]:
        tracker.handle(event)
    assert screens.cards[-1].record.state is State.ENDED
    assert screens.cards[-1].caller is not None


async def test_the_board_says_when_asterisk_is_not_heard(tracker, screens):
    tracker.handle(Script().resynchronised())
    assert screens.boards[-1].stale is False
    tracker.handle(LinkLost(at=moment(1)))
    assert screens.boards[-1].stale is True


async def test_a_doctor_whose_phone_is_off_is_not_on_duty(tracker, screens):
    kim = MemberNow(queue=DOCTORS, phone=Phone("PJSIP/201"), name="Ким", paused=False, reachable=False)
    off = MemberChanged(at=moment(0), member=kim, present=True)
    tracker.handle(off)
    assert screens.boards[-1].doctors == 0


async def test_a_withheld_number_is_looked_up_for_nobody(tracker, screens, source):
    call = Script()
    source.go.set()
    tracker.handle(replace(call.asked(), withheld=True))
    tracker.handle(call.ringing())
    async with asyncio.timeout(5):
        while screens.cards[-1].caller is None:
            await asyncio.sleep(0)
    assert screens.cards[-1].caller.patients == ()


async def test_whoever_asks_again_cannot_change_whose_call_it_is(tracker, screens, saver):
    events, offered = answered_call(Script()), Script().at(0.1).asked()
    tracker.offered(offered, known_caller())
    stranger = Caller(number=Number(raw="+79990000000", kind=NumberKind.E164, e164="+79990000000"))
    tracker.offered(replace(offered, caller_number="+79990000000", rule="forged"), stranger)
    for event in events[2:5]:
        tracker.handle(event)
    assert (saver.records[-1].caller_number, saver.records[-1].rule) == ("+79161234567", "everyone")
    assert screens.cards[-1].caller == known_caller()


async def test_a_call_that_asterisk_never_tells_of_does_not_stay(tracker, saver):
    call = Script()
    tracker.handle(call.at(-1).resynchronised())
    tracker.offered(call.at(0).asked(), known_caller())
    tracker.sweep(moment(29))
    assert len(tracker.calls()) == 1
    tracker.sweep(moment(31))
    assert tracker.calls() == []
    assert saver.records[-1].disposition is Disposition.UNKNOWN


async def test_a_call_is_kept_while_asterisk_is_not_heard(tracker):
    call = Script()
    tracker.offered(call.at(0).asked(), known_caller())
    tracker.sweep(moment(99))
    assert len(tracker.calls()) == 1


async def test_a_call_that_asterisk_told_of_stays(tracker):
    call = Script()
    tracker.handle(call.at(-1).resynchronised())
    tracker.offered(call.at(0).asked(), known_caller())
    tracker.handle(call.at(1).joined())
    tracker.sweep(moment(99))
    assert len(tracker.calls()) == 1


async def test_queues_are_told_while_asterisk_is_heard(tracker):
    assert tracker.queues() is None
    operator = MemberNow(queue=OPERATORS, phone=Phone("PJSIP/101"), name="Анна", paused=False)
    snapshot = Snapshot(
        at=moment(0), channels=(), waiting=(), members=(operator,), queues=(OPERATORS, DOCTORS)
    )
    tracker.handle(Resynchronised(at=moment(0), snapshot=snapshot))
    call, waiting = Script(), Script("200.0")
    for event in (call.started(), call.asked(), call.joined(), waiting.started(), waiting.at(5).joined()):
        tracker.handle(event)
    assert tracker.queues() == {
        OPERATORS: QueueState(
            waiting=2, longest_since=moment(0), on_duty=1, free=1, waits=(moment(0), moment(5))
        ),
        DOCTORS: QueueState(),
    }
    tracker.handle(call.at(6).ringing("101", "100.1"))
    tracker.handle(call.at(7).connected(7, "101", "100.1"))
    state = tracker.queues()[OPERATORS]
    assert (state.waiting, state.on_duty, state.free) == (1, 1, 0)
    tracker.handle(LinkLost(at=moment(9)))
    assert tracker.queues() is None


def nobody_calls(*queues: QueueName) -> Resynchronised:
    snapshot = Snapshot(at=moment(0), channels=(), waiting=(), members=(), queues=queues)
    return Resynchronised(at=moment(0), snapshot=snapshot)


async def test_a_phone_that_rings_for_anybody_is_not_free(tracker):
    tracker.handle(nobody_calls(OPERATORS))
    anna = MemberNow(queue=OPERATORS, phone=Phone("PJSIP/101"), name="Анна", paused=False, busy=True)
    for member, free in ((anna, 0), (replace(anna, busy=False), 1), (replace(anna, paused=True), 0)):
        tracker.handle(MemberChanged(at=moment(1), member=member, present=True))
        assert tracker.queues()[OPERATORS].free == free


async def test_who_calls_is_remembered_for_the_next_question(tracker):
    assert tracker.caller(LinkedId("100.0")) is None
    tracker.offered(answered_call(Script())[1], known_caller())
    assert tracker.caller(LinkedId("100.0")) == known_caller()


def test_why_a_phone_that_never_answered_was_not_reached(tracker):
    script = Script("ccd-callback-1-1-0")
    assert tracker.cause(script.linked_id) is None
    tracker.handle(script.started())
    assert tracker.cause(script.linked_id) == 0
    tracker.handle(replace(script.at(1).ended(), cause=34))
    assert (tracker.cause(script.linked_id), tracker.calls()) == (34, [])


async def test_the_record_says_by_which_advertising_he_called(saver, screens, source):
    tracker = Tracker(
        saver=saver,
        screens=screens,
        lookup=Lookup([source], "RU", 5.0),
        doctors_queue=QueueName("duty-doctor"),
        source_of=lambda called: f"leaflet {called}",
    )
    for event in answered_call(Script()):
        tracker.handle(event)
    last = saver.records[-1]
    assert (last.state, last.source) == (State.ENDED, f"leaflet {last.called_number}")
