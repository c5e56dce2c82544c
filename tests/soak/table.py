"""What a soak found, as plain lines."""

from collections import Counter
from collections.abc import Iterator

from tests.soak.plan import Plan
from tests.soak.running import Result

_SHOWN = 30
"""So many of what is wrong are listed."""


def lines(plan: Plan, result: Result) -> Iterator[str]:
    """The table, then what is wrong."""
    troubles = ", ".join(f"{trouble} {count} times" for trouble, count in result.troubles.items())
    yield f"seed {plan.seed}: {plan.calls} calls at {plan.rate:g}/s; {troubles or 'no trouble'}"
    yield from _shapes(result)
    verified = Counter(one["finding"] for one in result.disagreements)
    yield f"ccd verify: {result.verified['compared']} calls compared; {_counts(verified)}"
    own = Counter(finding.what for finding in result.findings)
    yield f"the phones: {len(result.calls)} calls seen; {_counts(own)}"
    for one in result.disagreements[:_SHOWN]:
        yield "  ccd verify: " + " ".join(str(value) for value in one.values() if value)
    for finding in result.findings[:_SHOWN]:
        yield f"  the phones: {finding.what}: {finding.number} {finding.detail}"


def _shapes(result: Result) -> Iterator[str]:
    """How the records of each shape say that it went."""
    shape_of = {number: crowd.shape.name for crowd in result.crowds for number in crowd.numbers}
    said: dict[str, Counter[str]] = {crowd.shape.name: Counter() for crowd in result.crowds}
    for record in result.records:
        if record.caller_number in shape_of:
            counted = said[shape_of[record.caller_number]]
            counted[record.disposition] += 1
            counted["(recovered)"] += record.recovered
    columns = sorted({word for counter in said.values() for word in counter})
    yield f"{'shape':32}" + "".join(f"{word:>13}" for word in ("calls", *columns))
    for name, counter in said.items():
        placed = sum(number in result.calls for number, shape in shape_of.items() if shape == name)
        yield f"{name:32}" + "".join(
            f"{count:13}" for count in (placed, *(counter[word] for word in columns))
        )


def _counts(counter: Counter[str]) -> str:
    return ", ".join(f"{count} {what}" for what, count in counter.items()) or "nothing is wrong"
