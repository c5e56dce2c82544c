"""A call progresses: fold events into the book, save every change, show the card.

Runs on the event loop and never waits: what takes time (the database, the browsers) is behind
ports that only queue.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from ccd.callers import Callers
from ccd.calls.book import CallBook, Change
from ccd.calls.events import (
    AsteriskEvent,
    CallOffered,
    LinkLost,
    MemberChanged,
    QueuesNow,
    Resynchronised,
)
from ccd.calls.ids import LinkedId, Phone, QueueName
from ccd.calls.record import ENDED, TALKING, CallRecord, Direction
from ccd.calls.segments import is_open
from ccd.calls.snapshot import MemberNow
from ccd.directory.caller import Caller
from ccd.directory.lookup import Lookup
from ccd.ports.calls import CallSaver
from ccd.ports.screens import Board, CardShown, Screens
from ccd.queues import Queues
from ccd.routing.escalation import PassedOn
from ccd.routing.facts import QueueState

log = structlog.get_logger()

UNHEARD = timedelta(seconds=30)
"""How long Asterisk may be silent about a call that somebody offered over AGI."""


class Tracker:
    """The one place where events become facts.

    ``named_queues`` are those that the rules name: whichever Asterisk does not have is warned of.
    ``source_of`` names the advertising source of a called number.
    """

    def __init__(
        self,
        *,
        saver: CallSaver,
        screens: Screens,
        lookup: Lookup,
        doctors_queue: QueueName,
        named_queues: frozenset[QueueName] = frozenset(),
        source_of: Callable[[str], str] = lambda _called: "",
    ) -> None:
        self._book = CallBook()
        self._saver = saver
        self._source_of = source_of
        self._screens = screens
        self._callers = Callers(lookup, self._found)
        self._queues = Queues()
        self._members: dict[tuple[QueueName, Phone], MemberNow] = {}
        self._doctors_queue = doctors_queue.lower()
        self.named_queues = named_queues
        self._unknown_queues: frozenset[QueueName] = frozenset()
        self._doctors = 0
        self._stale = True
        self._then: Mapping[type[AsteriskEvent], Callable[[Any], None]] = {
            Resynchronised: self._resynchronised,
            LinkLost: self._link_lost,
            MemberChanged: self._member_changed,
            QueuesNow: self._queues_now,
        }
        """What is to be done about events that are of no single call."""

    def restore(self, records: Iterable[CallRecord]) -> None:
        """Take up the calls that were open when ccd stopped, or of which more is to be told."""
        self._book.restore(records)

    def recovered(self, record: CallRecord) -> None:
        """An ended call's record was completed from Asterisk's own logs."""
        self._book.adopt(record)

    def calls(self) -> list[CallRecord]:
        """The patients' calls in progress."""
        return list(self._book)

    def caller(self, call_id: LinkedId) -> Caller | None:
        """Who a call in progress is from, as far as it is known."""
        return self._callers.known(call_id)

    def queues(self) -> Mapping[QueueName, QueueState] | None:
        """Every queue right now; None while Asterisk cannot be heard."""
        return None if self._stale else self._queues.states(self._members.values())

    def channel(self, call_id: LinkedId) -> str:
        """The name of the caller's own channel; empty when it is not known to be alive."""
        return self._book.channel(call_id)

    def cause(self, call_id: LinkedId) -> int | None:
        """Why the call's first channel ended (Q.850; 0: not known); None when it was not heard of lately."""
        return self._book.cause(call_id)

    def passed_on(self, call_id: LinkedId, doctors: QueueName) -> PassedOn:
        """Who has to do with a call that is passed on; ``doctors`` is the duty doctors' queue."""
        record = self._book.get(call_id)
        talks = [one for one in record.segments if one.kind is TALKING] if record else []
        return PassedOn(
            talked=tuple(talk.phone for talk in talks if talk.phone),
            members=tuple(phone for _queue, phone in self._members),
            doctors=tuple(phone for queue, phone in self._members if queue.lower() == doctors.lower()),
        )

    def members(self) -> Sequence[MemberNow]:
        """Every member of every queue, as Asterisk last said."""
        return tuple(self._members.values())

    def offered(self, event: CallOffered, caller: Caller) -> None:
        """Asterisk asked where this caller goes; ``caller`` is what the lookup said."""
        for change in self._book.apply(event):
            self._callers.remember(change.after.call_id, caller)
            known = self._identified(change.after.call_id, caller)
            self._changed(Change(change.before, known[-1].after) if known else change)

    def look_again(self, e164: str) -> None:
        """Something about this number's people changed: their cards are to show it."""
        self._callers.look_again(e164)

    def sweep(self, now: datetime) -> None:
        """Give up calls that were offered a while ago and that Asterisk, being heard, does not have."""
        if not self._stale:
            for change in self._book.unheard(now - UNHEARD):
                self._changed(change)

    def handle(self, event: AsteriskEvent) -> None:
        """Fold one event in."""
        for change in self._book.apply(event):
            self._changed(change)
        if then := self._then.get(type(event)):
            then(event)

    def _link_lost(self, _event: LinkLost) -> None:
        self._stale = True
        self._show_board()

    def _resynchronised(self, event: Resynchronised) -> None:
        """Everything shown is brought in line: also what did not change while ccd was away."""
        snapshot = event.snapshot
        self._stale = False
        self._set_members(_by_place(snapshot.members))
        self._check_queues(snapshot.queues)
        self._queues.forget_calls()
        for record in self._book:
            self._queues.follow(record)
            for phone in dict.fromkeys(one.phone for one in record.segments if one.phone and is_open(one)):
                self._show(phone, record)
        self._count_doctors()

    def _queues_now(self, event: QueuesNow) -> None:
        self._check_queues(event.queues)
        members = _by_place(event.members)
        if members != self._members:
            self._set_members(members)
            self._count_doctors()

    def _check_queues(self, queues: Iterable[QueueName]) -> None:
        """Note which there are; warn of each missing one once, until it is there.

        To Asterisk, upper and lower case are the same.
        """
        names = tuple(queues)
        self._queues.named(names)
        found = {queue.lower() for queue in names}
        unknown = frozenset(queue for queue in self.named_queues if queue.lower() not in found)
        for queue in sorted(unknown - self._unknown_queues):
            log.warning("queue named in the rules is unknown to Asterisk", queue_name=queue)
        self._unknown_queues = unknown

    def _set_members(self, members: dict[tuple[QueueName, Phone], MemberNow]) -> None:
        self._members = members
        self._know(members.values())

    def _know(self, members: Iterable[MemberNow]) -> None:
        """Remember whose phones these are, also when they are members no more."""
        names = {phone: one.name for one in members for phone in (one.device, one.phone) if phone}
        self._book.agents = {**self._book.agents, **names}

    def _show(self, phone: Phone, record: CallRecord) -> None:
        self._screens.show(CardShown(phone=phone, record=record, caller=self._callers.of(record)))

    def _changed(self, change: Change) -> None:
        record, before = self._with_source(change), change.before
        self._saver.save(record)
        if before and before.segments is record.segments and before.state is record.state:
            return
        if self._queues.follow(record):
            self._show_board()
        for phone in _phones_to_tell(before, record):
            self._show(phone, record)

    def _with_source(self, change: Change) -> CallRecord:
        """The advertising source is that which the settings name when the called number becomes known."""
        before, record = change.before, change.after
        known = before is not None and before.called_number == record.called_number
        if known or record.direction is Direction.OUTBOUND or not record.called_number:
            return record
        source = self._source_of(record.called_number)
        named = self._book.name_source(record.call_id, source) if source != record.source else ()
        return named[-1].after if named else record

    def _found(self, call_id: LinkedId, caller: Caller) -> None:
        """A late lookup ended: fill the cards that are already open."""
        for change in self._identified(call_id, caller):
            self._saver.save(change.after)
        record = self._book.get(call_id)
        if record is None:
            return
        for phone in {one.phone for one in record.segments if one.phone}:
            self._screens.show(CardShown(phone=phone, record=record, caller=caller))

    def _identified(self, call_id: LinkedId, caller: Caller) -> tuple[Change, ...]:
        """What changes in the call when it is written down who stands behind its number."""
        if not caller.known:
            return ()
        return self._book.identify(call_id, tuple(patient.patient_id for patient in caller.patients))

    def _member_changed(self, event: MemberChanged) -> None:
        member = event.member
        key = (member.queue, member.phone)
        if not event.present:
            self._members.pop(key, None)
        else:
            if key not in self._members:
                self._know((member,))
            self._members[key] = member
        if member.queue.lower() == self._doctors_queue:
            self._count_doctors()

    def _count_doctors(self) -> None:
        self._doctors = sum(
            queue.lower() == self._doctors_queue and one.reachable and not one.paused
            for (queue, _), one in self._members.items()
        )
        self._show_board()

    def _show_board(self) -> None:
        waiting, since = self._queues.longest()
        self._screens.board(
            Board(waiting=waiting, longest_since=since, doctors=self._doctors, stale=self._stale)
        )


def _by_place(members: Iterable[MemberNow]) -> dict[tuple[QueueName, Phone], MemberNow]:
    return {(one.queue, one.phone): one for one in members}


def _phones_to_tell(before: CallRecord | None, after: CallRecord) -> Iterable[Phone]:
    """Phones whose stretch of the call changed; all that still take part when its state did."""
    known = set(map(id, before.segments if before else ()))  # what has changed is another object
    moved = before is None or before.state is not after.state
    over = moved and after.state is ENDED
    concerned = (one for one in after.segments if over or id(one) not in known or (moved and not one.result))
    return dict.fromkeys([one.phone for one in concerned if one.phone])
