"""One clinic for all tests of this folder, and the conditions' calls placed once."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.integration.routing.premises import Premises
from tests.testbed.ami_probe import AmiProbe


@pytest.fixture(scope="session")
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Premises]:
    premises = Premises(tmp_path_factory.mktemp("routing"))
    try:
        asyncio.run(premises.open())
        yield premises
    finally:
        asyncio.run(premises.stop())


@pytest.fixture
async def probe(premises: Premises) -> AsyncIterator[AmiProbe]:
    async with premises.asterisk.probe() as probe:
        yield probe
