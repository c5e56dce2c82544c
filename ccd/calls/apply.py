"""``apply(call, event)``: what an event makes of a call.  Pure; the same event twice changes nothing.

Asterisk sends some events late or in another order than they happened (``AgentComplete`` comes
on the hangup request, ``BridgeLeave`` before or after it), so every handler asks what is already
known instead of trusting the order.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ccd.calls import arriving, bridging, completion, dialling, ending, holding, steps, talking, transfers
from ccd.calls import events as ev
from ccd.calls.call import Call

HANDLERS: Mapping[type[ev.CallEvent], Callable[[Call, Any], Call]] = {
    ev.ChannelStarted: arriving.started,
    ev.CallOffered: arriving.offered,
    ev.StepTaken: steps.taken,
    ev.MessageLeft: steps.message_left,
    ev.CallbackPromised: steps.promised,
    ev.QueueJoined: arriving.joined,
    ev.QueueLeft: arriving.left,
    ev.AgentRinging: talking.ringing,
    ev.AgentMissed: talking.missed,
    ev.AgentConnected: talking.connected,
    ev.AgentCompleted: completion.completed,
    ev.PhoneRinging: dialling.ringing,
    ev.PhoneMissed: dialling.missed,
    ev.PhoneAnswered: dialling.answered,
    ev.Held: holding.held,
    ev.Unheld: holding.unheld,
    ev.BridgeEntered: bridging.bridged,
    ev.BridgeLeft: bridging.unbridged,
    ev.Transferred: transfers.transferred,
    ev.HangupRequested: ending.hanging_up,
    ev.ChannelEnded: ending.channel_ended,
}
"""One for each event of a call."""


def apply(call: Call, event: ev.CallEvent) -> Call:
    """The call after the event."""
    return HANDLERS[type(event)](call, event)
