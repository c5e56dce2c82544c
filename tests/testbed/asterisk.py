"""One Asterisk with a home of its own: configuration, start, stop, and what it wrote down."""

import asyncio
import csv
import math
import shutil
import struct
import time
import wave
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tests.testbed import installation
from tests.testbed.ami_probe import AmiProbe
from tests.testbed.process import Process, Restartable

ETC = Path(__file__).with_name("etc")
DIALPLAN = installation.REPOSITORY / "dialplan"
CDR_FIELDS = (
    "linkedid", "uniqueid", "src", "dst", "channel", "dstchannel", "lastapp",
    "start", "answer", "end", "duration", "billsec", "disposition",
)  # fmt: skip


@dataclass(frozen=True)
class QueueLogRow:
    """One line of Asterisk's queue_log."""

    at: float
    unique_id: str
    queue: str
    agent: str
    event: str
    data: tuple[str, ...]

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read ``time|uniqueid|queue|agent|event|data...``."""
        at, unique_id, queue, agent, event, *data = line.split("|")
        return cls(float(at), unique_id, queue, agent, event, tuple(data))


@dataclass
class Asterisk(Restartable):
    """``home`` holds etc, log, lib, run, spool; ``values`` fill the @NAMES@ of the files in etc/."""

    home: Path
    ami_port: int
    values: Mapping[str, str]
    secret: str = "probe-secret"
    process: Process | None = field(default=None)

    def configure(self) -> None:
        """Write the configuration: the testbed's own files, and copies of dialplan/."""
        found = installation.find()
        for folder in ("etc", "log", "lib", "run", "spool", "agi-bin", "log/cdr-custom", "log/cel-custom"):
            (self.home / folder).mkdir(parents=True, exist_ok=True)
        _share(found.data, self.home / "data")
        values = {
            "ETC": str(self.home / "etc"), "HOME": str(self.home), "MODULES": str(found.modules),
            "AMI_PORT": str(self.ami_port), "AMI_SECRET": self.secret, **self.values,
        }  # fmt: skip
        for template in [*ETC.glob("*.conf"), *DIALPLAN.glob("ccd-*.conf")]:
            (self.home / "etc" / template.name).write_text(_patient(_fill(template.read_text(), values)))

    def wait_for_ccd(self, seconds: int = 30) -> None:
        """Have the dialplan wait longer for ccd's answers: for tests of what is answered, not of how soon."""
        extensions = self.home / "etc" / "extensions.conf"
        extensions.write_text(
            extensions.read_text().replace("[globals]\n", f"[globals]\nPATIENCE = {seconds}\n")
        )

    @property
    def cel(self) -> Path:
        """The file of dialplan/ccd-cel-custom.conf."""
        return self.home / "log" / "cel-custom" / "ccd.csv"

    async def start(self, seconds: float = 60) -> None:
        """Start it, return when it is fully booted."""
        command = [*installation.find().command, "-f", "-C", str(self.home / "etc" / "asterisk.conf")]
        self.process = Process.start(command, output=self.home / "log" / "console", cwd=self.home)
        deadline = time.monotonic() + seconds
        while not await self._booted():
            if not self.process.alive or time.monotonic() > deadline:
                await self.kill()
                raise RuntimeError(f"Asterisk does not start, see {self.home}/log")
            await asyncio.sleep(0.02)

    async def _booted(self) -> bool:
        try:
            async with self.probe() as probe:
                await probe.event("FullyBooted")
        except (OSError, TimeoutError):
            return False
        return True

    def probe(self) -> AmiProbe:
        """Return a manager connection with every right, for ``async with``."""
        return AmiProbe("127.0.0.1", self.ami_port, "probe", self.secret)

    async def cli(self, command: str) -> str:
        """Run one command of its CLI."""
        async with self.probe() as probe:
            return await probe.command(command)

    def queue_log(self) -> list[QueueLogRow]:
        """Return queue_log, oldest first."""
        path = self.home / "log" / "queue_log"
        lines = path.read_text(errors="replace").splitlines() if path.exists() else []
        return [QueueLogRow.parse(line) for line in lines if line.count("|") >= 4]

    def cdr(self) -> list[dict[str, str]]:
        """Return the call detail records, oldest first."""
        path = self.home / "log" / "cdr-custom" / "cdr.csv"
        if not path.exists():
            return []
        with path.open(errors="replace", newline="") as lines:
            return list(csv.DictReader(lines, CDR_FIELDS))


def _fill(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


def _patient(dialplan: str) -> str:
    """Let a test's global PATIENCE be how long the dialplan waits for an answer, where it is set."""
    asked = "${IF($[${LEN(${PATIENCE})} > 0]?${PATIENCE}:2)}"
    return dialplan.replace("Set(TIMEOUT(absolute)=2)", f"Set(TIMEOUT(absolute)={asked})")


def _share(source: Path, data: Path) -> None:
    """Link the installation's data, and add what the tests play."""
    shutil.rmtree(data, ignore_errors=True)
    sounds = data / "sounds"
    (sounds / "ccd").mkdir(parents=True)
    (data / "moh").mkdir()
    for entry in source.iterdir():
        if entry.name not in {"sounds", "moh"}:
            (data / entry.name).symlink_to(entry)
    english = sorted(path for path in (source / "sounds").glob("en*") if path.is_dir())
    if english:
        (sounds / "en").symlink_to(english[0])
    _tone(sounds / "ccd" / "hello.wav", seconds=0.5, hertz=440)
    _tone(sounds / "ccd" / "long.wav", seconds=0.5, hertz=440, times=120)
    _tone(data / "moh" / "wait.wav", seconds=5, hertz=220)


def _tone(path: Path, *, seconds: float, hertz: int, times: int = 1) -> None:
    with wave.open(str(path), "wb") as out:
        out.setparams((1, 2, 8000, 0, "NONE", ""))
        samples = (int(8000 * math.sin(2 * math.pi * hertz * n / 8000)) for n in range(int(seconds * 8000)))
        out.writeframes(b"".join(struct.pack("<h", sample) for sample in samples) * times)
