"""One clinic's HTTP service over the network: bounded, never led to another host, no cookies kept.

Whatever goes wrong is a sentence without a word of the answer, which may hold a patient or a secret.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
from yarl import URL

from ccd.directory.model import DirectoryError
from ccd.sources.http_bodies import Body
from ccd.sources.http_errors import StatusError, in_words
from ccd.sources.trust import trust

PATIENCE = 60.0
"""Seconds for a question: the most that a source's ``timeout`` can be, which is what really bounds it."""
_T = TypeVar("_T")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HOPS = 3
_SMALL = 20_000
"""Bytes that are read within some ten milliseconds."""
UNREADABLE: Any = object()
"""Stands for an answer that is there, and that nobody can read."""
_ACCEPT = {"Accept": "application/json", "Accept-Encoding": "gzip"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """A request, filled in.  ``url`` is sent as it stands; all but the method may hold secrets."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Any = field(default=None, repr=False)


class HttpClient:
    """The connections to one service.  Open from the first request until ``close``."""

    def __init__(self, *, ca_file: Path | None, connections: int, max_bytes: int) -> None:
        self._trust = trust(ca_file)
        self._connections = connections
        self._max_bytes = max_bytes
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def ask(self, sending: Sending, read: Callable[[Any], _T]) -> _T:
        """What ``read`` makes of an answer's JSON, wherever on this host it is; raises DirectoryError."""
        for _ in range(_HOPS):
            async with self._answer(sending, PATIENCE, writing=False) as response:
                if response.status not in _REDIRECTS:
                    return await self._success(response, read)
                sending = _redirected(sending, response)
        raise DirectoryError("redirects again and again")

    async def tell(self, sending: Sending, seconds: float) -> tuple[int, Any]:
        """The status of an answer to a request that may change something, and its JSON.

        That is None when it is empty, UNREADABLE when it is none.  The request is sent once, never elsewhere.
        Raises UnreachedError; after another DirectoryError it may be done.
        """
        async with self._answer(sending, seconds, writing=True) as response:
            return response.status, await self._if_json(response)

    async def close(self) -> None:
        """End every connection."""
        for session in self._sessions.values():
            await session.close()

    @asynccontextmanager
    async def _answer(
        self, sending: Sending, seconds: float, *, writing: bool
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Who does not even connect in half of the time was surely not asked."""
        with in_words():
            async with self._session(writing=writing).request(
                sending.method,
                URL(sending.url, encoded=True),
                headers=_ACCEPT | dict(sending.headers),
                json=sending.body,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=seconds, sock_connect=seconds / 2),
            ) as response:
                yield response

    async def _success(self, response: aiohttp.ClientResponse, read: Callable[[Any], _T]) -> _T:
        if not 200 <= response.status < 300:
            raise StatusError(response.status)
        return await self._json(response, read)

    async def _if_json(self, response: aiohttp.ClientResponse) -> Any:
        try:
            body = await self._body(response)
            return await self._parsed(body, lambda data: data) if body.whole() else None
        except DirectoryError:
            return UNREADABLE

    async def _json(self, response: aiohttp.ClientResponse, read: Callable[[Any], _T]) -> _T:
        if response.status == 204:
            return read(None)
        return await self._parsed(await self._body(response), read)

    async def _body(self, response: aiohttp.ClientResponse) -> Body:
        body = Body(response.headers, self._max_bytes)
        async for piece in response.content.iter_any():
            body.add(piece)
        return body

    async def _parsed(self, body: Body, read: Callable[[Any], _T]) -> _T:
        """What ``read`` makes of it; calls go on while a big one is read."""
        if body.size <= _SMALL:
            return read(body.json())
        return await asyncio.to_thread(lambda: read(body.json()))

    def _session(self, *, writing: bool) -> aiohttp.ClientSession:
        """Questions share connections; what changes something has one of its own and is never repeated."""
        if writing not in self._sessions:
            connector = aiohttp.TCPConnector(limit=self._connections, ssl=self._trust, force_close=writing)
            session = aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
            )
            session._retry_connection = not writing  # noqa: SLF001 - else PUT and DELETE go out twice
            self._sessions[writing] = session
        return self._sessions[writing]


def _redirected(sending: Sending, response: aiohttp.ClientResponse) -> Sending:
    """The same question at another place of the same scheme, host and port."""
    here = URL(sending.url, encoded=True)
    try:
        there = here.join(URL(response.headers.get("Location", "")))
        same = there.absolute and there.origin() == here.origin() and there.user is None
    except ValueError:
        same = False
    if not same or sending.method != "GET":
        raise DirectoryError("redirects elsewhere, which ccd does not follow")
    return Sending(method="GET", url=str(there), headers=sending.headers)
