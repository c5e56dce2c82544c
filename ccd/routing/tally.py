"""How many calls took which way: the counts on the picture of the routing."""

from collections import Counter
from collections.abc import Iterable

from ccd.calls.record import CallRecord

_FULL = frozenset({"FULL", "JOINEMPTY"})
"""How a queue ends that nobody may join: the steps of its ``full`` are next."""


def tally(records: Iterable[CallRecord]) -> Counter[tuple[str, str, str]]:
    """By rule, step and outcome (see ``picture.Counts``): each call once, however often it came by."""
    counts = Counter[tuple[str, str, str]]()
    for record in records:
        if record.rule:
            counts.update(_ways(record))
    return counts


def _ways(record: CallRecord) -> set[tuple[str, str, str]]:
    ways = {(record.rule, "", "")}
    for step in record.path:
        name, outcome = f"{step.kind} {step.target}", "FULL" if step.outcome in _FULL else step.outcome
        ways |= {(record.rule, name, ""), (record.rule, name, outcome)}
    return ways
