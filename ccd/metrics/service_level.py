"""The service level, by the five formulas in use.  A report names the one that it used."""

from collections.abc import Callable
from enum import StrEnum

from ccd.metrics.totals import Totals


class ServiceLevel(StrEnum):
    """Which formula; A answered, B abandoned (short ones too), T within the threshold, S short abandons."""

    OF_OFFERED = "of_offered"
    """A(T) / (A + B)"""
    OF_ANSWERED = "of_answered"
    """A(T) / A: Asterisk's ServicelevelPerf"""
    WITH_ABANDONED = "with_abandoned"
    """(A(T) + B(T)) / (A + B): Asterisk's ServicelevelPerf2"""
    WITHOUT_EARLY = "without_early"
    """A(T) / (A + B - B(T))"""
    SHORT_AS_SERVED = "short_as_served"
    """(A(T) + S) / (A + B)"""


def share(part: float, whole: float) -> float | None:
    """``part / whole``; None where there is nothing to be a part of."""
    return part / whole if whole else None


_FORMULAS: dict[ServiceLevel, Callable[[Totals], float | None]] = {
    ServiceLevel.OF_OFFERED: lambda t: share(t.answered_in, t.answered + t.abandoned),
    ServiceLevel.OF_ANSWERED: lambda t: share(t.answered_in, t.answered),
    ServiceLevel.WITH_ABANDONED: lambda t: share(t.answered_in + t.abandoned_in, t.answered + t.abandoned),
    ServiceLevel.WITHOUT_EARLY: lambda t: share(t.answered_in, t.answered + t.abandoned - t.abandoned_in),
    ServiceLevel.SHORT_AS_SERVED: lambda t: share(
        t.answered_in + t.abandoned_short, t.answered + t.abandoned
    ),
}
_SERVED: dict[ServiceLevel, tuple[str, ...]] = {
    ServiceLevel.OF_OFFERED: ("answered_in",),
    ServiceLevel.OF_ANSWERED: ("answered_in",),
    ServiceLevel.WITH_ABANDONED: ("answered_in", "abandoned_in"),
    ServiceLevel.WITHOUT_EARLY: ("answered_in",),
    ServiceLevel.SHORT_AS_SERVED: ("answered_in", "abandoned_short"),
}
"""What stands above each formula's line: a call counts in one of these fields of Totals at most."""
WORDS: dict[ServiceLevel, str] = {
    ServiceLevel.OF_OFFERED: "answered in / (answered + abandoned)",
    ServiceLevel.OF_ANSWERED: "answered in / answered",
    ServiceLevel.WITH_ABANDONED: "(answered in + abandoned in) / (answered + abandoned)",
    ServiceLevel.WITHOUT_EARLY: "answered in / (answered + abandoned after the threshold)",
    ServiceLevel.SHORT_AS_SERVED: "(answered in + short abandons) / (answered + abandoned)",
}
"""Each formula as reports and docs/metrics.md write it."""


def service_level(totals: Totals, formula: ServiceLevel) -> float | None:
    """From 0 to 1; None when nothing was answered or abandoned."""
    return _FORMULAS[formula](totals)


def calls_of(formula: ServiceLevel, *, in_time: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fields of Totals of which a call has any, and those of which it has none.

    Those in time stand above the formula's line; the others below it only, as far as it counts them at all.
    """
    if in_time:
        return _SERVED[formula], ()
    below = ("answered",) if formula is ServiceLevel.OF_ANSWERED else ("answered", "abandoned")
    early = ("abandoned_in",) if formula is ServiceLevel.WITHOUT_EARLY else ()
    return below, _SERVED[formula] + early
