"""Past calls against changed rules: what would have gone elsewhere.

The rule: the same code decides as in a real call, from what is known of the call today.  The
directory is asked as it is now, a call's history is what came before it; how full the queues were
and what was pressed in a menu nobody knows any more, so conditions on these do not hold.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from ccd.calls.ids import LinkedId
from ccd.calls.record import CallRecord
from ccd.routing.facts import HISTORY_CALLS, HISTORY_REACH, Facts, History, PastCall
from ccd.routing.ruleset import RuleSet


@dataclass(frozen=True, slots=True)
class Replayed:
    """One past call, and where it would go."""

    call_id: LinkedId
    facts: Facts
    before: str
    """The rule that routed it (empty: ccd did not), or that the rules in use would choose."""
    after: str
    """The rule that the changed rules choose."""
    elsewhere: bool
    """Whether that is another way: other steps, or where the old steps are not known, another rule."""


@dataclass(frozen=True, slots=True)
class Group:
    """Calls that go from one rule to another."""

    before: str
    after: str
    elsewhere: bool
    calls: tuple[Replayed, ...]


def replayed(
    call_id: LinkedId, facts: Facts, *, then: str, before: RuleSet | None, after: RuleSet
) -> Replayed:
    """The call under both sets of rules; without ``before``, beside the rule that routed it ``then``."""
    new = after.plan(facts)
    if before is None:
        return Replayed(call_id, facts, then, new.rule, elsewhere=then != new.rule)
    old = before.plan(facts)
    return Replayed(call_id, facts, old.rule, new.rule, elsewhere=old.steps != new.steps)


def grouped(calls: Iterable[Replayed]) -> Iterator[Group]:
    """Those that go elsewhere first, then those whose rule alone has another name; the largest first."""

    def way(call: Replayed) -> tuple[str, str, bool]:
        return call.before, call.after, call.elsewhere

    found = sorted(calls, key=way)
    groups = [Group(*key, calls=tuple(members)) for key, members in groupby(found, way)]
    return iter(sorted(groups, key=lambda one: (not one.elsewhere, one.before == one.after, -len(one.calls))))


def history(earlier: Iterable[CallRecord], record: CallRecord) -> History:
    """What came before this call; ``earlier`` are calls of the same number, the newest first."""
    if record.arrived_at is None or record.withheld:
        return History()
    reach = record.arrived_at - HISTORY_REACH
    calls = [
        PastCall(at=one.arrived_at, disposition=str(one.disposition), agent=one.agent, phone=one.phone)
        for one in earlier
        if one.arrived_at is not None and reach <= one.arrived_at < record.arrived_at
    ]
    return History(calls=tuple(calls[:HISTORY_CALLS]))
