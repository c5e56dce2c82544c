"""People at their desks: they sign in as the page does, see cards pop, and note the topic."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp

PASSWORD = "demo-clinic"

Card = dict[str, Any]


@dataclass
class Person:
    """One user with an open page."""

    name: str
    full_name: str
    role: str
    phone: str
    cards: list[tuple[float, Card]] = field(default_factory=list)
    """Every card as it came, with the wall clock's time in seconds."""
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def sit_down(self, session: aiohttp.ClientSession, url: str) -> aiohttp.ClientWebSocketResponse:
        """Sign in, choose the phone, open the page's socket."""
        headers = {"Origin": url}
        credentials = {"name": self.name, "password": PASSWORD}
        await _ok(session.post(f"{url}/api/session", json=credentials, headers=headers))
        await _ok(session.put(f"{url}/api/phone", json={"phone": self.phone}, headers=headers))
        return await session.ws_connect(f"{url}/ws", headers=headers)

    async def watch(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Keep every card that comes."""
        async for message in socket:
            body = message.json()
            if body["type"] == "card":
                self.cards.append((time.time(), body["card"]))
                self.changed.set()
                self.changed = asyncio.Event()

    async def card(self, call_id: str, *states: str, seconds: float = 30) -> tuple[float, Card]:
        """Wait for the card of this call in one of these states."""
        async with asyncio.timeout(seconds):
            while True:
                changed = self.changed
                for at, card in self.cards:
                    if card["id"] == call_id and card["state"] in states:
                        return at, card
                await changed.wait()

    async def note(
        self, session: aiohttp.ClientSession, url: str, call_id: str, topic: str, outcome: str, text: str
    ) -> None:
        """Write down what the call was about, and what came of it."""
        body = {"topic": topic, "outcome": outcome, "note": text}
        await _ok(session.put(f"{url}/api/calls/{call_id}/note", json=body, headers={"Origin": url}))


async def _ok(request: Any) -> None:
    async with request as answer:
        if answer.status >= 300:
            raise RuntimeError(f"{answer.url.path}: {answer.status} {await answer.text()}")
