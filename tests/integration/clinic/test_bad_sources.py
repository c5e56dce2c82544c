"""Whatever ails an outside source: the call is routed, the card says who failed, and it is tried again."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from tests.demo.clinic import ccd
from tests.demo.desks import PASSWORD, Person
from tests.integration.clinic.spoiling import ILLS, Ill, Sources, sources
from tests.integration.clinic.support import Clinic, until
from tests.testbed.ami_probe import PATIENCE, AmiProbe
from tests.testbed.postgres import PASSWORD as MIS_PASSWORD
from tests.testbed.postgres import Postgres

pytestmark = pytest.mark.asterisk

PHONE = "PJSIP/129"
"""It rings, and nobody answers."""
OPENED, CLOSED = "directory source is left alone for a while", "directory source works again"
RULES = """
    - {name: a source failed, when: {called: "74950000009", caller: failed}, steps: [dial: {to: PJSIP/129}]}
    - {name: all answered, when: {called: "74950000009"}, steps: [dial: {to: PJSIP/129}]}
"""


@pytest.fixture(scope="module")
def spoilt(
    the_clinic: Clinic, postgres: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sources]:
    """A ccd that asks four outside sources; afterwards the clinic's own one runs again."""
    usual = the_clinic.ccd.given
    with (
        sources(postgres, tmp_path_factory.mktemp("certificates")) as all_,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("CCD_TEST_MIS", MIS_PASSWORD)
        the_clinic.ccd.given = written(the_clinic, all_)
        asyncio.run(the_clinic.ccd.stop())
        the_clinic.ccd.log.unlink(missing_ok=True)
        try:
            asyncio.run(the_clinic.start_ccd())
            asyncio.run(user(the_clinic))
            yield all_
        finally:
            asyncio.run(the_clinic.ccd.stop())
            the_clinic.ccd.given = usual


def written(clinic: Clinic, all_: Sources) -> Path:
    """The clinic's configuration with these sources and two rules before all others."""
    assert clinic.ccd.given
    text = Path(__file__).with_name("sources.yaml").read_text()
    values = {
        "SERVICE": all_.service.service.url, "FHIR": all_.fhir.service.url, "MIS": all_.mis.service.port,
        "SECURE": all_.secure.service.url, "CA": all_.trusted.file,
    }  # fmt: skip
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    whole = clinic.ccd.given.read_text().replace("directory: {region: RU}\n", text)
    path = clinic.home / "sources.yaml"
    path.write_text(whole.replace("\n  rules:\n", f"\n  rules:{RULES}"))
    return path


async def user(clinic: Clinic) -> None:
    await ccd(clinic, "user", "add", "lena", "--password-stdin", given=PASSWORD)


@pytest.fixture
async def operator(spoilt: Sources, clinic: Clinic) -> AsyncIterator[Person]:
    """Somebody at the phone that rings."""
    lena = Person("lena", "Елена", "operator", PHONE)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        socket = await lena.sit_down(session, f"http://127.0.0.1:{clinic.http_port}")
        watching = asyncio.create_task(lena.watch(socket))
        yield lena
        watching.cancel()


async def routed(clinic: Clinic, probe: AmiProbe, operator: Person) -> tuple[list[str], str]:
    """A call from a number of its own: the sources that its card says failed, and the rule.

    Asterisk waits for two seconds and goes on without a rule: who has one was routed in time.
    """
    call = await clinic.dial(probe, "facts")
    _, card = await operator.card(call.call_id, "ringing", seconds=PATIENCE)
    await clinic.hang_up(probe, call)
    return card["failed"], card["rule"]


def told(clinic: Clinic, what: str, name: str) -> int:
    """How often the log says this of a source."""
    lines = clinic.ccd.log.read_text().splitlines()
    return sum(what in line and f'"{name}"' in line for line in lines)


def left_alone(clinic: Clinic, name: str, before: int) -> bool:
    return told(clinic, OPENED, name) > before


@pytest.mark.parametrize("ill", ILLS, ids=str)
async def test_a_source_that_is(ill: Ill, spoilt: Sources, clinic: Clinic, probe, operator: Person):
    before = {name: (told(clinic, OPENED, name), told(clinic, CLOSED, name)) for name in ill.failed}
    ill.begin(spoilt)
    try:
        failed, rule = await routed(clinic, probe, operator)
        assert rule == "a source failed"
        assert set(ill.failed) <= set(failed), "on a busy machine others may be late, too"
        for name in ill.failed:
            await until(partial(left_alone, clinic, name, before[name][0]), f"{name} is left alone")
    finally:
        ill.end(spoilt)
    await well_again(clinic, probe, operator)
    for name in ill.failed:
        assert told(clinic, CLOSED, name) > before[name][1]


async def well_again(clinic: Clinic, probe: AmiProbe, operator: Person) -> None:
    """Within a few calls; the first ones may come while the sources are still left alone."""
    async with asyncio.timeout(PATIENCE):
        while True:
            failed, rule = await routed(clinic, probe, operator)
            if not failed:
                break
    assert rule == "all answered"
