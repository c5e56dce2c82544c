"""One clinic for all tests of this folder; each finds ccd running, and no call."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.integration.clinic.support import Clinic
from tests.testbed.ami_probe import AmiProbe
from tests.testbed.proxy import Proxy


@pytest.fixture(scope="session")
def the_clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    clinic = Clinic(tmp_path_factory.mktemp("clinic"))
    try:
        asyncio.run(clinic.open())
        yield clinic
    finally:
        asyncio.run(clinic.stop())


@pytest.fixture
async def without_ccd(the_clinic: Clinic) -> AsyncIterator[Clinic]:
    await the_clinic.ccd.stop()
    yield the_clinic
    await the_clinic.clear()


@pytest.fixture
async def clinic(the_clinic: Clinic) -> AsyncIterator[Clinic]:
    await the_clinic.ready()
    yield the_clinic
    await the_clinic.clear()


@pytest.fixture
async def with_slow_ccd(without_ccd: Clinic) -> AsyncIterator[Clinic]:
    """A ccd whose directory takes ten seconds."""
    await without_ccd.start_ccd("tests.integration.clinic.slow_ccd")
    yield without_ccd
    await without_ccd.ccd.stop()


@pytest.fixture
async def with_dying_ccd(without_ccd: Clinic) -> Clinic:
    """A ccd that dies as soon as it asks its directory who is calling."""
    await without_ccd.start_ccd("tests.integration.clinic.dying_ccd")
    return without_ccd


@pytest.fixture
async def with_proxy(without_ccd: Clinic) -> AsyncIterator[tuple[Clinic, Proxy]]:
    """ccd hears Asterisk through a proxy that a test can spoil."""
    direct = without_ccd.ccd.ami_port
    async with Proxy("127.0.0.1", direct) as proxy:
        without_ccd.ccd.ami_port = proxy.port
        await without_ccd.start_ccd()
        yield without_ccd, proxy
        await without_ccd.ccd.stop()
    without_ccd.ccd.ami_port = direct


@pytest.fixture
async def with_logs(without_ccd: Clinic) -> AsyncIterator[tuple[Clinic, Proxy]]:
    """ccd reads Asterisk's logs along, and hears Asterisk through a proxy; its database is a new one."""
    ccd, direct = without_ccd.ccd, without_ccd.ccd.ami_port
    before = without_ccd.home / "before"
    before.mkdir(exist_ok=True)
    for file in without_ccd.home.glob("ccd.db*"):
        file.rename(before / file.name)
    async with Proxy("127.0.0.1", direct) as proxy:
        ccd.ami_port, ccd.logs = proxy.port, without_ccd.asterisk.home / "log"
        await without_ccd.start_ccd()
        yield without_ccd, proxy
        await ccd.stop()
    ccd.ami_port, ccd.logs = direct, None


@pytest.fixture
async def probe(the_clinic: Clinic) -> AsyncIterator[AmiProbe]:
    async with the_clinic.asterisk.probe() as probe:
        yield probe
