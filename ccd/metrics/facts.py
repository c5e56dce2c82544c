"""The facts of one ended call: what it adds to the figures of which queue, agent, topic, hour."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ccd.callbacks.promise import Standing
from ccd.calls.record import CallRecord, Direction, Disposition, State
from ccd.metrics.dimensions import Part
from ccd.metrics.handling import Talks
from ccd.metrics.parts import agents, queues
from ccd.metrics.rules import REACH, Rules
from ccd.metrics.totals import Totals
from ccd.metrics.waiting import Counts, milliseconds, offered, waited

_NOT_REACHED = frozenset({"unanswered", "voicemail", "callback"})
_BROKEN = frozenset({Standing.EXPIRED, Standing.UNREACHABLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What one call adds to the totals of one part: the whole call, a queue, an agent, a doctor."""

    part: Part
    value: str
    """The queue's, agent's or doctor's name; empty for the whole call."""
    counts: Counts
    """The fields of Totals that are not zero."""

    @property
    def totals(self) -> Totals:
        """What it adds, zeros included."""
        return Totals(**self.counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """Another call of the same number."""

    at: datetime
    topic: str
    inbound: bool
    answered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What else has to do with a call."""

    others: tuple[Other, ...] = ()
    """Calls of its number; those that came later within 24 hours count, the others may be left out."""
    promise: Standing | None = None
    """What became of the callback that was promised in it."""
    booked: bool = False
    """A visit was booked from its card."""


def facts(record: CallRecord, at: datetime, around: Around, rules: Rules) -> tuple[Fact, ...]:
    """Everything that this call adds; nothing while it lasts.

    ``at`` is when it arrived, or was first saved where that is not known.
    """
    if record.state is not State.ENDED:
        return ()
    later = [one for one in around.others if at < one.at <= at + REACH]
    came = _waited(record, rules)
    ends = _promise(around) | _came_of(record, came, around, later, rules)
    spoken = Talks(record)
    whole = spoken.whole | came | ends | _called_out(record)
    ends |= {name: 1 for name in _NOT_REACHED if name in came}
    parts = (*queues(record, spoken, ends, rules), *agents(record, spoken, _of_people(ends), rules))
    found = ((Part.CALL, "", whole), *parts)
    return tuple([Fact(part=part, value=value, counts=counts) for part, value, counts in found])


def _waited(record: CallRecord, rules: Rules) -> Counts:
    if not offered(record):
        left = record.disposition in {Disposition.VOICEMAIL, Disposition.CALLBACK}
        return {str(record.disposition): 1} if left and record.direction is Direction.INBOUND else {}
    how = "unknown" if record.disposition is Disposition.OPEN else str(record.disposition)
    wait = milliseconds(record.waited)
    return waited(how, wait, wait, rules)


def _called_out(record: CallRecord) -> Counts:
    answered = record.disposition is Disposition.ANSWERED and record.direction is Direction.OUTBOUND
    return {"outbound_answered": 1} if answered else {}


def _promise(around: Around) -> Counts:
    if around.promise is None:
        return {}
    kept, broken = around.promise is Standing.KEPT, around.promise in _BROKEN
    return {"promised": 1, "promise_kept": int(kept), "promise_broken": int(broken)}


def _came_of(
    record: CallRecord, came: Counts, around: Around, later: Iterable[Other], rules: Rules
) -> Counts:
    """Whether it was repeated, ended in a booking, or was lost."""
    counts: Counts = {"booked": int(around.booked or rules.books(record.outcome))}
    counts["without_outcome"] = int(record.disposition is Disposition.ANSWERED and not record.outcome)
    if came.get("answered") and record.topic and record.caller_number and not record.withheld:
        again = any(one.inbound and one.topic == record.topic for one in later)
        counts |= {"topical": 1, "repeated": int(again)}
    left = came.get("abandoned") and not came.get("abandoned_short")
    if (left or not _NOT_REACHED.isdisjoint(came)) and not any(one.answered for one in later):
        counts["lost_known" if record.patient_ids else "lost_new"] = 1
    return counts


def _of_people(ends: Counts) -> Counts:
    """What is told of whoever talked last: no person loses a call that nobody answered."""
    told = ("booked", "without_outcome", "topical", "repeated")
    return {name: ends[name] for name in told if name in ends}
