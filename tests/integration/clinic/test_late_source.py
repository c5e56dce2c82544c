"""A source that answers when the phone rings already: the card that is open there is filled."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.integration.clinic.desks import desk_of, origin
from tests.integration.clinic.support import Clinic, until
from tests.testbed.ami_probe import PATIENCE

pytestmark = pytest.mark.asterisk

PHONE = "PJSIP/125"
"""It rings, and nobody answers."""
DIRECTORY = """
directory:
  region: RU
  deadline: 1
  sources:
    - {name: built-in, builtin: {}}
    - name: mis
      timeout: 60
      http:
        patients:
          url: "@URL@/?phone={e164}"
          answer: {each: "@", patient_id: id, full_name: name}
"""


class Mis:
    """The clinic's own system: it answers when it is told to."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.asked: list[str] = []

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        """Its address."""
        application = web.Application()
        application.router.add_get("/", self._answer)
        runner = web.AppRunner(application, shutdown_timeout=0)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        try:
            yield "http://{}:{}".format(*runner.addresses[0])
        finally:
            await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.query["phone"])
        await self.go.wait()
        return web.json_response([{"id": "17", "name": "Иванова Мария"}])


@pytest.fixture
async def mis(without_ccd: Clinic, tmp_path: Path) -> AsyncIterator[Mis]:
    """A ccd that asks this system, too."""
    clinic, mis = without_ccd, Mis()
    usual = clinic.ccd.given
    assert usual
    async with mis.listening() as url:
        clinic.ccd.given = tmp_path / "template.yaml"
        text = usual.read_text().replace("directory: {region: RU}\n", DIRECTORY.replace("@URL@", url))
        clinic.ccd.given.write_text(text)
        await clinic.start_ccd()
        yield mis
        mis.go.set()
        await clinic.ccd.stop()
    clinic.ccd.given = usual


async def test_a_late_source_fills_the_card_that_is_open(mis, without_ccd, probe):
    clinic: Clinic = without_ccd
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        await desk_of(clinic, PHONE, session)
        call = await clinic.dial(probe, "dialled")
        await probe.event("DialBegin", Linkedid=call.call_id)
        async with session.ws_connect(f"{origin(clinic)}/ws?boot=&seq=") as page:
            before = await card(page, call.call_id)
            assert (before["patients"], before["failed"], before["asking"]) == ([], ["mis"], ["mis"])
            mis.go.set()
            after = await card(page, call.call_id, asking=[])
    assert [(one["id"], one["name"]) for one in after["patients"]] == [("mis:17", "Иванова Мария")]
    assert (after["failed"], after["asking"]) == ([], [])
    assert (after["state"], mis.asked) == (before["state"], [call.number])
    await until(
        lambda: clinic.rows("call_id = ? AND patient_ids LIKE '%mis:17%'", call.call_id), "it is saved"
    )


async def card(page: aiohttp.ClientWebSocketResponse, call_id: str, **said: Any) -> dict[str, Any]:
    """The next card of this call that the page gets, and that says so."""
    async with asyncio.timeout(PATIENCE):
        async for message in page:
            told = json.loads(message.data)
            for found in (*told.get("cards", ()), *([told["card"]] if "card" in told else ())):
                if found["id"] == call_id and said.items() <= found.items():
                    return dict(found)
    raise AssertionError("the page was closed")
