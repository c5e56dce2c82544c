"""One clinic for all tests of this folder, with a ccd that runs, and no call."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.integration.postgresql.clinic import PASSWORD, OnServer
from tests.testbed.ami_probe import AmiProbe
from tests.testbed.postgres import Postgres


@pytest.fixture(scope="session")
def the_clinic(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Iterator[OnServer]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CCD_DATABASE_PASSWORD", PASSWORD)
        clinic = OnServer(tmp_path_factory.mktemp("postgresql"), postgres)
        try:
            asyncio.run(clinic.open())
            yield clinic
        finally:
            asyncio.run(clinic.stop())


@pytest.fixture
async def clinic(the_clinic: OnServer) -> AsyncIterator[OnServer]:
    await the_clinic.ready()
    yield the_clinic
    the_clinic.server.mend()
    await the_clinic.clear()


@pytest.fixture
async def probe(the_clinic: OnServer) -> AsyncIterator[AmiProbe]:
    async with the_clinic.asterisk.probe() as probe:
        yield probe
