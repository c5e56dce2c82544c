"""How one phone's side of a call is written: the ids of RFC 3261's dialog, asking and answering in it."""

import asyncio
from typing import TYPE_CHECKING

from tests.testbed.softphone.message import Message, token, written

if TYPE_CHECKING:
    from tests.testbed.softphone.exchange import Exchange

_REPEAT = (0.5, 1.0, 2.0, 4.0)
"""Seconds after which a request is sent again (RFC 3261, timers A and E)."""


class Refused(Exception):  # noqa: N818  says what happened
    """The other side said no; the message says to what, and how."""


class Dialog:
    """``local`` and ``remote`` are the From and the To of what this side sends, ``target`` where it goes."""

    def __init__(
        self, exchange: "Exchange", user: str, *, call_id: str, local: str, remote: str, target: str
    ) -> None:
        self.exchange, self.user, self.call_id = exchange, user, call_id
        self.local, self.remote, self.target = local, remote, target
        self._cseq = 0

    async def ask(self, method: str, *headers: str, body: str = "") -> Message:
        """Send a request, return the final response.  Raises Refused."""
        branch = token("z9hG4bK")
        response = await self.first_response(branch, method, *headers, body=body)
        while response.status < 200:
            response = await self.next_response(branch, method)
        if response.status >= 300 and method != "BYE":
            raise Refused(f"{method}: {response.first}")
        return response

    async def first_response(self, branch: str, method: str, *headers: str, body: str = "") -> Message:
        """Send a request again and again until something answers; that."""
        self._cseq += 1
        request = self._request(method, branch, self._cseq, *headers, body=body)
        for seconds in _REPEAT:
            self.exchange.send(request)
            try:
                async with asyncio.timeout(seconds):
                    return await self.next_response(branch, method)
            except TimeoutError:
                continue
        raise TimeoutError(f"Asterisk does not answer {method}")

    async def next_response(self, branch: str, method: str) -> Message:
        """What is answered next to this request."""
        return await self.exchange.answers(branch, method).get()

    def cancel(self, branch: str) -> None:
        """Take back the INVITE of this branch."""
        self.exchange.send(self._request("CANCEL", branch, self._cseq))

    def acknowledge(self, response: Message) -> None:
        """ACK: a transaction of its own for a success, the INVITE's for a refusal."""
        branch = response.branch if response.status >= 300 else token("z9hG4bK")
        number = int(response.get("cseq").split()[0])
        self.exchange.send(self._request("ACK", branch, number))

    def reply(self, request: Message, status: str, *headers: str, body: str = "") -> None:
        """Answer what Asterisk asked."""
        contact = () if any(one.startswith("Contact:") for one in headers) else (self._contact,)
        self.exchange.reply(request, status, self.local, *contact, *headers, body=body)

    def _request(self, method: str, branch: str, cseq: int, *headers: str, body: str = "") -> bytes:
        lines = (
            f"Via: SIP/2.0/UDP 127.0.0.1:{self.exchange.port};branch={branch}",
            *(f"From: {self.local}", f"To: {self.remote}", f"Call-ID: {self.call_id}"),
            *(f"CSeq: {cseq} {method}", self._contact, "Max-Forwards: 70", *headers),
        )
        return written(f"{method} {self.target} SIP/2.0", lines, body)

    @property
    def _contact(self) -> str:
        return f"Contact: <sip:{self.user or 'anyone'}@127.0.0.1:{self.exchange.port}>"
