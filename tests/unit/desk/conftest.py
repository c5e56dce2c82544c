"""A desk behind an aiohttp test client, with fakes all around."""

from dataclasses import dataclass

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from ccd.desk.card import Json
from ccd.desk.floor import FloorDesk
from ccd.desk.hub import Hub
from ccd.desk.server import DeskServer
from ccd.desk.sight import Sight
from ccd.desk.trail import Trail
from ccd.metrics.rules import Rules
from ccd.settings.recordings import Recordings
from tests.unit.desk import fakes, samples
from tests.unit.desk.debts import FakeDebts
from tests.unit.desk.figures import FakeFigures
from tests.unit.desk.lost import FakeLost
from tests.unit.desk.reception import Reception


@dataclass
class House:
    users: fakes.FakeUsers
    archive: fakes.FakeArchive
    audit: fakes.FakeAudit
    phones: fakes.FakePhones
    trail: Trail
    hub: Hub
    server: DeskServer
    client: TestClient[web.Request, web.Application]
    escalation: fakes.FakeEscalation
    debts: FakeDebts
    reception: Reception
    history: fakes.FakeHistory
    lost: FakeLost
    floor: fakes.FakeFloor
    floor_desk: FloorDesk
    figures: FakeFigures

    @property
    def origin(self) -> str:
        return str(self.client.make_url("/")).rstrip("/")

    async def call(self, method: str, path: str, data=None, **headers):
        """A request as the page makes it; returns status and JSON."""
        sent = {"Origin": self.origin, "Accept-Language": "en"} | headers
        answer = await self.client.request(method, path, json=data, headers=sent)
        return answer.status, await answer.json()

    async def sign_in(self, name: str = "anna", phone: str = "PJSIP/101") -> None:
        status, _ = await self.call("POST", "/api/session", {"name": name, "password": fakes.PASSWORD})
        assert status == 200
        if phone:
            assert (await self.call("PUT", "/api/phone", {"phone": phone}))[0] == 200

    async def socket(self, query: str = "", origin: str | None = None):
        return await self.client.ws_connect(f"/ws{query}", headers={"Origin": origin or self.origin})


async def heard(socket, kind: str) -> Json:
    """The next message of a kind."""
    while True:
        message: Json = await socket.receive_json(timeout=10)
        if message["type"] == kind:
            return message


def make_house(
    debts: FakeDebts | None = None,
    wall_word: str = "",
    metrics_token: str = "",
    recordings: Recordings | None = None,
    **changes,
) -> House:
    users, archive, audit, phones = fakes.users(), fakes.FakeArchive(), fakes.FakeAudit(), fakes.phones()
    debts = debts or FakeDebts()
    trail, reception = Trail(audit), Reception(samples.clinic().now)
    settings = samples.settings(**changes)
    hub, escalation = Hub(samples.clinic(), trail, Sight(settings.hidden)), fakes.FakeEscalation()
    history, lost, figures = fakes.FakeHistory(), FakeLost(), FakeFigures()
    floor = fakes.FakeFloor()
    floor_desk = FloorDesk(
        settings, clinic=hub.clinic, trail=trail, look=floor.look, known=floor.callers.get, rules=Rules()
    )
    server = DeskServer(
        settings,
        hub=hub,
        trail=trail,
        users=users,
        archive=archive,
        phones=phones,
        draw=fakes.draw,
        history=history,
        escalation=escalation,
        owed=debts.owed,
        missed=lost.missed,
        figures=figures.figures,
        bookings=reception.bookings,
        floor=floor_desk,
        exposition=lambda accept: (accept.encode(), "text/plain"),
        wall_word=wall_word,
        metrics_token=metrics_token,
        recordings=recordings or Recordings(),
    )
    client = TestClient(TestServer(server.app))
    return House(
        users,
        archive,
        audit,
        phones,
        trail,
        hub,
        server,
        client,
        escalation,
        debts,
        reception,
        history,
        lost,
        floor,
        floor_desk,
        figures,
    )


@pytest.fixture
async def house():
    built = make_house()
    async with built.client:
        yield built
