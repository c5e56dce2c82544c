"""Every figure: its name, its unit, its formula in words, and the same over totals."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from ccd.metrics.dimensions import Part
from ccd.metrics.rules import Prices
from ccd.metrics.service_level import ServiceLevel, calls_of, service_level, share
from ccd.metrics.spread import percentile
from ccd.metrics.totals import Totals


class Unit(StrEnum):
    """What a figure is measured in."""

    CALLS = "calls"
    SECONDS = "seconds"
    SHARE = "share"
    """From 0 to 1; shown as per cent."""
    PER_CALL = "per_call"
    MONEY = "money"


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """What a report chose: the service level's formula, and the prices."""

    service_level: ServiceLevel = ServiceLevel.OF_OFFERED
    prices: Prices = field(default_factory=Prices)


_EVERY = frozenset(Part)
_CALLERS = frozenset({Part.CALL, Part.QUEUE})
_PEOPLE = frozenset({Part.AGENT, Part.DOCTOR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One figure.  A call behind it has any of the fields of Totals in ``behind``, and none of ``but``."""

    name: str
    unit: Unit
    formula: str
    of: Callable[[Totals, How], float | None]
    behind: tuple[str, ...]
    but: tuple[str, ...] = ()
    parts: frozenset[Part] = _EVERY
    """Where it means something; elsewhere it has no value."""


def value(metric: Metric, totals: Totals, part: Part, how: How) -> float | None:
    """The figure; None where it is not known, or means nothing."""
    return metric.of(totals, how) if part in metric.parts else None


def _count(name: str, formula: str, *fields: str, parts: frozenset[Part] = _EVERY) -> Metric:
    def of(totals: Totals, _how: How) -> float:
        return float(sum(getattr(totals, one) for one in fields or (name,)))

    return Metric(name=name, unit=Unit.CALLS, formula=formula, of=of, behind=fields or (name,), parts=parts)


def _made(
    name: str,
    unit: Unit,
    formula: str,
    of: Callable[[Totals], float | None],
    *behind: str,
    but: tuple[str, ...] = (),
    parts: frozenset[Part] = _EVERY,
) -> Metric:
    def told(totals: Totals, _how: How) -> float | None:
        return of(totals)

    return Metric(name=name, unit=unit, formula=formula, of=told, behind=behind, but=but, parts=parts)


def _seconds(milliseconds: float, count: int) -> float | None:
    return None if not count else milliseconds / 1000 / count


def _handled(t: Totals) -> int:
    return t.talk_ms + t.held_ms + t.wrap_ms


def _price(t: Totals, how: How) -> float:
    return t.lost_new * how.prices.new_patient + t.lost_known * how.prices.known_patient


_ALL = (
    _count("inbound", "calls that patients began"),
    _count("outbound", "calls that the clinic began"),
    _count("outbound_answered", "outbound calls in which somebody talked", parts=frozenset({Part.CALL})),
    _count("offered", "inbound calls that waited, rang at a phone, or were talked in"),
    _count("answered", "offered calls that somebody of the clinic talked in"),
    Metric(
        name="abandoned",
        unit=Unit.CALLS,
        formula="offered calls that the patient ended before any answer, without the short ones",
        of=lambda t, _how: t.abandoned - t.abandoned_short,
        behind=("abandoned",),
        but=("abandoned_short",),
        parts=_CALLERS,
    ),
    _count(
        "short_abandoned",
        "abandoned calls that waited less than short_abandon",
        "abandoned_short",
        parts=_CALLERS,
    ),
    _count("unanswered", "offered calls that the clinic ended without an answer", parts=_CALLERS),
    _count("voicemail", "calls without an answer in which a message was left", parts=_CALLERS),
    _count("callback", "calls without an answer in which a callback was promised", parts=_CALLERS),
    _count("overflowed", "calls that left this queue unanswered, and went on", parts=frozenset({Part.QUEUE})),
    _count("unknown", "offered calls of which ccd did not see the end", parts=_CALLERS),
    _made(
        "abandon_rate",
        Unit.SHARE,
        "abandoned / (offered - short_abandoned)",
        lambda t: share(t.abandoned - t.abandoned_short, t.offered - t.abandoned_short),
        "abandoned",
        but=("abandoned_short",),
        parts=_CALLERS,
    ),
    Metric(
        name="service_level",
        unit=Unit.SHARE,
        formula="by the formula that the report names",
        of=lambda t, how: service_level(t, how.service_level),
        behind=("answered_in",),
        parts=_CALLERS,
    ),
    _made(
        "speed_of_answer",
        Unit.SECONDS,
        "waits of answered calls / their number",
        lambda t: _seconds(t.wait_ms, t.waits),
        "waits",
    ),
    _made(
        "speed_of_answer_median",
        Unit.SECONDS,
        "the wait that half of the answered calls did not exceed",
        lambda t: percentile(t.spread, 0.5, t.wait_longest),
        "waits",
    ),
    _made(
        "speed_of_answer_p90",
        Unit.SECONDS,
        "the wait that nine tenths of the answered calls did not exceed",
        lambda t: percentile(t.spread, 0.9, t.wait_longest),
        "waits",
    ),
    _made(
        "longest_wait",
        Unit.SECONDS,
        "the longest wait of an answered call",
        lambda t: _seconds(t.wait_longest, int(t.waits > 0)),
        "waits",
    ),
    _made(
        "handling_time",
        Unit.SECONDS,
        "(talk + hold + wrap-up) / calls talked in",
        lambda t: _seconds(_handled(t), t.handled),
        "handled",
    ),
    _made(
        "talk_time",
        Unit.SECONDS,
        "talk without holds / calls talked in",
        lambda t: _seconds(t.talk_ms, t.handled),
        "handled",
    ),
    _made(
        "hold_time",
        Unit.SECONDS,
        "holds / calls talked in",
        lambda t: _seconds(t.held_ms, t.handled),
        "handled",
    ),
    _made(
        "wrap_up_time",
        Unit.SECONDS,
        "wrap-up / calls talked in",
        lambda t: _seconds(t.wrap_ms, t.handled),
        "handled",
    ),
    _made(
        "longest_handling",
        Unit.SECONDS,
        "the longest handling time of one call",
        lambda t: _seconds(t.handle_longest, int(t.handled > 0)),
        "handled",
    ),
    _made(
        "occupancy",
        Unit.SHARE,
        "(talk + hold + wrap-up) / (time in a queue and not paused)",
        lambda t: share(_handled(t), t.staffed_ms),
        "handled",
        parts=_PEOPLE,
    ),
    _count("missed_rings", "times that a phone rang and was not taken", "rings_missed", parts=_PEOPLE),
    _made(
        "transfers_per_call",
        Unit.PER_CALL,
        "talks passed on / calls talked in",
        lambda t: share(t.transfers, t.talked_with),
        "transfers",
    ),
    _count("repeated_transfers", "calls that were passed on more than once", "retransferred"),
    _made(
        "repeat_rate",
        Unit.SHARE,
        "called again within 24 h with the same topic / answered with a topic",
        lambda t: share(t.repeated, t.topical),
        "repeated",
    ),
    _count("repeated", "answered calls whose number called again within 24 h with the same topic"),
    _count("promised", "calls in which a callback was promised durably", parts=_CALLERS),
    _made(
        "promises_kept",
        Unit.SHARE,
        "kept / (kept + broken)",
        lambda t: share(t.promise_kept, t.promise_kept + t.promise_broken),
        "promised",
        parts=_CALLERS,
    ),
    _count("booked", "calls that ended in a booking"),
    _count("without_outcome", "answered calls, outbound ones too, of which nobody wrote the outcome"),
    _made(
        "bookings_per_call",
        Unit.PER_CALL,
        "booked / calls talked in",
        lambda t: share(t.booked, t.talked_with),
        "booked",
    ),
    _count(
        "lost",
        "calls without an answer, short ones left out, whose number got through to nobody within 24 h",
        "lost_new",
        "lost_known",
        parts=_CALLERS,
    ),
    Metric(
        name="lost_money",
        unit=Unit.MONEY,
        formula="lost calls of new patients * lost_new_patient + of known ones * lost_known_patient",
        of=_price,
        behind=("lost_new", "lost_known"),
        parts=_CALLERS,
    ),
)
METRICS = {one.name: one for one in _ALL}
"""All of them, in the order of a report."""


def served(formula: ServiceLevel, *, in_time: bool) -> Metric:
    """The service level as the calls that this formula counts as served in time, or all others of it."""
    some, none = calls_of(formula, in_time=in_time)
    return replace(METRICS["service_level"], behind=some, but=none)
