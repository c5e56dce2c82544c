"""The testbed: one Asterisk, three agents' phones and ccd, composed; every address in one place."""

import asyncio
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.testbed.asterisk import Asterisk
from tests.testbed.ccd_process import CcdProcess
from tests.testbed.phones import Agent, Patient, Phone
from tests.testbed.ports import free_block, free_port
from tests.testbed.process import Process

OPERATORS = ("101", "102")
DOCTORS = ("201",)
PHONES = (*OPERATORS, *DOCTORS)


@dataclass
class Testbed:
    """Everything of one testbed lives in ``home``; two of them never meet."""

    __test__ = False

    home: Path
    config: Path | None = None
    """A configuration for ccd in place of the template's."""
    agi: str = ""
    """Whom the dialplan asks; ccd's own port when empty."""
    ring_seconds: int = 20
    """How long a phone rings before the queue tries another."""
    rtp_ports: int = 400
    """Two for each leg of a call."""
    sip_port: int = field(default_factory=free_port)
    ami_port: int = field(default_factory=free_port)
    agi_port: int = field(default_factory=free_port)
    http_port: int = field(default_factory=free_port)
    phone_ports: dict[str, int] = field(default_factory=lambda: {number: free_port() for number in PHONES})
    phones: dict[str, Phone] = field(default_factory=dict)
    patients: list[Phone] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.home = self.home.resolve()
        rtp = free_block(self.rtp_ports)
        values = {
            "SIP_PORT": str(self.sip_port), "RTP_START": str(rtp), "RTP_END": str(rtp + self.rtp_ports - 1),
            "RING_SECONDS": str(self.ring_seconds),
            "CCD_AGI": self.agi or f"agi://127.0.0.1:{self.agi_port}/step",
            **{f"PHONE_{number}": str(port) for number, port in self.phone_ports.items()},
        }  # fmt: skip
        self.asterisk = Asterisk(self.home / "asterisk", self.ami_port, values)
        self.ccd = CcdProcess(self.home, self.agi_port, self.http_port, self.ami_port, self.config)

    async def start(self, *, phones: bool = True, ccd: bool = True, answer_after: float = 1) -> None:
        """Bring it all up; what was started is stopped again when a part fails."""
        self.home.mkdir(parents=True, exist_ok=True)
        try:
            self.asterisk.configure()
            await self.asterisk.start()
            self.save()
            for number in PHONES if phones else ():
                await self.agent(number, Agent(answer_after=answer_after))
            if ccd:
                self.ccd.configure()
                await self.ccd.start()
            self.save()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """End what was started, callers of the dialplan first."""
        await self._stop_patients()
        for phone in self.phones.values():
            await phone.stop()
        await self.asterisk.stop()
        await self.ccd.stop()
        (self.home / "bed.json").unlink(missing_ok=True)

    async def agent(self, number: str, behaviour: Agent) -> Phone:
        """Give an agent's phone this behaviour from now on."""
        if number in self.phones:
            await self.phones[number].stop()
        self.phones[number] = await behaviour.start(self.home / "phones", number, self.phone_ports[number])
        return self.phones[number]

    async def call(self, patient: Patient) -> Phone:
        """Let a patient dial."""
        phone = await patient.call(self.home / "phones", ("127.0.0.1", self.sip_port))
        self.patients.append(phone)
        return phone

    async def quiet(self, seconds: float = 60) -> None:
        """Hang up every channel; return when none is left, and no patient's phone."""
        async with self.asterisk.probe() as probe, asyncio.timeout(seconds):
            while channels := await probe.list({"Action": "CoreShowChannels"}):
                for channel in channels:
                    await probe.action({"Action": "Hangup", "Channel": channel["Channel"]})
                await asyncio.sleep(0.02)
        await self._stop_patients()

    async def _stop_patients(self) -> None:
        await asyncio.gather(*(phone.stop() for phone in self.patients))
        self.patients.clear()

    def processes(self) -> dict[str, Process]:
        """Return what was started, by name, in the order to stop it."""
        started = {f"phone-{number}": phone.process for number, phone in self.phones.items()}
        started |= {"asterisk": self.asterisk.process} if self.asterisk.process else {}
        return started | ({"ccd": self.ccd.process} if self.ccd.process else {})

    def addresses(self) -> dict[str, Any]:
        """Return every address and file, for JSON."""
        asterisk, ccd = self.asterisk, self.ccd
        return {
            "dir": str(self.home),
            "sip": {"host": "127.0.0.1", "port": self.sip_port, "header": "X-Phone: patient"},
            "phones": {number: f"127.0.0.1:{port}" for number, port in self.phone_ports.items()},
            "queues": {"operators": list(OPERATORS), "duty-doctor": list(DOCTORS)},
            "ami": {"host": "127.0.0.1", "port": self.ami_port, "username": "ccd", "secret": ccd.ami_secret},
            "ami_probe": {"username": "probe", "secret": asterisk.secret},
            "agi": {"host": "127.0.0.1", "port": self.agi_port, "asked": asterisk.values["CCD_AGI"]},
            "http": f"http://127.0.0.1:{self.http_port}",
            "ccd": {"config": str(ccd.config), "database": str(ccd.database), "log": str(ccd.log)},
            "asterisk": {
                "home": str(asterisk.home), "queue_log": str(asterisk.home / "log/queue_log"),
                "cdr": str(asterisk.home / "log/cdr-custom/cdr.csv"), "log": str(asterisk.home / "log/full"),
            },
        }  # fmt: skip

    def save(self) -> None:
        """Write bed.json, from which ``down`` knows what to end."""
        processes = {name: {"pid": p.pid, "started": p.started} for name, p in self.processes().items()}
        text = json.dumps({**self.addresses(), "processes": processes}, indent=1)
        partial = self.home / f"bed.json.{os.getpid()}"
        partial.write_text(text)
        partial.replace(self.home / "bed.json")


async def down(home: Path) -> list[str]:
    """End what ``up`` started in ``home`` and nothing else; return the names of what was still alive."""
    state = json.loads((home / "bed.json").read_text())
    ended = []
    for name, known in state["processes"].items():
        process = Process(known["pid"], known["started"])
        if process.alive:
            ended.append(name)
            await (process.kill() if name.startswith("phone") else process.stop())
    (home / "bed.json").unlink()
    return ended
