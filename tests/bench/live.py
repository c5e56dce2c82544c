"""AMI bytes written to the live page's message, and to the row on the screen.

There are 200 agents, 50 callers who wait, and 20 supervisors who watch.

ccd is the real process; this one is both Asterisk and the supervisors, so that one clock measures.  One of
the watchers is a real Chromium, where there is one.  Agents pause and come back, each time for
a reason of its own, while calls come and go.
"""

import asyncio
import random
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from ccd.people import Role, User
from ccd.store.users import Users
from tests.bench import daemon, quiet
from tests.bench.clinic import opened, phone
from tests.bench.report import Claim, Result, Table, percentile
from tests.bench.watchers import Screen, Watchers, screen, watching
from tests.fakes.ami import Connection, FakeAmi, Headers, event
from tests.testbed.process import Process

AGENTS, TALKING, WAITING, WATCHERS = 200, 100, 50, 20
CHANGES, RATE = 200, 20
"""How many changes are measured, and how many there are in a second."""
PATIENCE = 5.0
PASSWORD = "never typed in"
HEADINGS = (
    "watching",
    "changes",
    "p50 ms",
    "p99 ms",
    "max ms",
    "row p50 ms",
    "row p99 ms",
    "ccd CPU",
    "bench CPU",
)
LIMIT = (
    "ccd looks five times a second, whoever watches: so half of a change's delay is waiting for the next look"
)


@dataclass
class Seen:
    """What was measured: seconds to each watcher's message, and to the row in the browser."""

    messages: list[float] = field(default_factory=list)
    rows: list[float] = field(default_factory=list)
    cpu: float = 0.0
    own_cpu: float = 0.0
    took: float = 0.0

    def row(self, who: str) -> tuple[str, ...]:
        """The figures as a table's row."""
        told = _milliseconds(self.messages, 0.5, 0.99, 1) + _milliseconds(self.rows, 0.5, 0.99)
        busy = [f"{seconds / self.took:.1%}" for seconds in (self.cpu, self.own_cpu)]
        return (who, str(CHANGES), *told, *busy)


def _milliseconds(seconds: Sequence[float], *shares: float) -> list[str]:
    return [f"{percentile(seconds, share) * 1e3:.0f}" if seconds else "-" for share in shares]


def agent(number: int) -> dict[str, object]:
    """A member of the queue, as Asterisk tells of it."""
    return {
        "Queue": "operators", "MemberName": f"Operator {number}", "Interface": f"PJSIP/{1000 + number}",
        "StateInterface": f"PJSIP/{1000 + number}", "Membership": "static", "Status": 1,
    }  # fmt: skip


def queue_status(connection: Connection, action: Headers) -> None:
    """The queue and its agents, as ``QueueStatus`` lists them."""
    rows = [("QueueParams", {"Queue": "operators"})]
    for number in range(AGENTS):
        one = agent(number)
        member = {"Queue": "operators", "Name": one["MemberName"], "Location": one["Interface"], "Status": 1}
        rows.append(("QueueMember", member | {"Paused": 0}))  # type: ignore[arg-type]
    connection.list(action, "QueueStatusComplete", tuple(rows))


def caller(number: int) -> dict[str, object]:
    """A caller's own channel."""
    call_id = f"1700000000.{number}"
    return {
        "Channel": f"PJSIP/trunk-{number:08x}", "CallerIDNum": phone(number), "CallerIDName": "<unknown>",
        "Context": "ccd", "Exten": "74951234567", "Uniqueid": call_id, "Linkedid": call_id,
    }  # fmt: skip


def comes(number: int) -> bytes:
    """A call begins and waits."""
    return event("Newchannel", **caller(number)) + event(
        "QueueCallerJoin", **caller(number), Queue="operators"
    )


def is_answered(number: int, by: int) -> bytes:
    """An agent takes it."""
    talk = (
        caller(number)
        | agent(by)
        | {"DestUniqueid": f"1700000000.{number}1", "DestChannel": f"{agent(by)['Interface']}-1"}
    )
    left = event("QueueCallerLeave", **caller(number), Queue="operators")
    return event("AgentCalled", **talk) + left + event("AgentConnect", **talk, HoldTime=3)


def pauses(number: int, reason: str) -> bytes:
    """An agent pauses for this reason; without one he comes back."""
    return event("QueueMemberPause", **agent(number), Paused=int(bool(reason)), PausedReason=reason)


def hangs_up(number: int) -> bytes:
    """Who waits gives up."""
    return event("HangupRequest", **caller(number)) + event("Hangup", **caller(number), Cause=16)


async def supervisors(database: Path, count: int) -> list[str]:
    """Tokens of sessions, each of a supervisor of its own."""
    async with opened(database) as opened_:
        users = Users(opened_)
        for number in range(count):
            await users.add(User(name=f"super{number}", role=Role.SUPERVISOR), PASSWORD)
        return [await users.open_session(f"super{number}", 1) for number in range(count)]


async def measure(home: Path, name: str, watchers: int) -> Seen:
    """All of it, with so many who watch."""
    seen = Seen()
    async with FakeAmi() as ami, AsyncExitStack() as stack:
        ami.scripts["queuestatus"] = queue_status
        ccd = await daemon.prepared(home, name, ami.port)
        tokens = await supervisors(ccd.database, max(watchers, 1))
        process = await stack.enter_async_context(daemon.running(ccd))
        await ami.asked("QueueStatus")
        ami.latest.send(b"".join(map(comes, range(TALKING + WAITING))))
        ami.latest.send(b"".join(is_answered(number, by=number) for number in range(TALKING)))
        found = await stack.enter_async_context(watching(ccd.http_port, tokens[:watchers]))
        page = await stack.enter_async_context(screen(ccd.http_port, tokens[0] if watchers else ""))
        await found.until_known(AGENTS, WAITING)
        await asyncio.to_thread(quiet.wait)
        await _change(ami, found, page, seen, process)
    return seen


async def _change(ami: FakeAmi, found: Watchers, page: Screen | None, seen: Seen, process: Process) -> None:
    began = {f"reason-{number}-": 0.0 for number in range(CHANGES)}
    before, own, started = daemon.cpu(process), time.process_time(), time.time()
    for number, reason in enumerate(began):
        began[reason] = time.time()
        ami.latest.send(pauses(TALKING + number % (AGENTS - TALKING), reason) + comes(1000 + number))
        if number:
            ami.latest.send(hangs_up(999 + number))
        await asyncio.sleep(random.expovariate(RATE))
    seen.took = time.time() - started
    seen.cpu, seen.own_cpu = daemon.cpu(process) - before, time.process_time() - own
    for reason, at in began.items():
        seen.messages += [one - at for one in await found.heard(reason, PATIENCE)]
    shown = await page.shown(list(began), PATIENCE) if page else {}
    seen.rows = [shown[reason] - at for reason, at in began.items() if reason in shown]
    assert not page or len(seen.rows) == CHANGES, "a row never came to the screen"


def run(home: Path, counts: Sequence[int] = (0, WATCHERS)) -> Result:
    """The bench."""
    rows, claims = [], list[Claim]()
    for count in counts:
        seen = asyncio.run(measure(home, f"live-{count}", count))
        print(f"  live: {count} watching", flush=True)
        rows.append(seen.row(str(count)))
        if count:
            claims = [_claim(f"live page, p99 to {count} supervisors", seen.messages)]
            claims += [_claim("live page, p99 to the row in Chromium", seen.rows)] if seen.rows else []
    title = f"{AGENTS} agents, {WAITING} waiting, {TALKING} talking; {RATE} changes/s"
    return Result(
        name="live", claims=claims, tables=[Table(title=title, headings=HEADINGS, rows=rows)], limits=[LIMIT]
    )


def _claim(what: str, seconds: Sequence[float]) -> Claim:
    value = percentile(seconds, 0.99) * 1e3
    return Claim(what=what, value=value, required=500, goal=300, at_most=True, unit="ms")
