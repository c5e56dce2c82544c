"""One UDP port, any number of phones: which phone or which call a message is for."""

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine
from typing import Any, Self

from tests.testbed.ports import free_port
from tests.testbed.softphone.leg import Leg
from tests.testbed.softphone.message import Message, written
from tests.testbed.softphone.phone import Softphone

Address = tuple[str, int]
_REMEMBERED = 512


class Exchange(asyncio.DatagramProtocol):
    """``async with Exchange(asterisk=...) as exchange``; the contacts are ``sip:USER@127.0.0.1:port``."""

    def __init__(self, *, asterisk: Address, port: int | None = None) -> None:
        self.asterisk = asterisk
        self.port = port or free_port()
        self.legs: dict[str, Leg] = {}
        """Every call of this exchange, by its Call-ID."""
        self._phones: dict[str, Softphone] = {}
        self._asked: dict[tuple[str, str], asyncio.Queue[Message]] = {}
        self._replies: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._tasks: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        address = ("127.0.0.1", self.port)
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=address)
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._transport.close()

    def phone(self, user: str) -> Softphone:
        """The phone with this number; it is there as soon as anybody speaks of it."""
        return self._phones.setdefault(user, Softphone(self, user))

    def send(self, data: bytes) -> None:
        """One datagram to Asterisk."""
        self._transport.sendto(data, self.asterisk)

    def answers(self, branch: str, method: str) -> "asyncio.Queue[Message]":
        """Where every response to this request comes from now on."""
        return self._asked.setdefault((branch, method), asyncio.Queue())

    def keep(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do something aside; it ends with the exchange at the latest."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def reply(self, request: Message, status: str, to: str, *headers: str, body: str = "") -> None:
        """Answer a request as the party ``to``; the same again when the same request comes again."""
        who = (f"From: {request.get('from')}", f"To: {to}", f"Call-ID: {request.get('call-id')}")
        vias = (f"Via: {via}" for via in request.all("via"))
        data = written(f"SIP/2.0 {status}", (*vias, *who, f"CSeq: {request.get('cseq')}", *headers), body)
        self._replies[request.branch, request.method] = data
        if len(self._replies) > _REMEMBERED:
            self._replies.popitem(last=False)
        self.send(data)

    def datagram_received(self, data: bytes, _address: Address) -> None:
        """Asterisk says something."""
        if not data.strip():
            return
        message = Message.parse(data)
        if message.status:
            self.answers(message.branch, message.method).put_nowait(message)
        elif known := self._replies.get((message.branch, message.method)):
            self.send(known)
        else:
            self._requested(message)

    def _requested(self, request: Message) -> None:
        leg = self.legs.get(request.get("call-id"))
        if leg is not None:
            leg.requested(request)
        elif request.method == "INVITE":
            self.phone(request.user).invited(request)
        elif request.method != "ACK":
            known = request.method == "OPTIONS"
            self.reply(request, "200 OK" if known else "481 No Such Call", request.get("to") + ";tag=none")
