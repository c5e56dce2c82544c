"""One SIPp, playing a phone over UDP on the loopback."""

import asyncio
import contextlib
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.testbed.ports import free_block, free_port
from tests.testbed.process import Process


@dataclass
class Phone:
    """A running SIPp and what it has sent and received."""

    process: Process
    port: int
    log: Path

    @property
    def listens(self) -> bool:
        """Whether its port is open, and its own: another process may have been quicker to take it."""
        with contextlib.suppress(psutil.NoSuchProcess):
            sockets = psutil.Process(self.process.pid).net_connections("udp4")
            return any(one.laddr[1:] == (self.port,) for one in sockets)
        return False

    def traffic(self) -> bytes:
        """Return SIPp's log of every message, raw."""
        return self.log.read_bytes() if self.log.exists() else b""

    def received(self) -> list[bytes]:
        """Return the messages that came in, oldest first."""
        chunks = re.split(rb"(?:^|\n)-{10,}[^\n]*\n", self.traffic())
        return [
            chunk.split(b"\n\n", 1)[1]
            for chunk in chunks
            if b" message received " in chunk[:60] and b"\n\n" in chunk
        ]

    async def stop(self) -> None:
        """End it at once; a call that is up is left without a BYE."""
        await self.process.kill()


class SippError(RuntimeError):
    """SIPp ended before it played: another process was quicker to take a port."""


async def start(
    scenario: bytes, home: Path, name: str, arguments: Sequence[str], port: int | None = None
) -> Phone:
    """Start SIPp with a scenario, return when its port is open."""
    home.mkdir(parents=True, exist_ok=True)
    for _ in range(4):
        with contextlib.suppress(SippError):
            return await _start(scenario, home, name, arguments, port or free_port())
        await asyncio.sleep(0.5)  # whoever has that port may be about to give it back
    return await _start(scenario, home, name, arguments, port or free_port())


async def _start(scenario: bytes, home: Path, name: str, arguments: Sequence[str], port: int) -> Phone:
    base = home / f"{name}-{port}-{time.monotonic_ns()}"
    base.with_suffix(".xml").write_bytes(scenario)
    log = base.with_suffix(".log")
    command = [
        "sipp", *arguments, "-sf", f"{base}.xml", "-i", "127.0.0.1", "-p", str(port), "-nostdin", "-aa",
        "-mp", str(free_block(4)), "-cp", str(free_port()), "-timer_resol", "5",
        "-trace_msg", "-message_file", str(log), "-trace_err", "-error_file", f"{base}.err",
    ]  # fmt: skip
    phone = Phone(Process.start(command, output=Path("/dev/null"), cwd=home, env={"TERM": "dumb"}), port, log)
    await _listening(phone)
    return phone


async def _listening(phone: Phone, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not phone.listens:
        if not phone.process.alive:
            if any(phone.received()):
                return
            errors = phone.log.with_suffix(".err")
            said = errors.read_text(errors="replace") if errors.exists() else f"see {errors}"
            raise SippError(f"SIPp ended at once: {said}")
        if time.monotonic() > deadline:
            raise TimeoutError(f"SIPp does not listen on {phone.port}")
        await asyncio.sleep(0.005)
