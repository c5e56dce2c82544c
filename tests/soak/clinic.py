"""The clinic of a soak: phones by behaviour, a queue for each, and callers in crowds."""

import re
from pathlib import Path

from tests.integration.clinic.support import until
from tests.soak.plan import Crowd
from tests.soak.shapes import BEHAVIOURS, DIDS, rules
from tests.testbed import phone
from tests.testbed.bed import Testbed
from tests.testbed.phone import Phone
from tests.testbed.phones import Patient
from tests.testbed.ports import free_port

_NUMBERS = {
    name: [f"1{group}{number:02}" for number in range(30)] for group, name in enumerate(BEHAVIOURS, 1)
}
"""Each behaviour's own thirty phones."""
_OTHERS = {"202": "answers", "203": "rings"}
"""Phones in no queue; 201 is the testbed's own."""
_DIALLED = re.compile(rb"^From:.*?<sip:(\+\d+)@", re.MULTILINE)
_EACH = 20
"""The first so many are in the queue of that name."""
QUEUES = {
    **{name: numbers[:_EACH] for name, numbers in _NUMBERS.items()},
    "empty": [],
    "refuses": [*_NUMBERS["busy"][:3], *_NUMBERS["declines"][:3], *_NUMBERS["answers"][_EACH : _EACH + 5]],
    "turns": [*_NUMBERS["rings"][_EACH : _EACH + 5], *_NUMBERS["ends"][_EACH:]],
    "doctors": _NUMBERS["holds"][_EACH:],
}
_QUEUE = (
    "[{name}](ccd-queue)\nstrategy = {strategy}\ntimeout = {timeout}\nretry = 1\nwrapuptime = 0\n{members}"
)
_PHONE = (
    '[{number}](phone)\naors = {number}\ncallerid = "Agent {number}" <{number}>\n'
    "[{number}]\ntype = aor\ncontact = sip:{number}@127.0.0.1:{port}\n"
)


class SoakClinic(Testbed):
    """One Asterisk with everybody who works there."""

    def __init__(self, home: Path) -> None:
        self.ports = {name: free_port() for name in BEHAVIOURS}
        config = home / "template.yaml"
        config.write_text(Path(__file__).with_name("ccd.yaml").read_text() + rules())
        usual = dict.fromkeys(("101", "102", "201"), self.ports["answers"])
        super().__init__(home, config=config, phone_ports=usual, rtp_ports=1000)
        self.crowds: list[Phone] = []

    async def open(self) -> None:
        """Start Asterisk and the agents' phones."""
        self.asterisk.configure()
        self._furnish(self.home / "asterisk" / "etc")
        await self.asterisk.start()
        for name, behaviour in BEHAVIOURS.items():
            self.phones[name] = await behaviour.start(self.home / "phones", name, self.ports[name])

    def _furnish(self, etc: Path) -> None:
        with (etc / "pjsip.conf").open("a") as pjsip, (etc / "queues.conf").open("a") as queues:
            behaves = {number: name for name, numbers in _NUMBERS.items() for number in numbers} | _OTHERS
            pjsip.writelines(
                _PHONE.format(number=one, port=self.ports[name]) for one, name in behaves.items()
            )
            queues.writelines(_queue(name, numbers) for name, numbers in QUEUES.items())
            queues.write("[operators](+)\n" + _members(_NUMBERS["answers"][_EACH + 5 :]))

    async def start_ccd(self) -> None:
        """Start it, return when it knows what is alive in Asterisk."""
        before = self.resynchronised()
        await self.ccd.start()
        await until(lambda: self.resynchronised() > before, "ccd hears Asterisk")

    def resynchronised(self) -> int:
        """How often ccd has asked Asterisk for the whole picture."""
        return self.ccd.log.read_text().count('"ami_resynchronised"') if self.ccd.log.exists() else 0

    async def let_call(self, crowd: Crowd) -> None:
        """Let these patients call, one after the other."""
        home = self.home / "phones"
        callers = home / f"{crowd.numbers[0]}.csv"
        callers.write_text("SEQUENTIAL\n" + "".join(f"{number};\n" for number in crowd.numbers))
        count = str(len(crowd.numbers))
        period = ["-r", "1", "-rp", str(int(1000 / crowd.rate))]
        limits = ["-m", count, "-l", count, *period, "-inf", str(callers)]
        target = f"127.0.0.1:{self.sip_port}"
        self.crowds.append(await phone.start(_patient(crowd).scenario(), home, "crowd", [target, *limits]))

    def dialled(self) -> int:
        """How many patients have called so far."""
        return sum(len(set(_DIALLED.findall(one.traffic()))) for one in self.crowds)

    async def stop(self) -> None:
        """End what was started."""
        for one in self.crowds:
            await one.stop()
        await super().stop()


def _patient(crowd: Crowd) -> Patient:
    shape = crowd.shape
    return Patient(
        number=b"[field0]",
        did=DIDS[shape.name],
        talk=crowd.talk,
        hangup=shape.hangup,
        dtmf=shape.dtmf,
        give_up=crowd.talk if shape.give_up else None,
    )


def _queue(name: str, numbers: list[str]) -> str:
    linear = name in {"turns", "refuses"}
    return _QUEUE.format(
        name=name,
        strategy="linear" if linear else "rrmemory",
        timeout=1 if linear else 20,
        members=_members(numbers),
    )


def _members(numbers: list[str]) -> str:
    return "".join(f"member => PJSIP/{number},0,Agent {number},PJSIP/{number}\n" for number in numbers)
