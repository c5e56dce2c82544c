"""One process of the testbed, known by its pid and its start time: a recycled pid is never signalled."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

_SAME_START = 0.05


@dataclass
class Process:
    """A process in a session of its own, so that it survives whoever started it."""

    pid: int
    started: float
    popen: "subprocess.Popen[bytes] | None" = field(default=None, repr=False, compare=False)

    @classmethod
    def start(
        cls,
        command: Sequence[str | Path],
        *,
        output: Path,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> "Process":
        """Start ``command`` detached; what it prints is appended to the file ``output``."""
        with output.open("ab") as out:
            popen = subprocess.Popen(
                [str(word) for word in command],
                cwd=cwd,
                env={**os.environ, **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return cls(popen.pid, psutil.Process(popen.pid).create_time(), popen)

    @property
    def alive(self) -> bool:
        """Whether this very process still runs (a zombie does not)."""
        if self.popen is not None:
            return self.popen.poll() is None  # also takes the exit code, so that no zombie is left
        try:
            found = psutil.Process(self.pid)
            return abs(found.create_time() - self.started) < _SAME_START and found.status() != "zombie"
        except psutil.NoSuchProcess:
            return False

    def send(self, number: signal.Signals) -> None:
        """Signal it, when it is still alive."""
        if self.alive:
            os.kill(self.pid, number)

    async def wait(self, seconds: float) -> bool:
        """Wait for its end; False when it still runs after ``seconds``."""
        deadline = time.monotonic() + seconds
        while self.alive:
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(0.01)
        return True

    async def stop(self, seconds: float = 30) -> None:
        """End it: SIGTERM, and SIGKILL when that was not heeded in time."""
        self.send(signal.SIGTERM)
        if not await self.wait(seconds):
            await self.kill()

    async def kill(self) -> None:
        """End it at once, as ``kill -9`` does."""
        self.send(signal.SIGKILL)
        await self.wait(10)


class Restartable:
    """Something of the testbed that is one process, with all that it knows in its home."""

    process: Process | None

    async def start(self) -> None:
        """Start it, return when it answers."""
        raise NotImplementedError

    async def stop(self) -> None:
        """End it as its init script or systemd does."""
        if self.process:
            await self.process.stop()

    async def kill(self) -> None:
        """End it as a power failure does: ``kill -9``."""
        if self.process:
            await self.process.kill()

    async def restart(self) -> None:
        """Stop, and start again with what is in its home."""
        await self.stop()
        await self.start()
