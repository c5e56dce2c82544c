"""The highest rate of complete queue calls, with ccd and with constant answers in its place.

The same Asterisk, dialplan, agents and callers (SIPp, open loop) on the same two cores.  Without ccd
the dialplan gets its answer from the null server of ``agi_decision`` and nobody is on the manager
interface; with it, ccd looks each caller up among 100,000 patients, tracks and stores each call.
"""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench import agi_decision, clinic, daemon, quiet
from tests.bench.report import Claim, Result, Table
from tests.bench.search import Staircase
from tests.bench.sip_load import AGENTS, PATIENCE, RINGS, TALK, Exchange, exchange
from tests.testbed.ccd_process import CcdProcess
from tests.testbed.process import Process

FIRST_RATE = 90.0
SECONDS = 6.0
"""Of calls arriving, for each rate."""
BUDGET = 160.0
"""Seconds for the whole search."""
ENOUGH = 0.99
Server = AbstractAsyncContextManager[tuple[int, Process]]


@dataclass
class Trial:
    """One rate, tried once.  CPU times are seconds."""

    rate: float
    calls: int
    complete: int
    asterisk: float
    server: float
    took: float

    @property
    def worked(self) -> bool:
        """Whether nearly every caller reached an agent in time."""
        return self.complete >= ENOUGH * self.calls


@dataclass
class Side:
    """With ccd, or without."""

    name: str
    search: Staircase = field(default_factory=lambda: Staircase(FIRST_RATE))
    trials: list[Trial] = field(default_factory=list)

    def note(self, trial: Trial) -> None:
        """One more trial."""
        self.trials.append(trial)
        self.search.tried(worked=trial.worked)
        done = f"{trial.complete} of {trial.calls} complete"
        print(f"  calls: {self.name} at {trial.rate:g}/s: {done}", flush=True)

    def rows(self) -> list[tuple[str, ...]]:
        """Its trials as a table's rows."""
        return [
            (
                f"{trial.rate:g}/s", self.name, str(trial.calls), f"{trial.complete / trial.calls:.1%}",
                f"{trial.asterisk / trial.calls * 1e3:.1f}", f"{trial.server / trial.calls * 1e3:.2f}",
            )
            for trial in self.trials
        ]  # fmt: skip


@asynccontextmanager
async def _null(home: Path) -> AsyncIterator[tuple[int, Process]]:
    output = home / f"null-{time.monotonic_ns()}"
    process = Process.start(agi_decision.own("null"), output=output, cwd=Path.cwd())
    try:
        while not output.read_text().endswith("\n"):
            await asyncio.sleep(0.05)
        yield int(output.read_text()), process
    finally:
        await process.stop()


@asynccontextmanager
async def _ccd(ccd: CcdProcess) -> AsyncIterator[tuple[int, Process]]:
    async with daemon.running(ccd) as process:
        yield ccd.agi_port, process


async def trial(bed: Exchange, rate: float, server: Server, name: str) -> Trial:
    """One rate with this server, from idle to idle."""
    async with server as (port, process):
        await asyncio.to_thread(quiet.wait)
        await bed.ask(port)
        asterisk = bed.asterisk.process
        assert asterisk is not None
        await asyncio.sleep(0.5)
        before = daemon.cpu(asterisk), daemon.cpu(process), time.monotonic()
        load = await bed.load(rate, SECONDS, name)
        await bed.idle()
        after = daemon.cpu(asterisk), daemon.cpu(process), time.monotonic()
    return Trial(rate, load.calls, load.complete, *(b - a for a, b in zip(before, after, strict=True)))


async def bench(home: Path, budget: float = BUDGET) -> Result:
    """Search both limits, in turn, each trial of one beside one of the other."""
    null, ours = Side("constant answers"), Side("ccd")
    async with exchange(home / "exchange") as bed:
        ccd = await daemon.prepared(home, "calls", bed.asterisk.ami_port)
        await trial(bed, 20, _null(home), "warm-up")
        end = time.monotonic() + budget
        while time.monotonic() < end:
            for side, server in ((null, _null(home)), (ours, _ccd(ccd))):
                side.note(await trial(bed, side.search.rate, server, f"load-{time.monotonic_ns()}"))
    return _result(null, ours, _records(ccd.database))


def _records(database: Path) -> tuple[int, int]:
    """How many calls have a record, and how many of these an end."""
    with closing(sqlite3.connect(database)) as connection:
        found = connection.execute("SELECT count(*), count(ended_at) FROM calls").fetchone()
    return int(found[0]), int(found[1])


def _result(null: Side, ours: Side, records: tuple[int, int]) -> Result:
    good = [one for one in ours.trials if one.worked]
    share = sum(one.server for one in good) / sum(one.asterisk for one in good)
    ratio = ours.search.limit / null.search.limit
    what = "highest rate of complete calls, with ccd / without"
    claims = [Claim(what=what, value=ratio, required=0.9, goal=0.95)]
    headings = ("rate", "server", "calls", "complete", "Asterisk CPU ms/call", "server CPU ms/call")
    title = (
        f"without ccd {null.search.limit:.0f}/s, with ccd {ours.search.limit:.0f}/s; ccd's CPU is "
        f"{share:.0%} of Asterisk's ({AGENTS} agents, {RINGS} s ringing, {TALK} s talk, "
        f"{clinic.PATIENTS:,} patients)"
    )
    calls = sum(one.calls for one in ours.trials)
    kept = f"ccd kept {records[0]} records of {calls} calls, overload included; {records[1]} saw their end"
    table = Table(title=title, headings=headings, rows=null.rows() + ours.rows())
    return Result(name="calls", claims=claims, tables=[table], limits=[_limit(null), _limit(ours), kept])


def _limit(side: Side) -> str:
    best = max((one for one in side.trials if one.worked), key=lambda one: one.rate)
    return (
        f"{side.name} at {best.rate:g}/s: Asterisk {best.asterisk / SECONDS:.0%} of a core, the server "
        f"{best.server / SECONDS:.0%}, SIPp and the kernel the rest; beyond, calls miss their {PATIENCE:g} s"
    )


def run(home: Path) -> Result:
    """The bench."""
    return asyncio.run(bench(home))
