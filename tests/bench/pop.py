"""AMI bytes written to WebSocket frame received: the pop, with more and more desks connected.

ccd is the real process; this one is both Asterisk and the desks, so that one clock measures.  The
callers are patients of the large clinic whom ccd has not looked up before: the card comes first,
its name follows.
"""

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import uvloop

from tests.bench import clinic, daemon, quiet
from tests.bench.desks import Desks, connected, phone, sessions
from tests.bench.report import Claim, Result, Table, percentile
from tests.fakes.ami import FakeAmi, event
from tests.testbed.process import Process

DESKS = (10, 100, 1000)
POPS = 800
RATE = 60
"""Pops in a second, at random times: ten times what a busy clinic sees."""
PATIENCE = 2.0
HEADINGS = (
    "desks", "pops", "p50 ms", "p99 ms", "max ms", "name p50 ms", "name p99 ms", "ccd CPU", "desks' CPU",
)  # fmt: skip
LIMIT = (
    "the loop's turns between reading and sending; twice a second the counts go to every desk, a few desks "
    "a turn, and a pop waits for the turn that is on"
)


@dataclass
class Pops:
    """What was measured with so many desks: seconds to the card, seconds to its name."""

    desks: int
    cards: list[float] = field(default_factory=list)
    names: list[float] = field(default_factory=list)
    cpu: float = 0.0
    own_cpu: float = 0.0
    took: float = 0.0

    def row(self) -> tuple[str, ...]:
        """The figures as a table's row."""
        cards = [f"{percentile(self.cards, share) * 1e3:.2f}" for share in (0.5, 0.99, 1)]
        names = [f"{percentile(self.names, share) * 1e3:.2f}" for share in (0.5, 0.99)]
        busy = [f"{seconds / self.took:.0%}" for seconds in (self.cpu, self.own_cpu)]
        return (f"{self.desks:,}", str(len(self.cards)), *cards, *names, *busy)


def frames(call_id: str, number: str, desk: int) -> bytes:
    """A call that begins, joins the queue and rings at the desk's phone."""
    caller = {
        "Channel": f"PJSIP/trunk-{call_id[-8:]}", "CallerIDNum": number, "CallerIDName": "<unknown>",
        "Context": "ccd", "Exten": "74951234567", "Priority": 1, "Uniqueid": call_id, "Linkedid": call_id,
    }  # fmt: skip
    agent = {"Interface": phone(desk), "MemberName": "Operator", "DestUniqueid": f"{call_id}1"}
    return (
        event("Newchannel", **caller)
        + event("QueueCallerJoin", **caller, Queue="operators", Position=1, Count=1)
        + event("AgentCalled", **caller, **agent, Queue="operators")
    )


def end(call_id: str) -> bytes:
    """The caller hangs up."""
    ids = {"Channel": f"PJSIP/trunk-{call_id[-8:]}", "Uniqueid": call_id, "Linkedid": call_id}
    return event("HangupRequest", **ids) + event("Hangup", **ids, Cause=16)


async def pop(ami: FakeAmi, desks: Desks, found: Pops, number: int) -> None:
    """One call, measured."""
    call_id = f"{1_700_000_000 + found.desks}.{number}"
    card, name = desks.expect(call_id)
    caller = clinic.phone((found.desks * 31 + number * 7919) % clinic.PATIENTS)
    data = frames(call_id, caller, number % found.desks)
    began = time.monotonic()
    ami.latest.send(data)
    async with asyncio.timeout(PATIENCE):
        found.cards.append(await card - began)
        found.names.append(await name - began)
    ami.latest.send(end(call_id))


async def measure(home: Path, count: int, pops: int) -> Pops:
    """So many desks, so many pops, at random times."""
    found, desks, chance = Pops(count), Desks(), random.Random(count)
    async with FakeAmi() as ami:
        ccd = await daemon.prepared(home, f"pop-{count}", ami.port)
        tokens = await sessions(ccd.database, count)
        async with daemon.running(ccd) as process, connected(desks, ccd.http_port, tokens):
            await ami.asked("QueueStatus")
            await asyncio.sleep(1)
            await asyncio.to_thread(quiet.wait)
            await _pops(ami, desks, found, process, [chance.expovariate(RATE) for _ in range(pops)])
    return found


async def _pops(ami: FakeAmi, desks: Desks, found: Pops, process: Process, pauses: Sequence[float]) -> None:
    before, own, began = daemon.cpu(process), time.process_time(), time.monotonic()
    async with asyncio.TaskGroup() as group:
        for number, pause in enumerate(pauses):
            await asyncio.sleep(pause)
            group.create_task(pop(ami, desks, found, number))
    found.cpu, found.own_cpu = daemon.cpu(process) - before, time.process_time() - own
    found.took = time.monotonic() - began


def run(home: Path, counts: Sequence[int] = DESKS, pops: int = POPS) -> Result:
    """The bench."""
    claims: list[Claim] = []
    rows: list[tuple[str, ...]] = []
    for count in counts:
        found = uvloop.run(measure(home, count, pops))
        print(f"  pop: {count} desks", flush=True)
        rows.append(found.row())
        claims.append(_claim(found))
    table = Table(title=f"{RATE} pops/s", headings=HEADINGS, rows=rows)
    return Result(name="pop", claims=claims, tables=[table], limits=[LIMIT])


def _claim(found: Pops) -> Claim:
    value = percentile(found.cards, 0.99) * 1e3
    what = f"pop, p99 with {found.desks:,} desks"
    return Claim(what=what, value=value, required=5, goal=5, at_most=True, unit="ms")
