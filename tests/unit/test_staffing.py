"""Whoever is there works; what nobody saw is nobody's time."""

from datetime import UTC, datetime

import pytest

from ccd.calls.ids import Phone, QueueName
from ccd.calls.snapshot import MemberNow
from ccd.metrics.dimensions import Part
from ccd.staffing import TICK, Staffing
from ccd.store.errors import StoreError

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def member(queue: str, name: str, *, paused: bool = False, reachable: bool = True) -> MemberNow:
    return MemberNow(
        queue=QueueName(queue),
        phone=Phone(f"PJSIP/{name}"),
        name=name,
        paused=paused,
        reachable=reachable,
        busy=False,
    )


class World:
    def __init__(self, *members: MemberNow) -> None:
        self.members, self.heard, self.now = members, True, 1000.0
        self.written: list[dict[object, object]] = []
        self.staffing = Staffing(
            self,
            members=lambda: self.members,
            heard=lambda: self.heard,
            doctors_queue=QueueName("Doctors"),  # as the settings may spell it
            clock=lambda: NOON,
            seconds=lambda: self.now,
            outages=(StoreError,),
        )
        self.refused = False

    async def add(self, at, worked):
        assert at == NOON
        if self.refused:
            raise StoreError("the database is locked")
        self.written.append(dict(worked))

    async def after(self, seconds: float = TICK) -> list[dict[object, object]]:
        self.now += seconds
        await self.staffing.look()
        return self.written


async def test_each_is_there_or_paused_once_whatever_queues_they_are_in():
    world = World(
        member("operators", "Anna"),
        member("night", "Anna", paused=True),
        member("operators", "Oleg", paused=True),
        member("operators", "Gone", reachable=False),
        member("doctors", "Kim"),
    )
    await world.staffing.look()
    assert await world.after() == [
        {(Part.AGENT, "Anna"): (TICK, 0), (Part.AGENT, "Oleg"): (0, TICK), (Part.DOCTOR, "Kim"): (TICK, 0)}
    ]


async def test_the_first_look_adds_nothing():
    assert await World(member("operators", "Anna")).after() == []


@pytest.mark.parametrize("late", [3 * TICK, 3600])
async def test_a_late_look_says_nothing_of_the_time_before(late):
    world = World(member("operators", "Anna"))
    await world.staffing.look()
    assert await world.after(late) == []
    assert len(await world.after()) == 1


async def test_nobody_works_while_asterisk_is_not_heard():
    world = World(member("operators", "Anna"))
    await world.staffing.look()
    world.heard = False
    assert await world.after() == []
    world.heard = True
    assert await world.after() == []
    assert len(await world.after()) == 1


async def test_what_the_database_does_not_take_is_added_later_and_once():
    world = World(member("operators", "Anna"))
    await world.staffing.look()
    world.refused = True
    for _ in range(3):
        with pytest.raises(StoreError):
            await world.after()
    world.refused = False
    assert await world.after() == [{(Part.AGENT, "Anna"): (TICK, 0)}] * 4
    world.heard = False
    assert len(await world.after()) == 4
