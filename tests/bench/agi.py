"""Accept to decision: the real ccd with 100,000 patients, beside a null FastAGI server.

Both run in processes of their own on uvloop and get the same calls, open loop, in alternating turns.
The null server is the price of FastAGI itself: read, one ``EXEC MSet``, close.  See ``agi_decision``.
"""

import asyncio
import statistics
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench import agi_decision, clinic, daemon, quiet
from tests.bench.report import Claim, Result, Table, percentile
from tests.fakes.ami import FakeAmi, event
from tests.testbed.process import Process

RATES = (50, 200, 400)
TURNS = 4
SHORTEST, LONGEST, CALLS = 2.0, 5.0, 600
"""Of a turn: seconds, and the calls that it aims at."""

HEADINGS = (
    "rate", "server", "calls", "lost", "p50 ms", "p90 ms", "p99 ms", "CPU us/call",
    "p99 ratio, median turn",
)  # fmt: skip


@dataclass
class Server:
    """One side: where it listens, the seconds that its callers waited, turn by turn, and its CPU time."""

    name: str
    port: int
    process: Process
    turns: list[list[float]] = field(default_factory=list)
    cpu: float = 0.0

    async def turn(self, ami: FakeAmi, number: int, rate: float, seconds: float) -> None:
        """Let calls come; every call of a turn is another one, whose channel the manager tells of."""
        channels = [agi_decision.call_id(number, place) for place in range(int(rate * seconds * 1.3) + 50)]
        await _tell(ami, [_begins(channel) for channel in channels])
        before = daemon.cpu(self.process)
        callers = lambda place: clinic.caller(number * 10_000 + place).encode()  # noqa: E731
        waited = await asyncio.to_thread(agi_decision.waits, self.port, rate, seconds, callers, number)
        self.cpu += daemon.cpu(self.process) - before
        await _tell(ami, [_ends(channel) for channel in channels])
        self.turns.append(waited)

    def waited(self, share: float) -> float:
        """A percentile of all turns' calls, in milliseconds."""
        return percentile([wait for turn in self.turns for wait in turn], share) * 1e3

    @property
    def calls(self) -> int:
        """How many there were."""
        return sum(map(len, self.turns))

    def row(self, rate: float) -> tuple[str, ...]:
        """The figures as a table's row."""
        lost = sum(turn.count(float("inf")) for turn in self.turns)
        shown = [f"{self.waited(share):.2f}" for share in (0.5, 0.9, 0.99)]
        cpu = f"{self.cpu / self.calls * 1e6:.0f}"
        return (f"{rate:.0f}/s", self.name, str(self.calls), str(lost), *shown, cpu)


async def _tell(ami: FakeAmi, events: Sequence[bytes]) -> None:
    """What the manager says before and after a turn, and time for ccd to hear it."""
    ami.latest.send(b"".join(events))
    await asyncio.sleep(0.5)


def _begins(channel: str) -> bytes:
    ids = {"Channel": f"PJSIP/trunk-{channel}", "Uniqueid": channel, "Linkedid": channel}
    return event("Newchannel", **ids, CallerIDNum="<unknown>", Context="ccd", Exten="74951234567")


def _ends(channel: str) -> bytes:
    return event("Hangup", Channel=f"PJSIP/trunk-{channel}", Uniqueid=channel, Linkedid=channel, Cause=16)


@asynccontextmanager
async def servers(home: Path) -> AsyncIterator[tuple[FakeAmi, Server, Server]]:
    """The manager, the null server and ccd, warmed up."""
    async with FakeAmi() as ami:
        ccd = await daemon.prepared(home, "agi", ami.port)
        null = Process.start(agi_decision.own("null"), output=home / "null.port", cwd=Path.cwd())
        try:
            async with daemon.running(ccd) as process:
                await ami.asked("QueueStatus")
                sides = Server("null", _port(home), null), Server("ccd", ccd.agi_port, process)
                for side in sides:
                    await side.turn(ami, 0, 100, 1)
                yield ami, *sides
        finally:
            await null.stop()


def _port(home: Path) -> int:
    return int((home / "null.port").read_text())


async def measure(
    ami: FakeAmi, sides: Sequence[Server], rate: float, turns: int, first: int
) -> tuple[Claim, list[Server]]:
    """One rate: alternating turns of both."""
    seconds = min(LONGEST, max(SHORTEST, CALLS / rate))
    fresh = [Server(side.name, side.port, side.process) for side in sides]
    for number in range(turns):
        for side in fresh if number % 2 else reversed(fresh):
            await asyncio.to_thread(quiet.wait)
            await side.turn(ami, first + number, rate, seconds)
        print(f"  agi: {rate} calls/s, turn {number + 1} of {turns}", flush=True)
    null, ccd = fresh
    what, ratio = f"accept to decision, p99 at {rate} calls/s", ccd.waited(0.99) / null.waited(0.99)
    return Claim(what=what, value=ratio, required=2, goal=1.5, at_most=True), fresh


async def bench(home: Path, turns: int = TURNS, rates: Sequence[int] = RATES) -> Result:
    """Measure every rate."""
    claims: list[Claim] = []
    rows: list[tuple[str, ...]] = []
    last: list[Server] = []
    async with servers(home) as (ami, *sides):
        for place, rate in enumerate(rates):
            claim, last = await measure(ami, sides, rate, turns, first=1 + place * turns)
            claims.append(claim)
            rows += [side.row(rate) for side in last]
            rows[-1] = (*rows[-1], _median_of_turns(*last))
    table = Table(title=f"{clinic.PATIENTS:,} patients", headings=HEADINGS, rows=rows)
    return Result(name="agi", claims=claims, tables=[table], limits=[_limit(rates[-1], *last)])


def _median_of_turns(null: Server, ccd: Server) -> str:
    """One turn that the machine spoilt does not move this one."""
    pairs = zip(null.turns, ccd.turns, strict=True)
    return f"{statistics.median(percentile(b, 0.99) / percentile(a, 0.99) for a, b in pairs):.2f}"


def _limit(rate: float, null: Server, ccd: Server) -> str:
    busy = [side.cpu / side.calls * rate * 100 for side in (null, ccd)]
    return (
        f"one loop; at {rate:.0f} calls/s ccd keeps {busy[1]:.0f} % of a core busy, the null server "
        f"{busy[0]:.0f} %: who arrives while another is being answered waits, the more the busier"
    )


def run(home: Path) -> Result:
    """The bench."""
    return asyncio.run(bench(home))
