"""ccd as a process of its own: start, stop, kill, start again with the same configuration and database."""

import asyncio
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from ccd.settings.database import Place, Server
from tests.testbed.installation import REPOSITORY
from tests.testbed.process import Process, Restartable

TEMPLATE = Path(__file__).with_name("ccd.yaml")


@dataclass
class CcdProcess(Restartable):
    """``config`` defaults to the testbed's template, filled."""

    home: Path
    agi_port: int
    http_port: int
    ami_port: int
    given: Path | None = None
    ami_secret: str = "change-me"
    logs: Path | None = None
    """Asterisk's folder of logs, for ccd to read along; None: it does not."""
    server: Server | None = None
    """The database on PostgreSQL that the records are in; None: they are in a file."""
    process: Process | None = field(default=None)

    @property
    def config(self) -> Path:
        """The configuration in use."""
        return self.home / "ccd.yaml"

    @property
    def database(self) -> Path:
        """The database file."""
        return self.home / "ccd.db"

    @property
    def place(self) -> Place:
        """Where the records are."""
        return self.server or self.database

    @property
    def log(self) -> Path:
        """What ccd prints."""
        return self.home / "ccd.log"

    def configure(self) -> None:
        """Write ccd.yaml from the template, or from the given file: the same @NAMES@ are filled in both."""
        text = (self.given or TEMPLATE).read_text()
        values = {
            "HOME": self.home, "AMI_PORT": self.ami_port, "AMI_SECRET": self.ami_secret,
            "AGI_PORT": self.agi_port, "HTTP_PORT": self.http_port, "DATABASE": self.place,
        }  # fmt: skip
        for name, value in values.items():
            text = text.replace(f"@{name}@", str(value))
        if self.server:
            text += f"\nstate_folder: {self.home}\n"
        if self.logs:
            cel, queue_log = self.logs / "cel-custom" / "ccd.csv", self.logs / "queue_log"
            text += f"\nasterisk_logs: {{cel: {cel}, queue_log: {queue_log}}}\n"
        self.config.write_text(text)

    async def start(self, seconds: float = 60, *, module: str = "ccd", desk: bool = True) -> None:
        """Start it, return when it answers on its AGI port and, with ``desk``, on its HTTP port.

        ``module``: one of a test's own that runs a ccd with a part exchanged.
        """
        command = [sys.executable, "-m", module, "run", "--config", str(self.config)]
        self.process = Process.start(command, output=self.log, cwd=REPOSITORY)
        for port in (self.agi_port, *([self.http_port] if desk else [])):
            await self._listening(port, time.monotonic() + seconds)

    async def _listening(self, port: int, deadline: float) -> None:
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                if self.process is None or not self.process.alive or time.monotonic() > deadline:
                    await self.kill()
                    raise RuntimeError(f"ccd does not start, see {self.log}") from None
                await asyncio.sleep(0.02)
            else:
                writer.close()
                return
