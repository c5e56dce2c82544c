"""A phone with a number: it dials, and it is rung."""

import asyncio
from typing import TYPE_CHECKING

from tests.testbed.softphone.leg import Leg
from tests.testbed.softphone.message import Message, token, uri_of
from tests.testbed.softphone.talking import SECONDS

if TYPE_CHECKING:
    from tests.testbed.softphone.exchange import Exchange


class Softphone:
    """One number, any number of calls.  A call that comes in rings until the test does something."""

    def __init__(self, exchange: "Exchange", user: str) -> None:
        self.exchange = exchange
        self.user = user
        self._ringing: asyncio.Queue[Leg] = asyncio.Queue()

    async def rings(self, seconds: float = SECONDS) -> Leg:
        """The next call that comes in, ringing."""
        async with asyncio.timeout(seconds):
            return await self._ringing.get()

    def dial(self, target: str, *, name: str = "", headers: tuple[str, ...] = ()) -> Leg:
        """Begin a call, and go on at once: what becomes of it is told by the leg."""
        host, port = self.exchange.asterisk
        here = f"<sip:{self.user}@127.0.0.1>" if self.user else "<sip:127.0.0.1>"
        shown = f'"{name}" {here}' if name else here
        leg = Leg(
            self.exchange,
            self.user,
            call_id=token(f"call-{self.exchange.port}-"),
            local=f"{shown};tag={token('us')}",
            remote=f"<sip:{target}@{host}:{port}>",
            target=f"sip:{target}@{host}:{port}",
        )
        self.exchange.legs[leg.call_id] = leg
        self.exchange.keep(leg.invite(*headers))
        return leg

    def invited(self, request: Message) -> None:
        """Asterisk calls: ring."""
        leg = Leg(
            self.exchange,
            self.user,
            call_id=request.get("call-id"),
            local=f"{request.get('to')};tag={token('us')}",
            remote=request.get("from"),
            target=uri_of(request.get("contact")),
        )
        self.exchange.legs[leg.call_id] = leg
        leg.ring(request)
        self._ringing.put_nowait(leg)
