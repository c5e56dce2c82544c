"""What a snapshot of Asterisk makes of a call, after ccd was away.

Only what the snapshot says is believed; what happened in between stays unknown and says so.
"""

from datetime import datetime, timedelta

from ccd.calls.call import SEGMENTS, Call, Leg, refreshed
from ccd.calls.earshot import in_earshot
from ccd.calls.ending import end_where, ended_unseen
from ccd.calls.ids import LinkedId, QueueName, UniqueId, phone_of
from ccd.calls.record import OFFERED, TALKING, WAITING, CallRecord, State
from ccd.calls.segments import BLANK, closed, find_open, is_open, swap
from ccd.calls.snapshot import ChannelNow, Snapshot, WaitingNow
from ccd.calls.talking import talk_begins
from ccd.calls.values import replace

OUR_CONTEXTS = ("ccd", "ccd-inbound")
"""Dialplan contexts of ``dialplan/ccd-extensions.conf``: whoever is there is a patient's call."""


def restored(record: CallRecord) -> Call:
    """A call read back from the store."""
    return Call(record=record, tracked=True)


def resynchronised(call: Call, snapshot: Snapshot, channels: tuple[ChannelNow, ...]) -> Call:
    """The call after the gap.  ``channels`` are those of the snapshot that belong to it.

    A channel that is alive under the same Uniqueid is the same channel: it begins with the second
    of Asterisk's start.
    """
    alive = {channel.unique_id: channel for channel in channels}
    if call.caller_leg not in alive:
        newer = call.offered_at is not None and call.offered_at >= snapshot.at
        return call if newer else ended_unseen(call)
    legs = {one.unique_id: _leg(call, one) for one in channels}
    talk = find_open(call.record.segments, TALKING)
    call = replace(call, legs=legs, hold=None, heard=True)
    goes_on = talk is not None and talk.leg in in_earshot(call)
    call = end_where(call, None, lambda one: "unknown" if one.leg and one.leg not in alive else "")
    call = _wait_now(call, _entry(snapshot, call.caller_leg), snapshot.at)
    call = replace(_talk_now(_hold_unheard(call)), deaf=True)
    return refreshed(call if goes_on else call.with_record(unknown=(SEGMENTS,)))


def _leg(call: Call, channel: ChannelNow) -> Leg:
    known = call.legs.get(channel.unique_id, Leg())
    return replace(known, channel=channel.channel, bridge=channel.bridge)


def _hold_unheard(call: Call) -> Call:
    """A talk that goes on across a gap may have been held in it."""
    segments = tuple(
        replace(one, held=None) if one.kind is TALKING and is_open(one) and one.held is not None else one
        for one in call.record.segments
    )
    return call.with_record(segments=segments)


def discovered(linked_id: LinkedId, snapshot: Snapshot, channels: tuple[ChannelNow, ...]) -> Call:
    """A call that began while ccd was away, as far as the snapshot knows it."""
    caller = next(
        (one for one in channels if str(one.unique_id) == linked_id), max(channels, key=lambda one: one.age)
    )
    waiting = _entry(snapshot, caller.unique_id)
    record = CallRecord(
        call_id=linked_id,
        state=State.ARRIVED,
        arrived_at=snapshot.at - timedelta(seconds=max(caller.age, waiting.waited if waiting else 0)),
        caller_number=caller.caller_number,
        caller_name=caller.caller_name,
        called_number=caller.called_number,
        caller_leg=caller.unique_id,
    )
    ours = caller.context in OUR_CONTEXTS or waiting is not None
    call = Call(record=record, tracked=ours)
    return resynchronised(call, snapshot, channels)


def _entry(snapshot: Snapshot, leg: UniqueId) -> WaitingNow | None:
    return next((one for one in snapshot.waiting if one.unique_id == leg), None)


def _wait_now(call: Call, entry: WaitingNow | None, at: datetime) -> Call:
    """Bring the waiting segment in line with the queue the caller is in, if any."""
    segments = call.record.segments
    waiting = find_open(segments, WAITING)
    if waiting and (entry is None or entry.queue != waiting.queue):
        segments = swap(segments, waiting, closed(waiting, None, "unknown"))
    if entry and (waiting is None or entry.queue != waiting.queue):
        began_at = at - timedelta(seconds=entry.waited)
        segments = (*segments, replace(BLANK, kind=WAITING, queue=entry.queue, began_at=began_at))
    queue = entry.queue if entry and not call.record.answered_at else call.record.queue
    return call.with_record(segments=segments, queue=queue)


def _talk_now(call: Call) -> Call:
    """Whom the caller hears, the caller talks with; since when is not known."""
    for leg in list(in_earshot(call)):
        call = _met(call, leg)
    return call


def _met(call: Call, leg: UniqueId) -> Call:
    segments = call.record.segments
    if find_open(segments, TALKING, leg):
        return call
    offer = find_open(segments, OFFERED, leg)
    if offer:
        segments = swap(segments, offer, closed(offer, None, "answered"))
    other = call.legs[leg]
    talk = replace(
        BLANK,
        kind=TALKING,
        queue=offer.queue if offer else other.queue or _queue_left(call),
        phone=offer.phone if offer else phone_of(other.channel),
        member=offer.member if offer else other.member,
        leg=leg,
        began_at=None,
        held=None,
    )
    return talk_begins(call.with_record(segments=segments), talk)


def _queue_left(call: Call) -> QueueName:
    """The queue whose agent it must be; none after a first talk, because then it came by a transfer."""
    talked = any(segment.kind is TALKING for segment in call.record.segments)
    return QueueName("") if talked else call.record.queue
