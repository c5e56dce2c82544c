"""One phone's side of one call, and all that whoever holds the phone can do with it."""

import asyncio

from tests.testbed.softphone.media import address_in, sdp
from tests.testbed.softphone.message import Message, token, uri_of
from tests.testbed.softphone.talking import SECONDS, Talking


class Leg(Talking):
    """``ringing``, ``up`` and ``over`` are set when the call gets there."""

    def __init__(self, *where: object, **ids: str) -> None:
        super().__init__(*where, **ids)
        self.ringing, self.up, self.over = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.status = 0
        """With what the call was refused; 0 when it was not."""
        self._invite: Message | None = None
        self._branch = ""

    def ring(self, request: Message) -> None:
        """Somebody calls."""
        self._invite, self.media = request, address_in(request.body)
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
        self.reply(self._call, "302 Moved Temporarily", f"Contact: <{self.address(user)}>")

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
            self.target, self.media = uri_of(response.get("contact")), address_in(response.body)
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
            await super().hang_up()

    async def _settled(self) -> None:
        ways = [asyncio.ensure_future(one.wait()) for one in (self.up, self.over)]
        await asyncio.wait(ways, timeout=SECONDS, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()

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
                self.heard_of_transfer(request.body)
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
