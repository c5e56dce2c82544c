"""``apply(call, event)``: what an event makes of a call.  Pure; the same event twice changes nothing.

Asterisk sends some events late or in another order than they happened (``AgentComplete`` comes
on the hangup request, ``BridgeLeave`` before or after it), so every handler asks what is already
known instead of trusting the order.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import assert_never

from ccd.calls import events as ev
from ccd.calls.call import Call, Leg, refreshed
from ccd.calls.completion import completed
from ccd.calls.earshot import in_earshot
from ccd.calls.ending import end_talk, ended
from ccd.calls.ids import Phone, QueueName, UniqueId, phone_of
from ccd.calls.record import Disposition, Segment, SegmentKind, State
from ccd.calls.segments import close_where, closed, find_last, find_open, is_open, swap
from ccd.calls.values import replace


def apply(call: Call, event: ev.CallEvent) -> Call:  # noqa: C901, PLR0911, PLR0912 - one line per event
    """The call after the event."""
    match event:
        case ev.ChannelStarted():
            return _started(call, event)
        case ev.CallOffered():
            return _offered(call, event)
        case ev.QueueJoined():
            return _joined(call, event)
        case ev.QueueLeft():
            return _left(call, event)
        case ev.AgentRinging():
            return _ringing(call, event)
        case ev.AgentMissed():
            return _missed(call, event)
        case ev.AgentConnected():
            return _connected(call, event)
        case ev.AgentCompleted():
            return completed(call, event)
        case ev.Held():
            return _held(call, event)
        case ev.Unheld():
            return _unheld(call, event)
        case ev.BridgeEntered():
            return _bridged(call, event)
        case ev.BridgeLeft():
            return _unbridged(call, event)
        case ev.Transferred():
            return _transferred(call, event)
        case ev.HangupRequested():
            return _hanging_up(call, event)
        case ev.ChannelEnded():
            return _channel_ended(call, event)
        case _:  # pragma: no cover - mypy proves it
            assert_never(event)


def _started(call: Call, event: ev.ChannelStarted) -> Call:
    if call.over:
        return call
    call = call.with_leg(event.unique_id, event.channel)
    if event.unique_id != call.caller_leg:
        return call
    record = call.record
    return call.with_record(
        arrived_at=min(event.at, record.arrived_at or event.at),
        caller_number=record.caller_number or event.caller_number,
        caller_name=record.caller_name or event.caller_name,
        called_number=record.called_number or event.called_number,
    )


def _offered(call: Call, event: ev.CallOffered) -> Call:
    if call.over and call.tracked:
        return call
    record = call.record
    if not call.over:
        call = call.with_leg(event.unique_id)
    caller_leg = call.caller_leg if call.tracked else event.unique_id
    return replace(call, tracked=True, caller_leg=caller_leg).with_record(
        arrived_at=record.arrived_at or event.at,
        caller_number=event.caller_number or record.caller_number,
        caller_name=event.caller_name or record.caller_name,
        called_number=event.called_number or record.called_number,
        rule=record.rule or event.rule,
        rules_version=record.rules_version or event.rules_version,
    )


def _joined(call: Call, event: ev.QueueJoined) -> Call:
    waiting = find_open(call.record.segments, SegmentKind.WAITING)
    if call.over or (waiting and waiting.queue == event.queue):
        return call
    record = call.record
    segments = close_where(record.segments, event.at, "left", lambda one: one.kind is SegmentKind.WAITING)
    segment = Segment(kind=SegmentKind.WAITING, queue=event.queue, began_at=event.at)
    call = replace(call, tracked=True).with_record(
        segments=(*segments, segment),
        queue=record.queue if record.answered_at else event.queue,
        caller_number=record.caller_number or event.caller_number,
        caller_name=record.caller_name or event.caller_name,
        called_number=record.called_number or event.called_number,
    )
    return refreshed(call)


def _left(call: Call, event: ev.QueueLeft) -> Call:
    segments = close_where(
        call.record.segments,
        event.at,
        "abandoned" if call.hung_up_first == call.caller_leg else "left",
        lambda one: one.kind is SegmentKind.WAITING and one.queue == event.queue,
    )
    return call if segments is call.record.segments else refreshed(call.with_record(segments=segments))


def _ringing(call: Call, event: ev.AgentRinging) -> Call:
    if call.over or find_last(call.record.segments, SegmentKind.OFFERED, event.leg):
        return call
    segment = Segment(
        kind=SegmentKind.OFFERED,
        queue=event.queue,
        phone=event.phone,
        member=event.member,
        leg=event.leg,
        began_at=event.at,
    )
    return refreshed(call.with_record(segments=(*call.record.segments, segment)))


def _missed(call: Call, event: ev.AgentMissed) -> Call:
    picked = _offer_on(event.leg, event.phone)
    segments = close_where(call.record.segments, event.at, "missed", picked)
    for one in segments:
        if picked(one) and one.result == "ended":  # its channel's end overtook this event
            segments = swap(segments, one, replace(one, result="missed"))
    return call if segments is call.record.segments else refreshed(call.with_record(segments=segments))


def _offer_on(leg: UniqueId, phone: Phone) -> Callable[[Segment], bool]:
    """Picks the offer on this leg; without a leg (older Asterisk), any offer to this phone."""
    return lambda one: one.kind is SegmentKind.OFFERED and one.phone == phone and leg in (one.leg, "")


def _connected(call: Call, event: ev.AgentConnected) -> Call:
    if call.over or find_last(call.record.segments, SegmentKind.TALKING, event.leg):
        return call
    segments = _wait_answered(call.record.segments, event)
    segments = close_where(
        segments, event.at, "answered", lambda one: one.kind is SegmentKind.OFFERED and one.leg == event.leg
    )
    segments = close_where(segments, event.at, "elsewhere", lambda one: one.kind is SegmentKind.OFFERED)
    talk = Segment(
        kind=SegmentKind.TALKING,
        queue=event.queue,
        phone=event.phone,
        member=event.member,
        leg=event.leg,
        began_at=event.at,
    )
    return _talking(call.with_record(segments=(*segments, talk)), talk)


def _talking(call: Call, talk: Segment) -> Call:
    """Somebody of the clinic speaks with the caller: remember who, and forget older hang-ups."""
    record = call.record
    call = replace(call, hung_up_first=UniqueId(""), held_since=None)
    return refreshed(
        call.with_record(
            queue=talk.queue or record.queue,
            phone=talk.phone,
            agent=talk.member,
            answered_at=record.answered_at or talk.began_at,
            disposition=Disposition.ANSWERED,
        )
    )


def _wait_answered(segments: tuple[Segment, ...], event: ev.AgentConnected) -> tuple[Segment, ...]:
    """The wait in this queue ended in a talk; Asterisk's own figure of it, in seconds."""
    last = find_last(segments, SegmentKind.WAITING)
    if last is None or last.queue != event.queue:
        began_at = event.at - timedelta(seconds=event.waited)
        last = Segment(kind=SegmentKind.WAITING, queue=event.queue, began_at=began_at)
        segments = (*segments, last)
    return swap(segments, last, closed(last, last.ended_at or event.at, "connected", event.waited))


def _held(call: Call, event: ev.Held) -> Call:
    if call.held_since or not find_open(call.record.segments, SegmentKind.TALKING):
        return call
    return refreshed(replace(call, held_since=event.at))


def _unheld(call: Call, event: ev.Unheld) -> Call:
    talk = find_open(call.record.segments, SegmentKind.TALKING)
    if call.held_since is None or talk is None:
        return call
    held = talk.held + max(0.0, (event.at - call.held_since).total_seconds())
    segments = swap(call.record.segments, talk, replace(talk, held=held))
    return refreshed(replace(call, held_since=None).with_record(segments=segments))


def _bridged(call: Call, event: ev.BridgeEntered) -> Call:
    if call.over:
        return call
    call = call.with_leg(event.unique_id, event.channel, event.bridge)
    if not find_last(call.record.segments, SegmentKind.TALKING):
        return call
    if event.swapped:
        call = _swapped(call, event)
    for leg in list(in_earshot(call)):
        call = _meets(call, leg, call.legs[leg], event.at)
    return call


def _swapped(call: Call, event: ev.BridgeEntered) -> Call:
    """A Local channel was optimised away: whoever spoke through it took its place, the talk goes on."""
    last = find_last(call.record.segments, SegmentKind.TALKING)
    if last is not None and last.leg == event.swapped and is_open(last):
        goes_on = replace(last, leg=event.unique_id)
    elif last is not None and last.leg == event.unique_id and last.result == "left":
        goes_on = replace(last, ended_at=None, result="", seconds=None)
    else:
        return call
    return refreshed(call.with_record(segments=swap(call.record.segments, last, goes_on)))


def _meets(call: Call, leg: UniqueId, other: Leg, at: datetime) -> Call:
    """After a transfer the caller meets a phone that no queue announced: that is a talk too."""
    segments = call.record.segments
    if find_open(segments, SegmentKind.TALKING, leg) or find_last(segments, SegmentKind.OFFERED, leg):
        return call
    phone = phone_of(other.channel)
    if _just_transferred(segments, phone):
        return call
    talk = Segment(
        kind=SegmentKind.TALKING,
        queue=QueueName(""),
        phone=phone,
        leg=leg,
        began_at=at,
    )
    return _talking(call.with_record(segments=(*segments, talk)), talk)


def _just_transferred(segments: tuple[Segment, ...], phone: Phone) -> bool:
    """While a transfer swaps channels, whoever transferred is still in the bridge for a moment."""
    last = find_last(segments, SegmentKind.TALKING)
    return last is not None and last.result == "transfer" and last.phone == phone


def _unbridged(call: Call, event: ev.BridgeLeft) -> Call:
    if call.over or event.unique_id not in call.legs:
        return call
    call = call.with_leg(event.unique_id, event.channel, "")
    talk = find_open(call.record.segments, SegmentKind.TALKING, event.unique_id)
    if talk is None or talk.queue:
        return call
    return refreshed(end_talk(call, talk, event.at, _who_left(call, talk.leg), None))


def _who_left(call: Call, leg: UniqueId) -> str:
    """How a talk ended of which the queue says nothing: who of the two hung up first, if anyone."""
    return {call.caller_leg: "caller", leg: "agent"}.get(call.hung_up_first, "left")


def _transferred(call: Call, event: ev.Transferred) -> Call:
    if call.over:
        return call
    talk = find_open(call.record.segments, SegmentKind.TALKING, event.unique_id)
    if talk:
        call = end_talk(call, talk, event.at, "transfer", None)
    call = replace(call, hung_up_first=UniqueId("")).with_record(state=State.TRANSFERRED)
    return refreshed(call)


def _hanging_up(call: Call, event: ev.HangupRequested) -> Call:
    if call.over or call.hung_up_first:
        return call
    talks = find_open(call.record.segments, SegmentKind.TALKING, event.unique_id)
    if talks is None and event.unique_id != call.caller_leg:
        return call  # a phone that declines ends its ringing, not the call
    return replace(call, hung_up_first=event.unique_id)


def _channel_ended(call: Call, event: ev.ChannelEnded) -> Call:
    if call.over:
        return call.without_leg(event.unique_id)
    call = call.without_leg(event.unique_id)
    if event.unique_id == call.caller_leg:
        return ended(call, event.at, event.cause)
    return _leg_ended(call, event.unique_id, event.at)


def _leg_ended(call: Call, leg: UniqueId, at: datetime) -> Call:
    """A phone's channel is gone: its offer or its talk is over, the caller is still there."""
    talk = find_open(call.record.segments, SegmentKind.TALKING, leg)
    if talk:
        return refreshed(end_talk(call, talk, at, _who_left(call, leg), None))
    segments = close_where(
        call.record.segments, at, "ended", lambda one: one.kind is SegmentKind.OFFERED and one.leg == leg
    )
    return call if segments is call.record.segments else refreshed(call.with_record(segments=segments))
