"""``apply(call, event)``: what an event makes of a call.  Pure; the same event twice changes nothing.

Asterisk sends some events late or in another order than they happened (``AgentComplete`` comes
on the hangup request, ``BridgeLeave`` before or after it), so every handler asks what is already
known instead of trusting the order.
"""

from typing import assert_never

from ccd.calls import arriving, completion, dialling, ending, holding, steps, talking, transfers
from ccd.calls import events as ev
from ccd.calls.call import Call


def apply(call: Call, event: ev.CallEvent) -> Call:  # noqa: C901, PLR0911, PLR0912 - one line per event
    """The call after the event."""
    match event:
        case ev.ChannelStarted():
            return arriving.started(call, event)
        case ev.CallOffered():
            return arriving.offered(call, event)
        case ev.StepTaken():
            return steps.taken(call, event)
        case ev.MessageLeft():
            return steps.message_left(call, event)
        case ev.CallbackPromised():
            return steps.promised(call, event)
        case ev.QueueJoined():
            return arriving.joined(call, event)
        case ev.QueueLeft():
            return arriving.left(call, event)
        case ev.AgentRinging():
            return talking.ringing(call, event)
        case ev.AgentMissed():
            return talking.missed(call, event)
        case ev.AgentConnected():
            return talking.connected(call, event)
        case ev.AgentCompleted():
            return completion.completed(call, event)
        case ev.PhoneRinging():
            return dialling.ringing(call, event)
        case ev.PhoneMissed():
            return dialling.missed(call, event)
        case ev.PhoneAnswered():
            return dialling.answered(call, event)
        case ev.Held():
            return holding.held(call, event)
        case ev.Unheld():
            return holding.unheld(call, event)
        case ev.BridgeEntered():
            return talking.bridged(call, event)
        case ev.BridgeLeft():
            return talking.unbridged(call, event)
        case ev.Transferred():
            return transfers.transferred(call, event)
        case ev.HangupRequested():
            return ending.hanging_up(call, event)
        case ev.ChannelEnded():
            return ending.channel_ended(call, event)
        case _:  # pragma: no cover - mypy proves it
            assert_never(event)
