"""Wrap-up: how long after the last talk of a call its agent was free again.

Asterisk tells it of the queue's member: a phone that is idle again, a ``wrapuptime`` of the member's own
(a queue's is told nowhere), the end of a pause that began meanwhile.  While ccd hears nothing, nobody
tells, and it stays unknown.
"""

from typing import NamedTuple

from ccd.calls.events import MemberChanged
from ccd.calls.ids import LinkedId, Phone
from ccd.calls.record import TALKING, CallRecord, Segment
from ccd.calls.segments import elapsed, find_last, is_open
from ccd.calls.snapshot import MemberNow


class _WrapUp(NamedTuple):
    """After which call's talk, in which queue; ``told`` once it was over, as far as anybody knows."""

    call_id: LinkedId
    talk: Segment
    told: bool = False


class Wrapped(NamedTuple):
    """The wrap-up after this call: in seconds, None when it goes on after all."""

    call_id: LinkedId
    seconds: float | None


class Wrapping:
    """The wrap-ups that go on now."""

    def __init__(self) -> None:
        self._after: dict[Phone, _WrapUp] = {}

    def forget(self) -> None:
        """Asterisk cannot be heard any more."""
        self._after.clear()

    def follow(self, before: CallRecord | None, record: CallRecord) -> None:
        """A call changed: a talk that ended is followed by a wrap-up, one that begins ends any."""
        if before and before.segments is record.segments:
            return
        talk = find_last(record.segments, TALKING)
        if talk is None:
            return
        if is_open(talk):
            self._after.pop(talk.phone, None)
            return
        last = find_last(before.segments, TALKING) if before else None
        if last and is_open(last) and talk.phone and talk.ended_at:
            self._after[talk.phone] = _WrapUp(record.call_id, talk)

    def member(self, event: MemberChanged) -> Wrapped | None:
        """What this tells of the wrap-up after a call; None when nothing new."""
        member = event.member
        after = self._after.get(member.phone)
        if after is None or after.talk.queue not in (member.queue, ""):
            return None
        if not event.present:
            del self._after[member.phone]
            return None
        wrapup = member.wrap_up if after.talk.queue else 0
        return self._told(after, member, elapsed(after.talk.ended_at, event.at) or 0.0, wrapup)

    def _told(self, after: _WrapUp, member: MemberNow, passed: float, wrapup: int) -> Wrapped | None:
        free = member.reachable and not member.busy and not member.paused
        if passed >= wrapup and (free or after.told):
            del self._after[member.phone]
        else:
            told = free or (after.told and not member.paused)
            self._after[member.phone] = _WrapUp(after.call_id, after.talk, told)
        if free and not after.told:
            return Wrapped(after.call_id, max(passed, float(wrapup)))
        return Wrapped(after.call_id, None) if member.paused and after.told and passed < wrapup else None
