"""Many desks on one ccd: sessions made in its database, and a WebSocket on each phone."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp

from ccd.calls.ids import Phone
from ccd.people import Role, User
from ccd.store.users import Users
from tests.bench.clinic import opened

AT_ONCE = 50
Arrival = asyncio.Future[float]


def phone(desk: int) -> str:
    """The phone of a desk."""
    return f"PJSIP/d{desk:04d}"


async def sessions(database: Path, desks: int) -> list[str]:
    """Tokens of sessions, each at a phone of its own."""
    async with opened(database) as opened_:
        users = Users(opened_)
        await users.add(User(name="bench", role=Role.OPERATOR, full_name="Bench"), "never typed in")
        tokens = [await users.open_session("bench", 1) for _ in range(desks)]
        for desk, token in enumerate(tokens):
            await users.set_phone(token, Phone(phone(desk)))
    return tokens


class Desks:
    """Open pages that note when the card of a call comes, and when it has a patient's name."""

    def __init__(self) -> None:
        self.cards: dict[str, Arrival] = {}
        self.names: dict[str, Arrival] = {}

    def expect(self, call_id: str) -> tuple[Arrival, Arrival]:
        """Futures of the moments when this call's card, and its name, arrive."""
        loop = asyncio.get_running_loop()
        self.cards[call_id], self.names[call_id] = loop.create_future(), loop.create_future()
        return self.cards[call_id], self.names[call_id]

    async def listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """One desk's page, until it is closed."""
        async for message in socket:
            arrived = time.monotonic()
            if message.data.startswith('{"type":"card"'):
                self._note(arrived, json.loads(message.data)["card"])

    def _note(self, arrived: float, card: dict[str, object]) -> None:
        for arrivals, here in ((self.cards, True), (self.names, bool(card["patients"]))):
            arrival = arrivals.get(str(card["id"]))
            if here and arrival and not arrival.done():
                arrival.set_result(arrived)


@asynccontextmanager
async def connected(desks: Desks, http_port: int, tokens: list[str]) -> AsyncIterator[None]:
    """A page open on every session."""
    gate, address = asyncio.Semaphore(AT_ONCE), f"http://127.0.0.1:{http_port}"
    async with AsyncExitStack() as stack:
        session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar()
        )
        client = await stack.enter_async_context(session)

        async def open_one(token: str) -> aiohttp.ClientWebSocketResponse:
            headers = {"Origin": address, "Cookie": f"ccd_session={token}"}
            async with gate:
                return await client.ws_connect(f"{address}/ws?boot=&seq=", headers=headers, compress=15)

        sockets = await asyncio.gather(*map(open_one, tokens))
        listeners = [asyncio.create_task(desks.listen(socket)) for socket in sockets]
        try:
            yield
        finally:
            for listener in listeners:
                listener.cancel()
            await asyncio.gather(*listeners, return_exceptions=True)
