"""The hub: pushes, numbers, catch-up, and what it does when somebody is slow."""

import json

import pytest

from ccd.calls.ids import LinkedId, Phone
from ccd.desk.card import Json
from ccd.desk.hub import Hub
from ccd.desk.outbox import Outbox
from ccd.desk.seats import Seat
from ccd.desk.sight import Unseen
from ccd.desk.trail import Trail
from ccd.people import Role, User
from ccd.ports.calls import Note
from ccd.ports.screens import Board
from tests.unit.desk.fakes import FakeAudit
from tests.unit.desk.samples import ANNA, MARIA, NOW, OLEG, PETYA, RAW, Story, caller, clinic

STORY = Story(who=caller(MARIA))


@pytest.fixture
def audit():
    return FakeAudit()


@pytest.fixture
def hub(audit):
    built = Hub(clinic(), Trail(audit))
    built.board(Board(waiting=0, longest_since=None, doctors=0))
    return built


def seat(phone: Phone = ANNA, role: Role = Role.OPERATOR, name: str = "anna", limit: int = 64) -> Seat:
    return Seat(user=User(name=name, role=role), phone=phone, token="t-" + name, outbox=Outbox(limit))


async def drain(one: Seat) -> list[Json]:
    got: list[Json] = []

    async def send(text: str) -> None:
        got.append(json.loads(text))
        if one.outbox._queue.empty():
            raise EOFError

    if not one.outbox._queue.empty():
        with pytest.raises(EOFError):
            await one.outbox.pump(send)
    return got


async def joined(hub: Hub, one: Seat, boot: str = "", seq: int = 0) -> list[Json]:
    hub.join(one, boot, seq)
    return await drain(one)


async def test_a_card_goes_to_its_phone_only(hub):
    mine, other = seat(), seat(OLEG, name="oleg")
    await joined(hub, mine)
    await joined(hub, other)
    hub.show(STORY.ringing())
    [message] = await drain(mine)
    assert (message["type"], message["seq"], message["card"]["state"]) == ("card", 1, "ringing")
    assert await drain(other) == []


async def test_whoever_was_shown_a_card_is_in_the_trail_when_another_s_cannot_be_made(
    hub, audit, monkeypatch
):
    """A doctor sees what an operator does not, and that may be what breaks."""
    made = hub._card_text

    def broken(entry, unseen):
        if "debt" in unseen:
            raise ValueError("no such moment")
        return made(entry, unseen)

    operator, doctor = seat(), seat(role=Role.DOCTOR, name="oleg")
    await joined(hub, operator)
    await joined(hub, doctor)
    monkeypatch.setattr(hub, "_card_text", broken)
    hub.show(STORY.ringing())
    shown = {one.user.name for one in (operator, doctor) if await drain(one)}
    await hub._trail.flush()
    assert shown == {"anna"} == {entry.user for entry in audit.entries}


async def test_every_card_has_the_next_number(hub):
    mine = seat()
    await joined(hub, mine)
    for shown in (STORY.ringing(), STORY.talking(), STORY.ended()):
        hub.show(shown)
    assert [one["seq"] for one in await drain(mine)] == [1, 2, 3]


async def test_opening_shows_what_is_now(hub):
    hub.show(STORY.talking())
    state, board = await joined(hub, seat())
    assert (state["type"], state["boot"], state["seq"]) == ("state", hub.boot, 1)
    assert [one["id"] for one in state["cards"]] == [STORY.call_id]
    assert state["recent"] == []
    assert board["type"] == "board"


async def test_what_ended_meanwhile_is_marked_as_missed(hub):
    hub.show(STORY.talking())
    hub.show(STORY.ended())
    [state, _] = await joined(hub, seat(), hub.boot, 1)
    assert state["cards"] == []
    assert [(one["id"], one["missed"]) for one in state["recent"]] == [(STORY.call_id, True)]
    [state, _] = await joined(hub, seat(), hub.boot, 2)
    assert [one["missed"] for one in state["recent"]] == [False]


async def test_another_boot_marks_nothing(hub):
    hub.show(STORY.ended())
    [state, _] = await joined(hub, seat(), "other", 0)
    assert [one["missed"] for one in state["recent"]] == [False]


async def test_a_call_with_a_topic_is_not_listed_again(hub):
    hub.show(STORY.ended())
    hub.noted(ANNA, Note(call_id=LinkedId(STORY.call_id), topic="price", note="", by="anna", at=NOW))
    [state, _] = await joined(hub, seat())
    assert state["recent"] == []


async def test_a_note_stays_when_tracking_shows_the_call_again(hub):
    mine = seat()
    hub.show(STORY.talking())
    await joined(hub, mine)
    hub.noted(ANNA, Note(call_id=LinkedId(STORY.call_id), topic="price", note="x", by="anna", at=NOW))
    hub.show(STORY.ended())
    assert [one["card"]["topic"] for one in await drain(mine)] == ["price", "price"]


async def test_a_note_of_an_unknown_call_reaches_nobody(hub):
    mine = seat()
    await joined(hub, mine)
    hub.noted(ANNA, Note(call_id=LinkedId("?"), topic="price", note="", by="anna", at=NOW))
    assert await drain(mine) == []


async def test_the_history_is_short(hub):
    for number in range(30):
        hub.show(Story(call_id=str(number)).ended())
    [state, _] = await joined(hub, seat())
    assert len(state["recent"]) == 20


async def test_a_slow_page_is_closed_and_the_others_go_on(hub):
    slow, quick = seat(limit=3), seat(name="oleg")
    await joined(hub, quick)
    hub.join(slow, "", 0)
    for _ in range(3):
        hub.show(STORY.ringing())
    assert slow.outbox.closed
    assert len(await drain(quick)) == 3


async def test_a_broken_card_is_logged_not_raised(hub, monkeypatch):
    monkeypatch.setattr("ccd.desk.hub.dump", lambda _message: 1 / 0)
    hub._seats.add(seat())
    hub.show(STORY.ringing())
    assert hub.entry(ANNA, LinkedId(STORY.call_id)) is not None


async def test_the_board_waits_for_the_beat_and_is_sent_once(hub):
    mine = seat()
    await joined(hub, mine)
    for waiting in (1, 2, 3):
        hub.board(Board(waiting=waiting, longest_since=NOW, doctors=1))
    assert await drain(mine) == []
    await hub.beat()
    [message] = await drain(mine)
    assert (message["waiting"], message["doctors"]) == (3, 1)
    await hub.beat()
    assert await drain(mine) == []


async def test_that_asterisk_is_not_heard_is_told_at_once(hub):
    mine = seat()
    await joined(hub, mine)
    for stale in (True, True, False):
        hub.board(Board(waiting=3, longest_since=None, doctors=1, stale=stale))
    assert [one["stale"] for one in await drain(mine)] == [True, False]
    await hub.beat()
    assert await drain(mine) == []


async def test_before_tracking_said_anything_nothing_is_known(audit):
    [_, board] = await joined(Hub(clinic(), Trail(audit)), seat())
    assert board["stale"] is True


async def test_a_withheld_number_is_on_no_page(hub):
    mine, watcher = seat(), seat(Phone(""), Role.SUPERVISOR, "vera")
    await joined(hub, mine)
    hub.show(STORY.withheld())
    got = [*await drain(mine), *await joined(hub, watcher)]
    assert [one["type"] for one in got] == ["card", "state", "board", "overview"]
    assert RAW[2:5] not in json.dumps(got)
    assert got[0]["card"]["number"] == {"kind": "anonymous", "text": "", "key": ""}
    assert not hub.knows_number(ANNA, RAW)


async def test_phones_that_nobody_sits_at_are_forgotten(hub, monkeypatch):
    monkeypatch.setattr("ccd.desk.desks._PHONES", 3)
    await joined(hub, seat(OLEG))
    hub.show(STORY.talking())
    for number in range(10):
        hub.show(Story(call_id=f"t{number}", phone=Phone(f"PJSIP/trunk-{number}")).abandoned())
    assert set(hub._desks._desks) == {OLEG, ANNA, Phone("PJSIP/trunk-9")}
    hub.show(Story(call_id="x", phone=Phone("PJSIP/7")).ringing())
    hub.show(Story(call_id="y", phone=Phone("PJSIP/8")).ringing())
    assert hub.entry(Phone("PJSIP/8"), LinkedId("y")) is not None


async def test_a_phone_that_was_forgotten_counts_on(hub, monkeypatch):
    monkeypatch.setattr("ccd.desk.desks._PHONES", 1)
    hub.show(STORY.ended())
    hub.show(Story(call_id="t", phone=OLEG).abandoned())
    hub.show(Story(call_id="later", who=caller(MARIA)).ended())
    [state, _] = await joined(hub, seat(), hub.boot, 1)
    assert [(one["id"], one["missed"]) for one in state["recent"]] == [("later", True)]


async def test_calls_are_remembered_up_to_a_bound(hub, monkeypatch):
    monkeypatch.setattr("ccd.desk.desks._CALLS", 2)
    for number in range(5):
        hub.show(Story(call_id=str(number)).ended())
    assert list(hub._desks._phones) == ["3", "4"]


async def test_a_note_reaches_every_phone_of_the_call(hub):
    hub.show(STORY.transferred())
    theirs = Story(who=caller(MARIA), phone=OLEG)
    other = seat(OLEG, name="oleg")
    await joined(hub, other)
    hub.show(theirs.talking())
    hub.noted(ANNA, Note(call_id=LinkedId(STORY.call_id), topic="price", note="", by="anna", at=NOW))
    assert [one["card"]["topic"] for one in await drain(other)] == ["", "price"]


async def test_a_note_goes_with_the_call_to_the_next_phone(hub):
    hub.show(STORY.talking())
    hub.noted(ANNA, Note(call_id=LinkedId(STORY.call_id), topic="advice", note="боль", by="anna", at=NOW))
    theirs = seat(OLEG, name="oleg")
    await joined(hub, theirs)
    hub.show(Story(who=caller(MARIA), phone=OLEG).ringing())
    [push] = await drain(theirs)
    assert (push["card"]["note"], push["card"]["noted_by"]) == ("боль", "anna")


async def test_now_and_then_a_sign_of_life(hub):
    mine = seat()
    await joined(hub, mine)
    for _ in range(10):
        await hub.beat()
    assert [one["type"] for one in await drain(mine)] == ["board"]


async def test_many_desks_get_the_board_a_few_at_a_time(hub):
    seats = [seat(Phone(f"PJSIP/{number}")) for number in range(60)]
    for one in seats:
        await joined(hub, one)
    hub.board(Board(waiting=1, longest_since=None, doctors=0))
    await hub.beat()
    assert [len(await drain(one)) for one in seats] == [1] * 60


async def test_supervisors_see_who_talks_with_whom(hub):
    watcher = seat(Phone(""), Role.SUPERVISOR, "vera")
    hub.show(STORY.talking())
    hub.show(Story(call_id="f", phone=OLEG, who=caller(MARIA, PETYA)).ringing())
    overview = (await joined(hub, watcher))[-1]
    assert [(one["phone"], one["name"], one["people"]) for one in overview["rows"]] == [
        (ANNA, "Иванова Мария Петровна", 1),
        (OLEG, "", 2),
    ]
    hub.show(STORY.ended())
    await hub.beat()
    await hub.beat()
    assert [one["phone"] for one in (await drain(watcher))[-1]["rows"]] == [OLEG]


async def test_operators_get_no_overview(hub):
    mine = seat()
    hub.show(STORY.talking())
    assert "overview" not in [one["type"] for one in await joined(hub, mine)]


async def test_leaving_and_dropping(hub):
    mine, other = seat(), seat(name="oleg")
    await joined(hub, mine)
    await joined(hub, other)
    hub.drop("t-anna")
    assert (mine.outbox.closed, other.outbox.closed) == (True, False)
    hub.leave(mine)
    hub.leave(other)
    hub.show(STORY.ringing())
    assert await drain(other) == []


async def test_a_phone_knows_the_numbers_it_has(hub):
    assert not hub.knows_number(ANNA, RAW)
    hub.show(STORY.ringing())
    assert hub.knows_number(ANNA, RAW)
    hub.show(Story(call_id="x", raw="89031112233").looking_up())
    assert hub.knows_number(ANNA, "+79031112233")
    assert not hub.knows_number(OLEG, RAW)


async def test_who_saw_a_patient_is_written_once(hub, audit):
    mine = seat()
    await joined(hub, mine)
    for shown in (STORY.looking_up(), STORY.ringing(), STORY.talking()):
        hub.show(shown)
    await hub._trail.flush()
    assert [(one.user, one.action, one.patient_ids) for one in audit.entries] == [("anna", "card", ("p1",))]


async def test_a_hold_is_timed_from_when_it_was_heard(hub):
    hub.show(STORY.talking())
    talking = hub.entry(ANNA, LinkedId(STORY.call_id))
    hub.show(STORY.held())
    held = hub.entry(ANNA, LinkedId(STORY.call_id))
    assert talking is not None
    assert held is not None
    assert held.since > talking.since


async def test_a_closed_outbox_takes_nothing():
    outbox = Outbox()
    outbox.close()
    outbox.put("late")
    await outbox.wait_closed()
    assert outbox._queue.empty()


async def test_a_card_is_written_once_for_all_who_see_the_same(hub, monkeypatch):
    written: list[Unseen] = []
    real = hub._card_text

    def once_more(entry, unseen):
        written.append(unseen)
        return real(entry, unseen)

    monkeypatch.setattr(hub, "_card_text", once_more)
    seats = [seat(name=f"o{number}") for number in range(5)]
    seats += [seat(name=f"d{number}", role=Role.DOCTOR) for number in range(5)]
    for one in seats:
        await joined(hub, one)
    hub.show(STORY.ringing())
    assert sorted(map(sorted, written)) == [["debt"], ["medical"]]
    for one in seats:
        [card] = await drain(one)
        assert card["card"]["hidden"] == (["debt"] if one.user.role is Role.DOCTOR else ["medical"])
