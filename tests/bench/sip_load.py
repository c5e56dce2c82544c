"""An Asterisk with many agents, and SIPp that plays them and their callers, open loop.

Every agent is a static member of ``operators``; all of their phones are one SIPp.  They ring for a
moment, talk for ``TALK`` seconds and hang up.  A call is complete when the caller heard an agent's
BYE within ``PATIENCE``.
"""

import asyncio
import csv
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.clinic import caller
from tests.testbed.asterisk import Asterisk
from tests.testbed.phones import Agent, Patient
from tests.testbed.ports import free_block, free_port
from tests.testbed.process import Process

AGENTS = 300
RINGS, TALK = 0.1, 1.0
PATIENCE = 4.0
"""Seconds that a caller waits for each next message; a call that takes longer is not complete."""
_RTP = ("33000", "60999")
"""Where nothing else listens; Asterisk passes over a port that is taken."""
_CALLERS = 20_000
_LOGGER = "[general]\nqueue_log = yes\nqueue_log_to_file = yes\n[logfiles]\nfull => warning,error\n"


@dataclass(frozen=True)
class Load:
    """What SIPp counted."""

    calls: int
    complete: int


@dataclass
class Exchange:
    """Asterisk and its agents; ``sip_port`` is where callers dial."""

    asterisk: Asterisk
    home: Path
    sip_port: int

    async def ask(self, agi_port: int) -> None:
        """From now on the dialplan asks this AGI server."""
        url = f"agi://127.0.0.1:{agi_port}/step"
        async with self.asterisk.probe() as probe:
            await probe.action({"Action": "Setvar", "Variable": "CCD_AGI", "Value": url})

    async def load(self, rate: float, seconds: float, name: str) -> Load:
        """Let callers come, so many a second, and wait for the last one's end."""
        scenario, calls = self.home / f"{name}.xml", int(rate * seconds)
        scenario.write_bytes(Patient(number=b"[field0]", hangup="agent").scenario())
        stats = self.home / f"{name}.csv"
        process = _sipp(
            self.home, scenario, f"127.0.0.1:{self.sip_port}",
            "-r", str(rate), "-m", str(calls), "-l", "20000", "-inf", self.home / "callers.csv",
            "-recv_timeout", str(int(PATIENCE * 1000)), "-trace_stat", "-stf", stats, "-fd", "1",
            port=free_port(),
        )  # fmt: skip
        if not await process.wait(seconds + 10 * PATIENCE):
            await process.kill()
        last = list(csv.DictReader(stats.read_text().splitlines(), delimiter=";"))[-1]
        return Load(calls, int(last["SuccessfulCall(C)"]))

    async def idle(self) -> None:
        """Wait until no call is left over."""
        async with self.asterisk.probe() as probe:
            for _ in range(300):
                if not await probe.list({"Action": "CoreShowChannels"}):
                    return
                await asyncio.sleep(0.1)


@asynccontextmanager
async def exchange(home: Path) -> AsyncIterator[Exchange]:
    """Everything but who answers the dialplan."""
    home.mkdir()
    sip_port, agents_port = free_port(), free_port()
    values = {
        "SIP_PORT": str(sip_port), "RTP_START": _RTP[0], "RTP_END": _RTP[1], "RING_SECONDS": "20",
        "CCD_AGI": "agi://127.0.0.1:1/step", **{f"PHONE_{number}": "9" for number in (101, 102, 201)},
    }  # fmt: skip
    asterisk = Asterisk(home / "asterisk", free_port(), values)
    asterisk.configure()
    _many_agents(home / "asterisk" / "etc", agents_port)
    _callers(home / "callers.csv")
    agents = home / "agents.xml"
    agents.write_bytes(Agent(answer_after=RINGS, talk=TALK).scenario())
    phones = _sipp(home, agents, port=agents_port)
    try:
        await asterisk.start()
        yield Exchange(asterisk, home, sip_port)
    finally:
        await asterisk.stop()
        await phones.kill()


def _sipp(home: Path, scenario: Path, *arguments: str | Path, port: int) -> Process:
    command = [
        "sipp", *arguments, "-sf", scenario, "-i", "127.0.0.1", "-p", str(port), "-nostdin", "-aa",
        "-mp", str(free_block(4)), "-cp", str(free_port()),
    ]  # fmt: skip
    return Process.start(command, output=Path("/dev/null"), cwd=home, env={"TERM": "dumb"})


def _many_agents(etc: Path, port: int) -> None:
    """The testbed's configuration with many agents in place of two, and without its talkative log."""
    names = [f"a{number:03d}" for number in range(AGENTS)]
    phones = "".join(
        f"\n[{one}](phone)\naors = {one}\n[{one}]\ntype = aor\ncontact = sip:{one}@127.0.0.1:{port}\n"
        for one in names
    )
    members = "".join(f"member => PJSIP/{one},0,Agent {one},PJSIP/{one}\n" for one in names)
    queues = etc / "ccd-queues.conf"
    kept = [line for line in queues.read_text().splitlines() if not line.startswith("member")]
    queues.write_text("\n".join(kept) + "\n")
    _append(etc / "pjsip.conf", phones)
    _append(etc / "queues.conf", f"\n[operators](+)\n{members}")
    (etc / "logger.conf").write_text(_LOGGER)
    settings = etc / "asterisk.conf"
    settings.write_text(settings.read_text().replace("verbose = 3", "verbose = 0"))


def _append(path: Path, text: str) -> None:
    path.write_text(path.read_text() + text)


def _callers(path: Path) -> None:
    lines = "".join(f"{caller(number)};\n" for number in range(_CALLERS))
    path.write_text("SEQUENTIAL\n" + lines)
