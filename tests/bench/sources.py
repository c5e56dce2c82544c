"""From question to answer while one source is silent: nobody waits longer than the deadline.

The silent source takes every connection and says nothing.  Its breaker is kept closed, so that every
call has to wait for it: the worst case.  The same calls, with the breaker as a clinic has it, stand beside.
"""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench import clinic, daemon
from tests.bench.agi import Server
from tests.bench.report import Claim, Result, Table
from tests.fakes.ami import FakeAmi
from tests.testbed.ccd_process import CcdProcess
from tests.testbed.ports import free_port

RATE, SECONDS = 50, 5.0
DEADLINE, MARGIN = 800, 50
"""Milliseconds: of the configuration, and what ccd may need beside it."""
PATIENTS = 1_000
_SOURCES = """directory:
  region: RU
  deadline: 0.8
  sources:
    - {{name: built-in, builtin: {{}}}}
    - name: silent
      breaker: {{failures: {failures}, pause: 30}}
      http:
        patients: {{url: "http://127.0.0.1:{port}/{{e164}}", answer: {{patient_id: id, full_name: name}}}}
"""
_BREAKERS = {"breaker kept closed": 1_000, "breaker as usual": 5}


@contextmanager
def _silent() -> Iterator[int]:
    """A port whose connections nobody takes but the kernel."""
    with socket.create_server(("127.0.0.1", 0), backlog=4096) as taken:
        yield taken.getsockname()[1]


async def _prepared(home: Path, name: str, ami_port: int, sources: str) -> CcdProcess:
    folder = home / name.replace(" ", "-")
    folder.mkdir()
    config = folder / "given.yaml"
    config.write_text(daemon.CONFIG.read_text().replace("directory: {region: RU}\n", sources))
    ccd = CcdProcess(folder, free_port(), free_port(), ami_port, config)
    ccd.configure()
    await clinic.prepare(home, ccd.database, PATIENTS)
    return ccd


async def _measure(home: Path, name: str, failures: int) -> Server:
    """One ccd under the calls, warmed up."""
    with _silent() as port:
        async with FakeAmi() as ami:
            sources = _SOURCES.format(failures=failures, port=port)
            ccd = await _prepared(home, name, ami.port, sources)
            async with daemon.running(ccd) as process:
                await ami.asked("QueueStatus")
                side = Server(name, ccd.agi_port, process)
                await side.turn(ami, 0, RATE, 1)
                measured = Server(name, ccd.agi_port, process)
                await measured.turn(ami, 1, RATE, SECONDS)
                return measured


async def bench(home: Path) -> Result:
    """Both breakers."""
    sides = [await _measure(home, name, failures) for name, failures in _BREAKERS.items()]
    claims = [
        Claim(
            what=f"question to answer, one source silent, {side.name}, p99 at {RATE} calls/s",
            value=side.waited(0.99),
            required=DEADLINE + MARGIN,
            goal=DEADLINE + MARGIN / 2,
            at_most=True,
            unit="ms",
        )
        for side in sides
    ]
    rows = [side.row(RATE) for side in sides]
    headings = ("rate", "breaker", "calls", "lost", "p50 ms", "p90 ms", "p99 ms", "CPU us/call")
    table = Table(title=f"deadline {DEADLINE} ms", headings=headings, rows=rows)
    return Result(
        name="sources", claims=claims, tables=[table], limits=["with the breaker closed, the deadline"]
    )


def run(home: Path) -> Result:
    """The bench."""
    return asyncio.run(bench(home))
