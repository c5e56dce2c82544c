"""One testbed for all: Asterisk and phones start once; each test leaves it quiet."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio

from tests.testbed.ami_probe import AmiProbe, Message
from tests.testbed.bed import PHONES, Testbed
from tests.testbed.phones import Agent, Patient
from tests.testbed.softphone import Exchange, Leg, Softphone

LONG = Patient(talk=120)
QUICK = Agent(answer_after=0.05)
RINGS = Agent(answer_after=None)

Behave = Callable[..., Awaitable[None]]
Call = Callable[..., Leg]
PutGlobal = Callable[[str, str], Awaitable[None]]


def timeout_of(channel: str) -> dict[str, str]:
    """Return the action that asks for a channel's absolute timeout."""
    return {"Action": "Getvar", "Channel": channel, "Variable": "TIMEOUT(absolute)"}


async def talking(probe: AmiProbe) -> Message:
    """Both are in the bridge; the queue's event about it."""
    connected = await probe.event("AgentConnect")
    for channel in (connected["Uniqueid"], connected["DestUniqueid"]):
        await probe.event("BridgeEnter", Uniqueid=channel)
    return connected


async def hears(probe: AmiProbe, channel: str, packets: int) -> None:
    """Wait until Asterisk has sent the channel so many packets of sound, 20 ms each."""
    sent = {"Action": "Getvar", "Channel": channel, "Variable": "CHANNEL(rtcp,txcount)"}
    async with asyncio.timeout(30):
        while int((await probe.action(sent)).get("Value") or 0) < packets:
            await asyncio.sleep(0.05)


def invites(bed: Testbed, *numbers: str) -> set[bytes]:
    """Return every INVITE that reached these phones: one that SIP repeats counts once."""
    received = (message for number in numbers or PHONES for message in bed.phones[number].received())
    return {message for message in received if message.startswith(b"INVITE")}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_bed(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Testbed]:
    """Asterisk and no ccd: the tests play ccd, and may be slow to answer."""
    bed = Testbed(tmp_path_factory.mktemp("bed"))
    await bed.start(ccd=False, answer_after=0.05)
    await bed.asterisk.cli("dialplan set global PATIENCE 30")
    yield bed
    await bed.stop()


@pytest_asyncio.fixture
async def bed(shared_bed: Testbed) -> AsyncIterator[Testbed]:
    """The shared testbed, without a call left over."""
    yield shared_bed
    await shared_bed.quiet()


@pytest_asyncio.fixture
async def probe(bed: Testbed) -> AsyncIterator[AmiProbe]:
    """A manager connection that sees everything."""
    async with bed.asterisk.probe() as connection:
        yield connection


@pytest_asyncio.fixture
async def call(bed: Testbed) -> AsyncIterator[Call]:
    """``caller = call()``: a patient who does what the test says, when it says so."""
    async with Exchange(asterisk=("127.0.0.1", bed.sip_port)) as exchange:
        patient = exchange.phone("+79161234567")

        def dial(did: str = "74951234567") -> Leg:
            return patient.dial(did, name="Ivanov Ivan", headers=("X-Phone: patient",))

        yield dial
        await bed.quiet()


@pytest_asyncio.fixture
async def doctor(bed: Testbed) -> AsyncIterator[Softphone]:
    """The phone 201, which does what the test says until it ends."""
    await bed.phones["201"].stop()
    async with Exchange(asterisk=("127.0.0.1", bed.sip_port), port=bed.phone_ports["201"]) as exchange:
        yield exchange.phone("201")
        await bed.quiet()
    await bed.agent("201", QUICK)


@pytest_asyncio.fixture
async def agents(bed: Testbed) -> AsyncIterator[Behave]:
    """``await agents(RINGS, "101", "102")``: another behaviour until the test ends."""
    changed: set[str] = set()

    async def behave(behaviour: Agent, *numbers: str) -> None:
        chosen = numbers or PHONES
        changed.update(chosen)
        await asyncio.gather(*(bed.agent(number, behaviour) for number in chosen))

    yield behave
    await bed.quiet()
    for number in changed:
        await bed.agent(number, QUICK)


@pytest_asyncio.fixture
async def globals_(bed: Testbed) -> AsyncIterator[PutGlobal]:
    """``await globals_("CCD_DEFAULT_QUEUE", "nowhere")``: a dialplan global until the test ends."""
    before: dict[str, str] = {}

    async def put(name: str, value: str) -> None:
        async with bed.asterisk.probe() as connection:
            answer = await connection.action({"Action": "Getvar", "Variable": name})
            before.setdefault(name, answer.get("Value", ""))
            await connection.action({"Action": "Setvar", "Variable": name, "Value": value})

    yield put
    async with bed.asterisk.probe() as connection:
        for name, value in before.items():
            await connection.action({"Action": "Setvar", "Variable": name, "Value": value})
