"""What can be added up: counts, milliseconds, and how many callers waited how long.

Everything is a whole number, so sums are exact in any order and on any database.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from ccd.metrics.spread import NOTHING, Spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Sums over some facts; times in milliseconds.  ``*_longest`` are the largest, not sums."""

    inbound: int = 0
    outbound: int = 0
    outbound_answered: int = 0
    offered: int = 0
    """Inbound calls that wanted somebody: they waited, a phone rang for them, or somebody talked."""
    answered: int = 0
    answered_in: int = 0
    """Answered within the service level's threshold."""
    abandoned: int = 0
    """All of them, the short ones too."""
    abandoned_in: int = 0
    abandoned_short: int = 0
    unanswered: int = 0
    voicemail: int = 0
    callback: int = 0
    unknown: int = 0
    overflowed: int = 0
    """Left this queue without an answer and without hanging up; only of queues."""
    waits: int = 0
    """Answered calls whose wait is known."""
    wait_ms: int = 0
    wait_longest: int = 0
    rings: int = 0
    rings_missed: int = 0
    handled: int = 0
    """Talked with, and for how long is known."""
    talk_ms: int = 0
    """Without holds."""
    held_ms: int = 0
    wrap_ms: int = 0
    handle_longest: int = 0
    talked_with: int = 0
    """Talked with, also when nobody knows for how long."""
    transfers: int = 0
    transferred: int = 0
    retransferred: int = 0
    """Calls that were passed on more than once."""
    topical: int = 0
    """Answered inbound calls with a topic and a number: those that may be repeated."""
    repeated: int = 0
    booked: int = 0
    lost_new: int = 0
    lost_known: int = 0
    promised: int = 0
    promise_kept: int = 0
    promise_broken: int = 0
    staffed_ms: int = 0
    paused_ms: int = 0
    without_outcome: int = 0
    """Calls that somebody talked in, of which nobody said what came of them."""
    spread: Spread = NOTHING
    """How many of ``waits`` fall into each bucket of ``ccd.metrics.spread``."""


LONGEST = ("wait_longest", "handle_longest")
"""The largest counts, not the sum."""
COUNTS = tuple(one.name for one in fields(Totals) if one.name != "spread")
"""Every whole number of Totals, in their order."""
ZERO = Totals()


def added(some: Iterable[Totals]) -> Totals:
    """All of them together."""
    many = list(some)
    values: dict[str, Any] = {
        name: (max if name in LONGEST else sum)(getattr(one, name) for one in many) if many else 0
        for name in COUNTS
    }
    spread = tuple(map(sum, zip(*(one.spread for one in many), strict=True))) if many else NOTHING
    return Totals(**values, spread=spread)
