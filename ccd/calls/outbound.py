"""Calls that the clinic begins: an agent's phone rings an outside number, or ccd keeps a promise.

An outbound call has a record like any other.  Its offers are the outside phone's, its talks the
agent's; its caller is whom the clinic called, and before he answered, whoever dialled.
"""

from datetime import datetime

from ccd.calls.call import Call, Leg, new_call
from ccd.calls.events import PhoneRinging
from ccd.calls.ids import PROMISED, LinkedId, answered_by, outside_number, phone_of
from ccd.calls.record import OFFERED, TALKING, CallRecord, Direction, Disposition, EndedBy, Segment
from ccd.calls.segments import BLANK, find_last
from ccd.calls.values import replace

_WHOLE = 10
"""Digits that make a number the same in any spelling."""
_NOT_REACHED = {"missed", "busy", "unreachable"}


def born(call_id: LinkedId) -> Call:
    """A new call; one that ccd itself began says from its first moment what for."""
    answers, call = answered_by(call_id), new_call(call_id)
    return call.with_record(direction=Direction.OUTBOUND, answers=answers) if answers else call


def begun(call: Call, event: PhoneRinging) -> Call:
    """The call, with a record from now on if an agent's phone rings an outside number by it."""
    number = outside_number(event.phone)
    by_agent = (call.internal or call.aside) and event.unique_id == call.caller_leg
    if call.tracked or call.over or not number or not by_agent:
        return call
    return replace(call, tracked=True, internal=False).with_record(
        direction=Direction.OUTBOUND,
        caller_number=_spelt(call.record.caller_number, number),
        caller_name="",
        called_number="",
    )


def _spelt(known: str, dialled: str) -> str:
    """The number as whoever began the call spelt it, if that is the one that was dialled."""
    return known if len(known) >= _WHOLE and known[-_WHOLE:] == dialled[-_WHOLE:] else dialled


def rings_outside(call: Call, offer: Segment) -> bool:
    """Whether this offer is to the patient: it rings for an agent, and not the other way round."""
    return call.record.direction is Direction.OUTBOUND and bool(outside_number(offer.phone))


def talk(call: Call, offer: Segment, at: datetime) -> tuple[Call, Segment]:
    """The patient answered: from now on the call is his, and the agent is whom he hears."""
    leg = call.caller_leg
    agent = call.legs.get(leg, Leg())
    segment = replace(
        BLANK,
        kind=TALKING,
        queue=offer.queue,
        phone=phone_of(agent.channel),
        member=agent.member,
        leg=leg,
        began_at=at,
    )
    return call.with_record(caller_leg=offer.leg), segment


def unanswered(record: CallRecord) -> bool:
    """True for an agent's call that the patient has not taken: its caller is still whoever dialled."""
    by_agent = record.direction is Direction.OUTBOUND and not record.call_id.startswith(PROMISED)
    return by_agent and record.answered_at is None


def ended_by(record: CallRecord, by: EndedBy) -> EndedBy:
    """Who ended an agent's unanswered call: the agent gave it up, or nobody was reached."""
    return EndedBy.SYSTEM if _not_reached(record) else _DIALLED.get(by, by)


def disposition(record: CallRecord, by: EndedBy) -> Disposition:
    """How an agent's unanswered call went; ``by`` is who ended it."""
    if _not_reached(record) or by is EndedBy.SYSTEM:
        return Disposition.UNANSWERED
    return Disposition.UNKNOWN if by is EndedBy.UNKNOWN else Disposition.ABANDONED


def _not_reached(record: CallRecord) -> bool:
    last = find_last(record.segments, OFFERED)
    return last is not None and last.result in _NOT_REACHED


_DIALLED = {EndedBy.CALLER: EndedBy.AGENT}
"""Before the answer the channel that the call is named after is the agent's own."""
