"""What whoever holds a phone does while a call goes on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import quote

from tests.testbed.softphone.dialog import Dialog
from tests.testbed.softphone.media import DISCARD, Address, sdp, send_tone
from tests.testbed.softphone.message import tag_of

SECONDS = 30
"""How long a phone waits for what must come."""


_KEY = 0.15
"""Seconds from key to key."""


class Talking(Dialog):
    """Holds, keys, sound and transfers."""

    def __init__(self, *where: object, **ids: str) -> None:
        super().__init__(*where, **ids)  # type: ignore[arg-type]
        self.media: Address = DISCARD
        """Where the other side wants to hear this one."""
        self._said: asyncio.Queue[str] = asyncio.Queue()

    async def hang_up(self) -> None:
        """End it."""
        await self.ask("BYE")

    async def hold(self) -> None:
        """Put the other side on hold."""
        self.acknowledge(await self.ask("INVITE", body=sdp("sendonly")))

    async def resume(self) -> None:
        """Take it back."""
        self.acknowledge(await self.ask("INVITE", body=sdp()))

    async def press(self, keys: str) -> None:
        """Press keys, each as an INFO, and speak meanwhile: in silence a key may stay held."""
        heard = asyncio.create_task(self.speak(len(keys) * _KEY + 0.5))
        for key in keys:
            await self.press_key(key)
            await asyncio.sleep(_KEY)
        await heard

    async def press_key(self, key: str) -> None:
        """Press one key, and say nothing."""
        body = f"Signal={key}\r\nDuration=100\r\n"
        await self.ask("INFO", "Content-Type: application/dtmf-relay", body=body)

    async def speak(self, seconds: float) -> None:
        """Make a noise."""
        await send_tone(self.media, seconds)

    @asynccontextmanager
    async def speaking(self) -> AsyncIterator[None]:
        """Make a noise meanwhile: one, because Asterisk hears a new one only after a while."""
        noise = asyncio.create_task(self.speak(10 * SECONDS))
        try:
            yield
        finally:
            noise.cancel()
            await asyncio.gather(noise, return_exceptions=True)

    async def refer(self, user: str, *, into: "Talking | None" = None) -> None:
        """Transfer the other side to a number; ``into`` another call of this phone: attended (RFC 5589)."""
        replaces = f"?Replaces={quote(into.replaced, safe='')}" if into else ""
        by = f"Referred-By: <sip:{self.user}@127.0.0.1>"
        await self.ask("REFER", f"Refer-To: <{self.address(user)}{replaces}>", by)

    async def transferred(self, seconds: float = SECONDS) -> str:
        """How the transfer went, in the end, by its NOTIFY: ``SIP/2.0 200 OK``."""
        async with asyncio.timeout(seconds):
            while (said := await self._said.get()).startswith("SIP/2.0 1"):
                pass
        return said

    async def let_go(self) -> None:
        """Hang up once the transfer has gone well: Asterisk waits for that."""
        assert (said := await self.transferred()).endswith("200 OK"), said
        await self.hang_up()

    @property
    def replaced(self) -> str:
        """This dialog as Replaces names it (RFC 3891): the tags as Asterisk sees them."""
        return f"{self.call_id};to-tag={tag_of(self.remote)};from-tag={tag_of(self.local)}"

    def heard_of_transfer(self, said: str) -> None:
        """NOTIFY says how a transfer goes."""
        self._said.put_nowait(said.strip())

    def address(self, user: str) -> str:
        """A number's address at Asterisk."""
        host, port = self.exchange.asterisk
        return f"sip:{user}@{host}:{port}"
