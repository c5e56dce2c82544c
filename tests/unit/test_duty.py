"""Who is on duty is a member of the queue; whoever is not, is none; and the queue is never left empty."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from ccd.calls.ids import Phone, QueueName
from ccd.duty import DutyKeeper
from ccd.ports.switchboard import NotHeardError
from ccd.queueing import Member, RefusedError
from ccd.routing.rosters import DutyRoster, duty_rosters
from ccd.routing.rules import Routing

MOSCOW = ZoneInfo("Europe/Moscow")
DAY = datetime(2026, 11, 18, 12, 0, tzinfo=MOSCOW)
NIGHT = datetime(2026, 11, 18, 23, 0, tzinfo=MOSCOW)
PEOPLE = {
    "anna": {"name": "Anna", "phone": "PJSIP/201"},
    "boris": {"name": "Boris", "phone": "PJSIP/202", "state": "hint:202@local"},
    "vera": {"name": "Vera", "phone": "PJSIP/203"},
}
SHIFTS = ({"who": "anna", "hours": "08:00-20:00"}, {"who": "boris", "hours": "20:00-08:00", "penalty": 2})


class Asterisk:
    """One queue, and a clock that is moved by hand."""

    def __init__(self, *members: Member) -> None:
        self.now = DAY
        self.there = {one.phone.lower(): one for one in members}
        self.done: list[tuple[Any, ...]] = []
        self.refuses: set[str] = set()
        self.deaf = False

    async def members(self, queue: QueueName) -> list[Member]:
        if self.deaf:
            raise NotHeardError("no link")
        return list(self.there.values())

    async def add(self, queue: QueueName, member: Member, *, name: str, state: str) -> None:
        self._ask("add", member.phone, member.penalty, name, state)
        self.there[member.phone.lower()] = member

    async def remove(self, queue: QueueName, phone: Phone) -> None:
        self._ask("remove", phone)
        del self.there[phone.lower()]

    async def penalise(self, queue: QueueName, phone: Phone, penalty: int) -> None:
        self._ask("penalise", phone, penalty)
        self.there[phone.lower()] = Member(phone=phone, penalty=penalty)

    async def callers(self, queue: QueueName) -> list[Any]:
        raise AssertionError

    async def prefer(self, queue: QueueName, channel: str, priority: int) -> None:
        raise AssertionError

    def _ask(self, *action: Any) -> None:
        if action[0] in self.refuses:
            raise RefusedError("No such queue")
        self.done.append(action)

    def take(self) -> list[tuple[Any, ...]]:
        """What was done since."""
        done, self.done = self.done, []
        return done


def member(phone: str, **more: Any) -> Member:
    return Member(phone=Phone(phone), **more)


def rosters(*shifts: dict[str, Any]) -> tuple[DutyRoster, ...]:
    written = {"queue": "duty-doctor", "shifts": shifts or SHIFTS}
    return duty_rosters(Routing.model_validate({"people": PEOPLE, "rosters": {"doctors": written}}))


def keeper(asterisk: Asterisk, *shifts: dict[str, Any]) -> DutyKeeper:
    return DutyKeeper(asterisk, rosters(*shifts), clock=lambda: asterisk.now)


async def test_the_shift_changes():
    asterisk = Asterisk()
    ours = keeper(asterisk)
    await ours.look()
    assert asterisk.take() == [("add", "PJSIP/201", 0, "Anna", "")]
    asterisk.now = NIGHT
    await ours.look()
    assert asterisk.take() == [("add", "PJSIP/202", 2, "Boris", "hint:202@local"), ("remove", "PJSIP/201")]
    await ours.look()
    await keeper(asterisk).look()
    assert asterisk.take() == []


async def test_a_hand_is_put_right_and_strangers_are_left_alone():
    asterisk = Asterisk(member("PJSIP/101"), member("PJSIP/203"), member("pjsip/202"))
    await keeper(asterisk).look()
    assert asterisk.take() == [("add", "PJSIP/201", 0, "Anna", ""), ("remove", "pjsip/202")]
    assert set(asterisk.there) == {"pjsip/101", "pjsip/201", "pjsip/203"}


async def test_a_penalty_is_put_right():
    asterisk = Asterisk(member("pjsip/201", penalty=7))
    await keeper(asterisk).look()
    assert asterisk.take() == [("penalise", "PJSIP/201", 0)]


async def test_new_rosters_count_at_once():
    asterisk = Asterisk(member("PJSIP/201"))
    ours = keeper(asterisk)
    ours.rosters = rosters({"who": "boris"}, {"who": "anna", "days": "2020-01-01"})
    await ours.look()
    assert set(asterisk.there) == {"pjsip/202"}


async def test_in_a_gap_the_last_who_is_there_stays():
    asterisk = Asterisk(member("PJSIP/201"), member("PJSIP/202"), member("PJSIP/203", there=False))
    shifts = ({"who": ["anna", "boris", "vera"], "hours": "08:00-20:00"},)
    asterisk.now = NIGHT
    ours = keeper(asterisk, *shifts)
    with capture_logs() as logs:
        await ours.look()
        await ours.look()
    assert asterisk.take() == [("remove", "PJSIP/203"), ("remove", "PJSIP/201")]
    assert set(asterisk.there) == {"pjsip/202"}
    assert [one["event"] for one in logs].count("off duty, but kept: nobody else is there") == 1


@pytest.mark.parametrize("refused", [True, False])
async def test_nobody_goes_before_the_next_one_is_there(refused):
    asterisk = Asterisk(member("PJSIP/201"), member("PJSIP/202", penalty=2, there=False))
    asterisk.now = NIGHT
    if refused:
        asterisk.there.pop("pjsip/202")
        asterisk.refuses.add("add")
    await keeper(asterisk).look()
    assert asterisk.take() == []
    asterisk.refuses.clear()
    asterisk.there["pjsip/202"] = member("PJSIP/202", penalty=2)
    await keeper(asterisk).look()
    assert asterisk.take() == [("remove", "PJSIP/201")]


async def test_a_member_of_queues_conf_is_told_once():
    asterisk = Asterisk(member("PJSIP/201"), member("PJSIP/202", removable=False))
    ours = keeper(asterisk)
    with capture_logs() as logs:
        await ours.look()
        await ours.look()
    (said,) = logs
    assert "delete the line from queues.conf" in said["event"]
    assert (said["queue_name"], said["who"]) == ("duty-doctor", "boris")
    assert asterisk.take() == []


async def test_what_asterisk_refuses_is_told_once_and_tried_again():
    asterisk = Asterisk()
    asterisk.refuses.add("add")
    ours = keeper(asterisk)
    with capture_logs() as logs:
        await ours.look()
        await ours.look()
    assert [one["reason"] for one in logs] == ["No such queue"]
    asterisk.refuses.clear()
    await ours.look()
    assert set(asterisk.there) == {"pjsip/201"}


async def test_two_rosters_of_one_queue_are_one():
    shift = {"queue": "duty-doctor", "shifts": [{"who": "anna"}]}
    other = {"queue": "Duty-Doctor", "shifts": [{"who": "boris"}, {"who": "vera", "days": "2020-01-01"}]}
    both = duty_rosters(Routing.model_validate({"people": PEOPLE, "rosters": {"a": shift, "b": other}}))
    asterisk = Asterisk(member("PJSIP/203"))
    await DutyKeeper(asterisk, both, clock=lambda: DAY).look()
    assert set(asterisk.there) == {"pjsip/201", "pjsip/202"}


async def test_nothing_is_done_while_asterisk_cannot_be_heard():
    asterisk = Asterisk()
    asterisk.deaf = True
    with pytest.raises(NotHeardError):
        await keeper(asterisk).look()
    assert asterisk.take() == []
