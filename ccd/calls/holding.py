"""On hold: by whom, since when; how long in all stands on the talk."""

from datetime import datetime

from ccd.calls.call import Call, Hold, refreshed
from ccd.calls.events import Held, Unheld
from ccd.calls.ids import UniqueId
from ccd.calls.segments import elapsed, swap
from ccd.calls.values import replace
from ccd.calls.voices import talk_of


def held(call: Call, event: Held) -> Call:
    """The agent put the caller on hold; a hold by the caller's own phone is not counted."""
    if call.hold or not talk_of(call, event.unique_id):
        return call
    return refreshed(replace(call, hold=Hold(event.unique_id, event.at)))


def unheld(call: Call, event: Unheld) -> Call:
    """The agent took the caller back."""
    return taken_back(call, event.unique_id, event.at)


def taken_back(call: Call, leg: UniqueId, at: datetime) -> Call:
    """A hold by this channel ends, if there is one."""
    talk = talk_of(call, leg)
    if call.hold is None or call.hold.leg != leg or talk is None:
        return call
    more = elapsed(call.hold.since, at) or 0.0
    after = replace(talk, held=None if talk.held is None else talk.held + more)
    return refreshed(replace(call, hold=None), segments=swap(call.record.segments, talk, after))
