"""What a snapshot of Asterisk makes of a call, after ccd was away.

Only what the snapshot says is believed; what happened in between stays unknown and says so.
"""

from datetime import datetime, timedelta

from ccd.calls.call import Call, Leg, refreshed
from ccd.calls.earshot import in_earshot
from ccd.calls.ending import ended_unseen
from ccd.calls.ids import LinkedId, QueueName, UniqueId, phone_of
from ccd.calls.record import CallRecord, Disposition, Segment, SegmentKind, State
from ccd.calls.segments import closed, find_open, is_open, swap
from ccd.calls.snapshot import ChannelNow, Snapshot, WaitingNow
from ccd.calls.values import replace

OUR_CONTEXTS = ("ccd", "ccd-inbound")
"""Dialplan contexts of ``dialplan/ccd-extensions.conf``: whoever is there is a patient's call."""


def restored(record: CallRecord) -> Call:
    """A call read back from the store.  Its caller's channel has the linkedid's own name.

    That holds for every call that began with its caller, which is every inbound call.
    """
    return Call(record=record, caller_leg=UniqueId(record.call_id), tracked=True)


def resynchronised(call: Call, snapshot: Snapshot, channels: tuple[ChannelNow, ...]) -> Call:
    """The call after the gap.  ``channels`` are those of the snapshot that belong to it."""
    alive = {channel.unique_id: channel for channel in channels}
    caller = alive.get(call.caller_leg)
    if caller is None or _before(call, snapshot.asterisk_started):
        return ended_unseen(call)
    call = replace(call, legs={one.unique_id: Leg(one.channel, one.bridge) for one in channels})
    call = _close_lost(call, alive)
    call = _wait_now(call, _entry(snapshot, call.caller_leg), snapshot.at)
    return refreshed(_talk_now(call))


def discovered(linked_id: LinkedId, snapshot: Snapshot, channels: tuple[ChannelNow, ...]) -> Call:
    """A call that began while ccd was away, as far as the snapshot knows it."""
    caller = next(
        (one for one in channels if str(one.unique_id) == linked_id), max(channels, key=lambda one: one.age)
    )
    record = CallRecord(
        call_id=linked_id,
        state=State.ARRIVED,
        arrived_at=snapshot.at - timedelta(seconds=caller.age),
        caller_number=caller.caller_number,
        caller_name=caller.caller_name,
        called_number=caller.called_number,
    )
    ours = caller.context in OUR_CONTEXTS or _entry(snapshot, caller.unique_id) is not None
    call = Call(record=record, caller_leg=caller.unique_id, tracked=ours)
    return resynchronised(call, snapshot, channels)


def _before(call: Call, asterisk_started: datetime) -> bool:
    arrived_at = call.record.arrived_at
    return arrived_at is not None and arrived_at < asterisk_started


def _entry(snapshot: Snapshot, leg: UniqueId) -> WaitingNow | None:
    return next((one for one in snapshot.waiting if one.unique_id == leg), None)


def _close_lost(call: Call, alive: dict[UniqueId, ChannelNow]) -> Call:
    """Offers and talks whose phone is gone ended unseen."""
    segments = tuple(
        closed(one, None, "unknown") if one.leg and is_open(one) and one.leg not in alive else one
        for one in call.record.segments
    )
    return call.with_record(segments=segments)


def _wait_now(call: Call, entry: WaitingNow | None, at: datetime) -> Call:
    """Bring the waiting segment in line with the queue the caller is in, if any."""
    segments = call.record.segments
    waiting = find_open(segments, SegmentKind.WAITING)
    if waiting and (entry is None or entry.queue != waiting.queue):
        segments = swap(segments, waiting, closed(waiting, None, "unknown"))
    if entry and (waiting is None or entry.queue != waiting.queue):
        began_at = at - timedelta(seconds=entry.waited)
        segments = (*segments, Segment(kind=SegmentKind.WAITING, queue=entry.queue, began_at=began_at))
    queue = entry.queue if entry and not call.record.answered_at else call.record.queue
    return call.with_record(segments=segments, queue=queue)


def _talk_now(call: Call) -> Call:
    """Whom the caller hears, the caller talks with; since when is not known."""
    for leg in list(in_earshot(call)):
        call = _met(call, leg)
    return call


def _met(call: Call, leg: UniqueId) -> Call:
    segments = call.record.segments
    if find_open(segments, SegmentKind.TALKING, leg):
        return call
    offer = find_open(segments, SegmentKind.OFFERED, leg)
    if offer:
        segments = swap(segments, offer, closed(offer, None, "answered"))
    talk = Segment(
        kind=SegmentKind.TALKING,
        queue=offer.queue if offer else _queue_left(call),
        phone=phone_of(call.legs[leg].channel),
        member=offer.member if offer else "",
        leg=leg,
        began_at=None,
    )
    return call.with_record(
        segments=(*segments, talk),
        phone=talk.phone,
        agent=talk.member,
        disposition=Disposition.ANSWERED,
    )


def _queue_left(call: Call) -> QueueName:
    """The queue whose agent it must be; none after a first talk, because then it came by a transfer."""
    talked = any(segment.kind is SegmentKind.TALKING for segment in call.record.segments)
    return QueueName("") if talked else call.record.queue
