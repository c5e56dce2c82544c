"""The caller's own way: arrives, is routed, waits in queues."""

from ccd.calls.call import Call, refreshed
from ccd.calls.ending import ALONE, end_where
from ccd.calls.events import CallOffered, ChannelStarted, QueueJoined, QueueLeft
from ccd.calls.outbound import born
from ccd.calls.record import WAITING
from ccd.calls.segments import BLANK, find_open
from ccd.calls.values import replace


def started(call: Call, event: ChannelStarted) -> Call:
    """A channel more; the first one is the caller's."""
    if call.over:
        return call
    call = call.with_leg(event.unique_id, channel=event.channel)
    if event.unique_id != call.caller_leg:
        return call
    record = call.record
    return call.with_record(
        arrived_at=min(event.at, record.arrived_at or event.at),
        caller_number=record.caller_number or event.caller_number,
        caller_name=record.caller_name or event.caller_name,
        called_number=record.called_number or event.called_number,
    )


def offered(call: Call, event: CallOffered) -> Call:
    """Asterisk asked ccd where the call goes: it is a patient's, even when it is over already."""
    if (call.over and call.tracked) or call.offered_at or call.record.rule:
        return call  # routed already: whoever asks again may not change whose call it is
    if not call.over:
        call = call.with_leg(event.unique_id)
    record = call.record
    return replace(call, tracked=True, internal=False, offered_at=event.at).with_record(
        caller_leg=record.caller_leg if call.tracked else event.unique_id,
        arrived_at=record.arrived_at or event.at,
        caller_number=event.caller_number or record.caller_number,
        caller_name=event.caller_name or record.caller_name,
        called_number=event.called_number or record.called_number,
        withheld=event.withheld,
        rule=record.rule or event.rule,
        rules_version=record.rules_version or event.rules_version,
    )


def joined(call: Call, event: QueueJoined) -> Call:
    """The caller waits in a queue."""
    if not call.tracked and event.unique_id != call.caller_leg:
        call = _called_by_us(call, event)
    waiting = find_open(call.record.segments, WAITING)
    if call.over or (waiting and waiting.queue == event.queue):
        return call
    call = end_where(call, event.at, lambda one: "left" if one.kind in ALONE else "")
    record = call.record
    segment = replace(BLANK, kind=WAITING, queue=event.queue, began_at=event.at)
    return refreshed(
        replace(call, tracked=not (call.internal or call.aside)),
        segments=(*record.segments, segment),
        queue=record.queue if record.answered_at else event.queue,
        caller_number=record.caller_number or event.caller_number,
        caller_name=record.caller_name or event.caller_name,
        called_number=record.called_number or event.called_number,
    )


def _called_by_us(call: Call, event: QueueJoined) -> Call:
    """Somebody whom the clinic itself had called was sent to a queue: their call begins here."""
    fresh = born(call.record.call_id).with_record(
        caller_leg=event.unique_id,
        arrived_at=event.at,
        caller_number=event.caller_number,
        caller_name=event.caller_name,
    )
    return replace(fresh, legs=call.legs).with_leg(event.unique_id)


def left(call: Call, event: QueueLeft) -> Call:
    """The caller left a queue; for an agent, for another step, or because they hung up."""
    result = "abandoned" if call.hung_up_first == call.caller_leg else "left"
    return end_where(
        call,
        event.at,
        lambda one: result if one.kind is WAITING and one.queue == event.queue else "",
    )
