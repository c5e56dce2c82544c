"""Being on duty makes membership of the queue true in Asterisk, and keeps it so.

A keeper: every few seconds it compares who is on duty with who is a member, and acts.  It remembers
nothing but what it has said.  Only people whom a roster of the queue names are its business, and
nobody is removed unless somebody else is there: a queue is never left empty because of ccd.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from ccd.calls.ids import Phone, QueueName
from ccd.ports.switchboard import NotHeardError
from ccd.queueing import Member, Queues, RefusedError
from ccd.routing.people import Person, PersonId
from ccd.routing.rosters import DutyRoster

log = structlog.get_logger()

INTERVAL = 5.0
"""Seconds between two looks: how late a shift may begin, and how long a hand's change lasts."""


@dataclass(frozen=True, slots=True)
class Duty:
    """Who should be a member of a queue, by id with the penalty, and whom its rosters name at all."""

    queue: QueueName
    wanted: dict[PersonId, int]
    people: dict[PersonId, Person]

    @classmethod
    def of(cls, queue: QueueName, rosters: Iterable[DutyRoster], at: datetime) -> "Duty":
        """All rosters of the queue together; of two penalties the lower one."""
        wanted: dict[PersonId, int] = {}
        people: dict[PersonId, Person] = {}
        for roster in rosters:
            people.update(roster.people)
            for one, penalty in roster.on_duty(at).items():
                wanted[one] = min(penalty, wanted.get(one, penalty))
        return cls(queue, wanted, people)


class DutyKeeper:
    """Keeps the members of the rosters' queues.  ``rosters`` may be replaced at any moment."""

    def __init__(
        self,
        queues: Queues,
        rosters: Sequence[DutyRoster],
        *,
        clock: Callable[[], datetime],
        interval: float = INTERVAL,
    ) -> None:
        self._queues = queues
        self.rosters = rosters
        self._clock = clock
        self._interval = interval
        self._said: dict[tuple[str, ...], str] = {}
        self._seen: set[tuple[str, ...]] = set()

    async def run(self) -> None:
        """Keep them until cancelled; while Asterisk cannot be heard, nothing is done."""
        while True:
            try:
                await self.look()
            except NotHeardError as error:
                log.debug("rosters wait for Asterisk", reason=str(error))
            await asyncio.sleep(self._interval)

    async def look(self) -> None:
        """Bring every queue in line with who is on duty now.  Raises NotHeardError."""
        now, self._seen = self._clock(), set()
        by_queue: dict[str, list[DutyRoster]] = {}
        for roster in self.rosters:
            by_queue.setdefault(roster.queue.lower(), []).append(roster)
        for rosters in by_queue.values():
            await self._keep(Duty.of(rosters[0].queue, rosters, now))
        self._said = {key: words for key, words in self._said.items() if key in self._seen}

    async def _keep(self, duty: Duty) -> None:
        before = await self._queues.members(duty.queue)
        if await self._come(duty, before):
            before = await self._queues.members(duty.queue)
        await self._go(duty, before)

    async def _come(self, duty: Duty, members: Sequence[Member]) -> bool:
        """Add whoever is missing; whether anybody was added."""
        there, added = {_key(one.phone): one for one in members}, False
        for who, penalty in duty.wanted.items():
            person = duty.people[who]
            found, phone = there.get(_key(person.phone)), Phone(person.phone)
            if found is None:
                member = Member(phone=phone, penalty=penalty)
                add = self._queues.add(duty.queue, member, name=person.name, state=person.state)
                added |= await self._done(add, "on duty", duty.queue, who)
            elif found.penalty != penalty:
                change = self._queues.penalise(duty.queue, phone, penalty)
                await self._done(change, "penalty changed", duty.queue, who)
        return added

    async def _go(self, duty: Duty, members: Sequence[Member]) -> None:
        """Remove whoever is not on duty, those first whose phones cannot be reached."""
        owners = {_key(person.phone): who for who, person in duty.people.items()}
        remaining = {_key(one.phone): one for one in members}
        for one in sorted(members, key=lambda member: member.there):
            who = owners.get(_key(one.phone))
            if who is None or who in duty.wanted:
                continue
            others = [other for key, other in remaining.items() if key != _key(one.phone)]
            if not one.removable:
                self._say(
                    "rostered person is a static member, whom Asterisk cannot remove:"
                    " delete the line from queues.conf and reload the queues",
                    duty.queue,
                    who,
                )
            elif not any(other.there for other in others):
                self._say("off duty, but kept: nobody else is there", duty.queue, who)
            elif await self._done(self._queues.remove(duty.queue, one.phone), "off duty", duty.queue, who):
                del remaining[_key(one.phone)]

    async def _done(self, action: Awaitable[None], what: str, queue: QueueName, who: PersonId) -> bool:
        try:
            await action
        except RefusedError as error:
            self._say(f"{what}: refused by Asterisk, tried again", queue, who, str(error))
            return False
        log.info(what, queue_name=queue, who=who)
        return True

    def _say(self, what: str, queue: QueueName, who: PersonId, reason: str = "") -> None:
        """Warn once, until it is no longer so."""
        key = (queue.lower(), who, what)
        self._seen.add(key)
        if self._said.get(key) != reason:
            log.warning(what, queue_name=queue, who=who, **({"reason": reason} if reason else {}))
        self._said[key] = reason


def _key(phone: str) -> str:
    """To Asterisk, upper and lower case of an interface are the same."""
    return phone.lower()
