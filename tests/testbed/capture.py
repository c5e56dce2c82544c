"""Takes the AMI captures of tests/captures anew: ``python -m tests.testbed.capture [SHAPE ...]``.

Each .ami file is every byte that Asterisk sends to the account of dialplan/ccd-manager.conf during one
call, the login's answer included; .cel and .queue_log are what it writes down of the same call.
"""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.testbed.ami_probe import AmiProbe
from tests.testbed.bed import OPERATORS, PHONES, Testbed
from tests.testbed.fake_agi import Answer, FakeAgi, in_turn, queue
from tests.testbed.installation import REPOSITORY
from tests.testbed.phones import Agent, Patient, Phone

CAPTURES = REPOSITORY / "tests" / "captures"
Act = Callable[[Testbed, AmiProbe, Phone], Awaitable[None]]


async def _nothing(_bed: Testbed, _probe: AmiProbe, _phone: Phone) -> None: ...


async def _blind(_bed: Testbed, probe: AmiProbe, _phone: Phone) -> None:
    agent = await probe.event("AgentConnect")
    await asyncio.sleep(1)
    action = {
        "Action": "BlindTransfer",
        "Channel": agent["DestChannel"],
        "Context": "internal",
        "Exten": "201",
    }
    await probe.action(action)


async def _attended(_bed: Testbed, probe: AmiProbe, _phone: Phone) -> None:
    agent = await probe.event("AgentConnect")
    await asyncio.sleep(1)
    since = len(probe.messages)
    action = {"Action": "Atxfer", "Channel": agent["DestChannel"], "Context": "internal", "Exten": "201"}
    await probe.action(action)
    await probe.event("BridgeEnter", since=since, CallerIDNum="201", seconds=15)
    await asyncio.sleep(1)
    await probe.action({"Action": "Hangup", "Channel": agent["DestChannel"]})


FORGED = (
    b"7916%0d%0a%0d%0aEvent%3a%20AgentConnect%0d%0aQueue%3a%20operators%0d%0aUniqueid%3a%201.1%0d%0aX%3a%20"
)
UNFILTERED = {"forged-in-number"}
"""Taken by an account without the filters of dialplan/ccd-manager.conf, which drop such an event."""
TALK = Patient(talk=4)
RINGS = Agent(answer_after=None)


def _dial(*devices: str, seconds: int = 20) -> Answer:
    return {"CCD_ACTION": "dial", "CCD_DIAL": "&".join(devices), "CCD_TIMEOUT": str(seconds), "CCD_NEXT": ""}


DEFAULT: tuple[Answer, ...] = (queue("operators", 40), queue("duty-doctor", 60))
SHAPES: dict[str, tuple[Patient, dict[str, Agent], tuple[Answer, ...], Act]] = {
    "answered-caller-hangs-up": (TALK, {}, DEFAULT, _nothing),
    "answered-agent-hangs-up": (
        Patient(hangup="agent"), dict.fromkeys(OPERATORS, Agent(talk=2)), DEFAULT, _nothing,
    ),
    "abandoned": (Patient(talk=3), {"101": RINGS, "102": RINGS}, DEFAULT, _nothing),
    "operators-timeout-doctor-answers": (
        Patient(talk=8), dict.fromkeys(OPERATORS, RINGS),
        (queue("operators", 3), queue("duty-doctor", 60)), _nothing,
    ),
    "no-answer-then-another-agent": (
        Patient(talk=9), {"101": RINGS, "102": Agent(answer_after=0.5)}, DEFAULT, _nothing,
    ),
    "busy-and-declined": (
        Patient(talk=5), {"101": Agent(refuse="486 Busy Here"), "102": Agent(refuse="603 Decline")},
        (queue("operators", 2), queue("duty-doctor", 60)), _nothing,
    ),
    "hold": (Patient(talk=6), {n: Agent(hold=(1, 1.5)) for n in ("101", "102")}, DEFAULT, _nothing),
    "blind-transfer": (Patient(talk=7), {}, DEFAULT, _blind),
    "attended-transfer": (Patient(talk=9), {}, DEFAULT, _attended),
    "dial-answered-caller-hangs-up": (TALK, {}, (_dial("PJSIP/101"),), _nothing),
    "dial-answered-agent-hangs-up": (
        Patient(hangup="agent"), {"101": Agent(answer_after=1, talk=2), "102": RINGS},
        (_dial("PJSIP/101", "PJSIP/102"),), _nothing,
    ),
    "dial-not-answered": (
        Patient(talk=6), {"101": RINGS}, (_dial("PJSIP/101", seconds=2), queue("duty-doctor")), _nothing,
    ),
    "dial-busy": (
        Patient(talk=4), {"101": Agent(refuse="486 Busy Here")},
        (_dial("PJSIP/101"), queue("duty-doctor")), _nothing,
    ),
    "dial-abandoned": (Patient(talk=3), {"101": RINGS}, (_dial("PJSIP/101"),), _nothing),
    "forged-in-number": (Patient(number=FORGED, talk=3), {}, DEFAULT, _nothing),
}  # fmt: skip


async def _take(bed: Testbed, name: str) -> None:
    patient, agents, answers, act = SHAPES[name]
    for number in PHONES:
        await bed.agent(number, agents.get(number, Agent(answer_after=1)))
    logs = {"cel": bed.asterisk.cel, "queue_log": bed.asterisk.home / "log" / "queue_log"}
    before = {file: log.stat().st_size if log.exists() else 0 for file, log in logs.items()}
    account = AmiProbe("127.0.0.1", bed.ami_port, "ccd", bed.ccd.ami_secret)
    async with FakeAgi(bed.agi_port, in_turn(*answers)), bed.asterisk.probe() as probe, account as ccd:
        source = probe if name in UNFILTERED else ccd
        await probe.action({"Action": "Events", "EventMask": "call,agent" if source is probe else "all"})
        probe.forget()
        phone = await bed.call(patient)
        await act(bed, probe, phone)
        await phone.process.wait(30)
        async with asyncio.timeout(10):
            while await probe.list({"Action": "CoreShowChannels"}):
                await asyncio.sleep(0.05)
        await asyncio.sleep(0.2)
        (CAPTURES / f"{name}.ami").write_bytes(source.raw)
        for file, log in logs.items():
            (CAPTURES / f"{name}.{file}").write_bytes(log.read_bytes()[before[file] :])
        print(name, [m["Event"] for m in source.messages if "Event" in m])


async def _main(names: list[str]) -> None:
    CAPTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        bed = Testbed(Path(home), ring_seconds=3)
        await bed.start(phones=False, ccd=False)
        try:
            for name in names or SHAPES:
                await _take(bed, name)
        finally:
            await bed.stop()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1:]))
