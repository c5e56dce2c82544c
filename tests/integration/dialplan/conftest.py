"""One testbed for all: Asterisk and phones start once; each test leaves it quiet."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio

from tests.testbed.ami_probe import AmiProbe
from tests.testbed.bed import PHONES, Testbed
from tests.testbed.phones import Agent, Patient

LONG = Patient(talk=30)
QUICK = Agent(answer_after=0.05)
RINGS = Agent(answer_after=None)

Behave = Callable[..., Awaitable[None]]
PutGlobal = Callable[[str, str], Awaitable[None]]


def timeout_of(channel: str) -> dict[str, str]:
    """Return the action that asks for a channel's absolute timeout."""
    return {"Action": "Getvar", "Channel": channel, "Variable": "TIMEOUT(absolute)"}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_bed(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Testbed]:
    """Asterisk and no ccd: the tests play ccd."""
    bed = Testbed(tmp_path_factory.mktemp("bed"), ring_seconds=2)
    await bed.start(ccd=False, answer_after=0.05)
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
