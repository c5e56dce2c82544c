"""One phone's side of one call, and all that whoever holds the phone can do with it."""

import asyncio
from urllib.parse import quote

from tests.testbed.softphone.dialog import Dialog
from tests.testbed.softphone.media import DISCARD, Address, address_in, sdp, send_tone
from tests.testbed.softphone.message import Message, tag_of, token, uri_of

SECONDS = 15
"""How long a phone waits for what must come."""


class Leg(Dialog):
    """``ringing``, ``up`` and ``over`` are set when the call gets there."""

    def __init__(self, *where: object, **ids: str) -> None:
        super().__init__(*where, **ids)  # type: ignore[arg-type]
        self.ringing, self.up, self.over = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.status = 0
        """With what the call was refused; 0 when it was not."""
        self._said: asyncio.Queue[str] = asyncio.Queue()
        self._invite: Message | None = None
        self._branch = ""
        self._media: Address = DISCARD

    def ring(self, request: Message) -> None:
        """Somebody calls."""
        self._invite, self._media = request, address_in(request.body)
        self.reply(request, "180 Ringing")
        self.ringing.set()

    async def answer(self) -> "Leg":
        """Take the call; returns when Asterisk has taken note."""
        self.reply(self._call, "200 OK", body=sdp())
        return await self.answered()

    def refuse(self, status: str = "486 Busy Here") -> None:
        """Do not take it."""
        self._end(int(status.split(maxsplit=1)[0]))
        self.reply(self._call, status)

    def forward(self, user: str) -> None:
        """Send the caller elsewhere."""
        self._end(302)
        self.reply(self._call, "302 Moved Temporarily", f"Contact: <{self._address(user)}>")

    async def invite(self, *headers: str) -> None:
        """Call, and follow it until it is answered or refused."""
        self._branch = token("z9hG4bK")
        response = await self.first_response(self._branch, "INVITE", *headers, body=sdp())
        while response.status < 200:
            if response.status == 180:
                self.remote = response.get("to")
                self.ringing.set()
            response = await self.next_response(self._branch, "INVITE")
        self.remote = response.get("to")
        if response.status < 300:
            self.target, self._media = uri_of(response.get("contact")), address_in(response.body)
        self.acknowledge(response)
        if response.status < 300:
            self.up.set()
        else:
            self._end(response.status)

    async def answered(self, seconds: float = SECONDS) -> "Leg":
        """Wait until both sides talk."""
        async with asyncio.timeout(seconds):
            await self.up.wait()
        return self

    async def rung(self, seconds: float = SECONDS) -> "Leg":
        """Wait until the other side rings."""
        async with asyncio.timeout(seconds):
            await self.ringing.wait()
        return self

    async def ended(self, seconds: float = SECONDS) -> "Leg":
        """Wait for the end, whoever makes it."""
        async with asyncio.timeout(seconds):
            await self.over.wait()
        return self

    async def hang_up(self) -> None:
        """End it: BYE, or CANCEL while the other side rings."""
        if not (self.up.is_set() or self.over.is_set()):
            self.cancel(self._branch)
            await self._settled()
        if not self.over.is_set():  # also when the answer was quicker than CANCEL
            self.over.set()
            await self.ask("BYE")

    async def _settled(self) -> None:
        ways = [asyncio.ensure_future(one.wait()) for one in (self.up, self.over)]
        await asyncio.wait(ways, timeout=SECONDS, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()

    async def hold(self) -> None:
        """Put the other side on hold."""
        self.acknowledge(await self.ask("INVITE", body=sdp("sendonly")))

    async def resume(self) -> None:
        """Take it back."""
        self.acknowledge(await self.ask("INVITE", body=sdp()))

    async def press(self, keys: str) -> None:
        """Press keys, each as an INFO."""
        for key in keys:
            body = f"Signal={key}\r\nDuration=100\r\n"
            await self.ask("INFO", "Content-Type: application/dtmf-relay", body=body)

    async def speak(self, seconds: float) -> None:
        """Make a noise."""
        await send_tone(self._media, seconds)

    async def refer(self, user: str, *, into: "Leg | None" = None) -> None:
        """Transfer the other side to a number; ``into`` another call of this phone: attended (RFC 5589)."""
        replaces = f"?Replaces={quote(into.replaced, safe='')}" if into else ""
        by = f"Referred-By: <sip:{self.user}@127.0.0.1>"
        await self.ask("REFER", f"Refer-To: <{self._address(user)}{replaces}>", by)

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

    def requested(self, request: Message) -> None:
        """Asterisk asks for something within the call."""
        match request.method:
            case "ACK":
                if not self.status:
                    self.up.set()
                return
            case "CANCEL":
                self.reply(request, "200 OK")
                self.refuse("487 Request Terminated")
                return
            case "BYE":
                self.over.set()
            case "NOTIFY":
                self._said.put_nowait(request.body.strip())
            case _:
                pass
        self.reply(
            request, "200 OK", body=sdp() if request.body and request.method in {"INVITE", "UPDATE"} else ""
        )

    @property
    def _call(self) -> Message:
        assert self._invite, "nobody called this phone"
        return self._invite

    def _end(self, status: int) -> None:
        self.status = status
        self.over.set()

    def _address(self, user: str) -> str:
        host, port = self.exchange.asterisk
        return f"sip:{user}@{host}:{port}"
