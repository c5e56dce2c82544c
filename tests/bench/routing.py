"""A decision at 10 to 10,000 rules, against a plain loop over CEL programs; and how long loading takes.

A decision is ``RuleSet.first``: from the facts to the first step and its token.  Loading is all that
ccd does when it starts: from the YAML files, with every check that can refuse them, to a RuleSet that
is ready to decide.  ``ccd check`` and a reload look for warnings, too; that is measured beside it.

The rules are a chain's: most for one called number and kind of caller or hour, some for a tag, an
insurer, a list, a prefix of the caller's number.  The calls are of all numbers alike, a tenth of
them match no rule.  Ours and the loop decide the same calls in alternating turns.
"""

import gc
import random
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cel

from ccd.directory.caller import Caller
from ccd.directory.model import Patient
from ccd.directory.phones import normalise
from ccd.routing.facts import Facts
from ccd.routing.ruleset import RuleSet
from ccd.settings.loading import load, read
from tests.bench.report import Claim, Result, Table, percentile

SIZES = (10, 100, 1_000, 10_000)
CALLS, TURNS = 2_000, 9
NOW = datetime(2026, 11, 18, 9, tzinfo=UTC)
Decide = Callable[[Facts], Any]


def _rule(place: int) -> dict[str, Any]:
    """One written rule, and under ``cel`` the same as an expression."""
    did, start = f"+7495{place // 2:07d}", place % 12
    rest, also = (
        ({"hours": f"{start:02}:00-{start + 12}:00"}, f"hour >= {start} && hour < {start + 12}"),
        ({"caller": "known"}, 'kind == "known"'),
        ({"tag": f"t{place}"}, f'"t{place}" in tags'),
        ({"number": f"+7916{place:05d}*"}, f'number.startsWith("+7916{place:05d}")'),
        ({"list": f"l{place % 50}"}, f'"l{place % 50}" in lists'),
    )[place % 5]
    when, program = {"called": did, **rest}, f'called == "{did}" && {also}'
    if place % 10 in {2, 3}:  # for every called number
        when, program = rest, also
    steps = [{"queue": {"name": "operators", "wait": 40}}]
    return {"name": f"rule {place}", "when": when, "steps": steps, "cel": program}


def written(size: int) -> dict[str, Any]:
    """So many rules, as they come out of a file."""
    rules = [{key: value for key, value in _rule(at).items() if key != "cel"} for at in range(size)]
    lists = {f"l{at}": [f"+7917{at:03d}{n:04d}" for n in range(20)] for at in range(50)}
    return {"lists": lists, "rules": rules}


def calls(size: int) -> list[Facts]:
    """Calls that fall on all rules alike."""
    chance = random.Random(7)
    return [_call(chance.randrange(size + size // 10), chance) for _ in range(CALLS)]


def _call(place: int, chance: random.Random) -> Facts:
    number = f"+7916{place:05d}{chance.randrange(100):02d}"
    tags = frozenset({f"t{place}", "vip"})
    known = chance.random() < 0.5
    patients = (Patient(patient_id="1", full_name="x", tags=tags),) if known else ()
    caller = Caller(number=normalise(number, "RU"), patients=patients)
    return Facts(caller=caller, called_number=f"+7495{place // 2:07d}", now=NOW)


def _loop(size: int) -> Decide:
    """What rules in CEL alone would be: the first program that is true."""
    programs = [cel.compile(_rule(at)["cel"]) for at in range(size)]

    def decide(facts: Facts) -> int | None:
        context = cel.Context({
            "called": facts.called_number, "number": facts.caller.number.e164, "hour": 12,
            "kind": "known" if facts.caller.known else "unknown",
            "tags": list(facts.caller.tags), "lists": [],
        })  # fmt: skip
        return next((at for at, program in enumerate(programs) if program.execute(context)), None)

    return decide


def _times(decide: Decide, asked: list[Facts]) -> Iterator[float]:
    """Microseconds of each decision."""
    for facts in asked:
        began = time.perf_counter_ns()
        decide(facts)
        yield (time.perf_counter_ns() - began) / 1e3


def _measure(size: int, home: Path) -> dict[str, float]:
    data = written(size)
    path = _file(data, home)
    rules = RuleSet(load(path).routing)
    asked, few = calls(size), max(5, 20_000 // size)
    loop = _loop(size)
    ours, theirs, nines = list[float](), list[float](), list[float]()
    list(_times(rules.first, asked))  # numbers are parsed once
    gc.collect()
    gc.disable()
    for _ in range(TURNS):
        turn = list(_times(rules.first, asked))
        ours += turn
        nines.append(percentile(turn, 0.99))
        theirs += _times(loop, asked[:few])
    gc.enable()
    return {
        "p50": statistics.median(ours), "p99": statistics.median(nines), "loop": statistics.median(theirs),
        "load": _took(lambda: RuleSet(load(path).routing)), "check": _took(lambda: read(path)),
    }  # fmt: skip


def _file(data: dict[str, Any], home: Path) -> Path:
    """The same as an admin would write it."""
    lists = (f"  {name}: [{', '.join(map(_quoted, some))}]" for name, some in data["lists"].items())
    lines = ["lists:", *lists, "rules:"]
    for rule in data["rules"]:
        when = ", ".join(f"{key}: {_quoted(value)}" for key, value in rule["when"].items())
        lines += [f"  - name: {rule['name']}", f"    when: {{ {when} }}"]
        lines += ["    steps: [{ queue: { name: operators, wait: 40s } }]"]
    (home / "routing.yaml").write_text("\n".join(lines) + "\n")
    path = home / "ccd.yaml"
    path.write_text("routing_file: routing.yaml\n")
    return path


def _quoted(value: str) -> str:
    return f'"{value}"'


def _took(action: Callable[[], object]) -> float:
    """Seconds, the median of three."""
    return statistics.median(_seconds(action) for _ in range(3))


def _seconds(action: Callable[[], object]) -> float:
    gc.collect()
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def _most(what: str, value: float, required: float, goal: float, unit: str) -> Claim:
    return Claim(what=what, value=value, required=required, goal=goal, at_most=True, unit=unit)


def run(home: Path) -> Result:
    """Measure every size."""
    found = {size: _measure(size, home) for size in SIZES}
    least, most = found[SIZES[0]], found[SIZES[-1]]
    rows = [
        (
            f"{size:,}", f"{one['p50']:.1f}", f"{one['p99']:.1f}", f"{one['loop']:,.1f}",
            f"{one['loop'] / one['p50']:,.1f}x", f"{one['load']:.2f}", f"{one['check']:.2f}",
        )
        for size, one in found.items()
    ]  # fmt: skip
    headings = ("rules", "p50, us", "p99, us", "CEL loop p50, us", "loop / ours", "load, s", "check, s")
    return Result(
        name="routing",
        claims=(
            _most("decision p99 at 10,000 rules", most["p99"], 20, 10, "us"),
            _most("p50 at 10,000 rules / at 10", most["p50"] / least["p50"], 1.5, 1.2, "x"),
            _most("10,000 rules from the YAML file to ready", most["load"], 2, 1, "s"),
            Claim(what="CEL loop / ours at 10,000", value=most["loop"] / most["p50"], required=50, goal=200),
        ),
        tables=(Table(title="a decision", headings=headings, rows=rows),),
        limits=(
            "a caller's number that is new costs its parsing once more (some 30 us), as without rules",
            "rules that differ only in hours, ages or expressions are tried one after another",
            "with 10,000 rules most of what a decision touches is not in the processor's cache",
            "a file that libyaml does not read (a tab, %YAML) is read in Python: some 8 s",
        ),
    )  # fmt: skip
