"""All calls in progress: which call an event belongs to, and what it changes there.

Asterisk names every channel (``Uniqueid``) and every call (``Linkedid``); ``shelf.py`` finds calls by both.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, NamedTuple, TypeVar

from ccd.calls import events as ev
from ccd.calls.apply import apply
from ccd.calls.aside import BEGINS, TOLD, host_of, told
from ccd.calls.call import Call
from ccd.calls.completion import awaits
from ccd.calls.ending import ended_unseen, handed_over
from ccd.calls.ids import LinkedId, Phone, phone_of
from ccd.calls.outbound import born
from ccd.calls.record import CallRecord
from ccd.calls.resync import discovered, restored, resynchronised
from ccd.calls.shelf import Shelf
from ccd.calls.snapshot import ChannelNow, Snapshot
from ccd.calls.values import replace, same
from ccd.calls.wrapping import Wrapping

_Event = TypeVar("_Event", bound=ev.ChannelEvent)
_OfPhone = ev.PhoneRinging | ev.PhoneAnswered | ev.AgentConnected


class Change(NamedTuple):
    """A patient's call before and after an event; ``before`` is None for a new one."""

    before: CallRecord | None
    after: CallRecord


class CallBook:
    """The calls in progress.  ``apply`` is the only thing that changes them."""

    def __init__(self) -> None:
        self.agents: Mapping[Phone, str] = {}
        """Who are the queues' members, or were: names by phone.  Whoever calls from there is no patient."""
        self._shelf = Shelf()
        self._wrapping = Wrapping()
        self._clock = 0.0
        self._ways: Mapping[type[ev.AsteriskEvent], Callable[[Any], tuple[Change, ...]]] = {
            ev.Resynchronised: self._resynchronise,
            ev.LinkLost: self._silence,
            ev.ClockSet: self._clock_set,
            ev.QueuesNow: lambda _event: (),
            ev.MemberChanged: self._member_changed,
            ev.AgentCompleted: self._completed,
            ev.Transferred: self._apply_to_any,
            **dict.fromkeys((ev.StepTaken, ev.MessageLeft, ev.CallbackPromised), self._apply_to_known),
            **dict.fromkeys((ev.PhoneRinging, ev.PhoneAnswered, ev.AgentConnected), self._apply_with_member),
        }
        """How each event is folded in that is not just something on one channel of a call."""

    def __iter__(self) -> Iterator[CallRecord]:
        """Records of the patients' calls in progress."""
        return (call.record for call in self._shelf.live.values() if call.tracked)

    def get(self, call_id: LinkedId) -> CallRecord | None:
        """The record of a patient's call in progress or just ended."""
        call = self._shelf.get(call_id)
        return call.record if call and call.tracked else None

    def channel(self, call_id: LinkedId) -> str:
        """The name of the caller's own channel; empty when it is not known to be alive."""
        call = self._shelf.live.get(call_id)
        leg = call.legs.get(call.caller_leg) if call else None
        return leg.channel if leg else ""

    def cause(self, call_id: LinkedId) -> int | None:
        """Why the call's first channel ended (Q.850), 0 when that is not known; also a call without a record.

        None when no channel of such a call was heard of lately.
        """
        call = self._shelf.get(call_id)
        return call.record.hangup_cause if call else None

    def restore(self, records: Iterable[CallRecord]) -> None:
        """Take up calls that were in progress when ccd stopped, or of which more is to be told."""
        for record in records:
            if record.call_id in self._shelf.live or record.call_id in self._shelf.ended:
                continue
            call = replace(restored(record), clock=self._clock)
            self._shelf.put(record.call_id, call)
            for leg in {call.caller_leg, *(one.leg for one in record.segments if one.leg)}:
                self._shelf.own(leg, record.call_id)

    def identify(self, call_id: LinkedId, patient_ids: tuple[str, ...]) -> tuple[Change, ...]:
        """Write down who stands behind the caller's number."""
        call = self._shelf.get(call_id)
        if call is None:
            return ()
        return self._changed(call_id, call, call.with_record(patient_ids=patient_ids))

    def adopt(self, record: CallRecord) -> None:
        """An ended call's record is known better now: what comes late goes on from there."""
        call = self._shelf.ended.get(record.call_id)
        if call and call.tracked:
            self._shelf.ended[record.call_id] = replace(call, record=record)

    def name_source(self, call_id: LinkedId, source: str) -> tuple[Change, ...]:
        """Write down which advertising source the called number has."""
        call = self._shelf.get(call_id)
        return self._changed(call_id, call, call.with_record(source=source)) if call else ()

    def apply(self, event: ev.AsteriskEvent) -> tuple[Change, ...]:
        """Fold one event in; the changes it made to patients' calls."""
        return self._ways.get(type(event), self._apply_to_call)(event)

    def _silence(self, _event: ev.LinkLost) -> tuple[Change, ...]:
        self._wrapping.forget()
        return ()

    def _clock_set(self, event: ev.ClockSet) -> tuple[Change, ...]:
        self._clock += event.seconds
        self._wrapping.forget()
        return ()

    def _completed(self, event: ev.AgentCompleted) -> tuple[Change, ...]:
        whose = event if event.linked_id else self._named(event)
        return self._apply_to_call(whose) if whose else ()

    def _apply_with_member(self, event: _OfPhone) -> tuple[Change, ...]:
        return self._apply_to_call(self._with_member(event))

    def _timed(self, event: _Event, call: Call) -> _Event:
        """The event with its time on the clock that the call began on."""
        if call.clock == self._clock or isinstance(event, ev.CallOffered):
            return event
        return replace(event, at=event.at - timedelta(seconds=self._clock - call.clock))

    def _apply_to_call(self, event: ev.CallEvent) -> tuple[Change, ...]:
        """An event of the call that its channel is in, as nearly all are; else that is found out first."""
        call_id = self._shelf.home(event.linked_id, event.unique_id)
        return self._apply_to_one(call_id, event) if call_id else self._apply_to_any(event)

    def _apply_to_any(self, event: ev.CallEvent) -> tuple[Change, ...]:
        met = self._met(event)
        call_id = self._shelf.resolve(event.linked_id, event.unique_id)
        return (*met, *self._apply_to_one(call_id, event))

    def _apply_to_one(self, call_id: LinkedId, event: ev.CallEvent) -> tuple[Change, ...]:
        call = self._shelf.get(call_id) or self._begun(call_id, event)
        if call is None:
            return ()
        if not call.tracked or call.aside:
            if isinstance(event, ev.ChannelStarted) and not (call.legs or call.tracked):
                call = self._with_agent(call, event)
            if isinstance(event, TOLD) and (host := self._host(call, event)):
                return self._aside(call_id, call, host, event)
        if call.clock != self._clock:
            event = self._timed(event, call)
        after = apply(call, event)
        if not (after.heard or isinstance(event, ev.CallOffered)):
            after = replace(after, heard=True)
        return self._changed(call_id, call, after)

    def _begun(self, call_id: LinkedId, event: ev.CallEvent) -> Call | None:
        """A call that nobody knew; None when nothing alive has this id: late, or forged."""
        if not isinstance(event, ev.ChannelStarted | ev.CallOffered):
            self._shelf.disown(event.unique_id, call_id)
            return None
        call = born(call_id)
        return replace(call, clock=self._clock) if self._clock else call

    def _host(self, side: Call, event: TOLD) -> Call | None:
        """The call that this one is a consultation about, if any."""
        host_id = self._shelf.host_of.get(event.unique_id)
        if host_id is None and isinstance(event, BEGINS):
            return host_of(side, event, self._shelf.live.values())
        return self._shelf.live.get(host_id) if host_id else None

    def _aside(self, call_id: LinkedId, side: Call, host: Call, event: TOLD) -> tuple[Change, ...]:
        """The agent of ``host`` has a second call: what happens there is told to the first."""
        after = apply(replace(side, aside=True, heard=True), self._timed(event, side))
        host_id = host.record.call_id
        self._shelf.host_of[event.unique_id] = host_id
        told_host = told(host, after, self._timed(event, host))
        return (*self._changed(call_id, side, after), *self._changed(host_id, host, told_host))

    def _met(self, event: ev.CallEvent) -> tuple[Change, ...]:
        """An agent's second call joins the one it was about: what was a call of its own is over."""
        known = self._shelf.call_of.get(event.unique_id)
        other = self._shelf.keeper(event.linked_id)
        if isinstance(event, ev.Transferred) and event.second:
            other = self._shelf.call_of.get(event.second, other)
        if known is None or known == other or known not in self._shelf.live or other not in self._shelf.live:
            return ()
        both = {one: self._shelf.live[one] for one in (known, other)}
        second = [one for one, call in both.items() if call.aside]
        if isinstance(event, ev.Transferred) and not second:  # it began while ccd was away
            second = [one for one, call in both.items() if not call.tracked]
        if len(second) != 1:
            return ()
        (gone,) = second
        return self._joined(other if gone == known else known, gone, event)

    def _joined(self, keep: LinkedId, gone: LinkedId, event: ev.CallEvent) -> tuple[Change, ...]:
        side = self._shelf.live[gone]
        self._shelf.absorb(keep, gone)
        if not side.tracked:
            return ()
        over = handed_over(side, self._timed(event, side).at)
        self._shelf.retire(gone, over)
        return (Change(side.record, over.record),)

    def _with_agent(self, call: Call, event: ev.ChannelStarted) -> Call:
        """The call with its first channel's agent, if it is one who begins it."""
        name = self.agents.get(phone_of(event.channel))
        if name is None:
            return call
        return replace(call, internal=True).with_leg(event.unique_id, channel=event.channel, member=name)

    def _apply_to_known(self, event: ev.OwnEvent) -> tuple[Change, ...]:
        """What ccd itself tells of a call: it makes none, and says nothing about channels."""
        call_id = self._shelf.keeper(event.linked_id)
        if isinstance(event, ev.MessageLeft):  # all that its file is named after is the channel
            call_id = self._shelf.call_of.get(event.unique_id, call_id)
        call = self._shelf.get(call_id)
        return self._changed(call_id, call, apply(call, self._timed(event, call))) if call else ()

    def _with_member(self, event: _OfPhone) -> _OfPhone:
        name = "" if event.member else self.agents.get(event.phone, "")
        return replace(event, member=name) if name else event

    def _named(self, event: ev.AgentCompleted) -> ev.AgentCompleted | None:
        """The event with the ids of the one call that it can be about; None when that is not sure."""
        calls = chain(self._shelf.live.values(), self._shelf.ended.values())
        fitting = [call for call in calls if call.tracked and awaits(call.record, event)]
        if len(fitting) != 1:
            return None
        (call,) = fitting
        return replace(event, linked_id=call.record.call_id, unique_id=call.caller_leg)

    def unheard(self, since: datetime) -> tuple[Change, ...]:
        """End the calls offered before ``since`` of which Asterisk told nothing: made up, or soon gone."""
        changes: list[Change] = []
        for call_id, call in list(self._shelf.live.items()):
            if not call.heard and call.offered_at and call.offered_at < since:
                changes += self._changed(call_id, call, ended_unseen(call))
        return tuple(changes)

    def _changed(self, call_id: LinkedId, before: Call, after: Call) -> tuple[Change, ...]:
        if after is before and call_id in self._shelf.live:
            return ()
        self._shelf.put(call_id, after)
        known, record = before.record if before.tracked else None, after.record
        if record is known or not after.tracked or (known and same(known, record)):
            return ()
        self._wrapping.follow(known, record)
        return (Change(known, record),)

    def _member_changed(self, event: ev.MemberChanged) -> tuple[Change, ...]:
        wrapped = self._wrapping.member(event)
        call = self._shelf.get(wrapped.call_id) if wrapped else None
        if wrapped is None or call is None:
            return ()
        return self._changed(wrapped.call_id, call, call.with_record(wrapped_up=wrapped.seconds))

    def _resynchronise(self, event: ev.Resynchronised) -> tuple[Change, ...]:
        snapshot = event.snapshot
        by_call: dict[LinkedId, list[ChannelNow]] = {}
        for channel in snapshot.channels:
            linked_id = self._shelf.keeper(channel.linked_id)
            by_call.setdefault(self._shelf.call_of.get(channel.unique_id, linked_id), []).append(channel)
        changes: list[Change] = []
        for call_id, call in list(self._shelf.live.items()):
            alive = tuple(by_call.pop(call_id, ()))
            changes += self._changed(call_id, call, resynchronised(call, snapshot, alive))
        for linked_id, channels in by_call.items():
            if linked_id not in self._shelf.ended:  # its last channels are on their way out
                changes += self._discover(linked_id, snapshot, tuple(channels))
        return tuple(changes)

    def _discover(
        self, linked_id: LinkedId, snapshot: Snapshot, channels: tuple[ChannelNow, ...]
    ) -> tuple[Change, ...]:
        call = replace(discovered(linked_id, snapshot, channels), clock=self._clock)
        for channel in channels:
            self._shelf.own(channel.unique_id, linked_id)
        self._shelf.put(linked_id, call)
        return (Change(None, call.record),) if call.tracked else ()
