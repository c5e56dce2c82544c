"""fhirpy's client, with bounds: connections, seconds, bytes; no redirect, no other host.

fhirpy opens a session for each request and reads whatever comes; and a link that merely contains
the server's address somewhere passes its check.  So what sends a request is replaced here, and
links are checked; searches and addresses are built by fhirpy.
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial
from http import HTTPStatus
from typing import Any, NoReturn

import aiohttp
from fhirpy import AsyncFHIRClient
from yarl import URL

from ccd.directory.model import DirectoryError
from ccd.settings.source_fhir import FhirSettings
from ccd.sources.fhir_errors import LostError, RefusedError
from ccd.sources.http_bodies import Body
from ccd.sources.http_errors import UnreachedError, told, unreached
from ccd.sources.trust import trust

_BYTES_EACH = 25
"""Of an object in an answer, at least, on average: half of what the shortest real ones take."""


class FhirClient(AsyncFHIRClient):
    """One server.  ``authorization`` is the header's value, None for none.

    Making it reads the authority's file: raises ValueError.
    """

    def __init__(self, settings: FhirSettings, authorization: str | None) -> None:
        super().__init__(
            settings.url.rstrip("/"),
            authorization=authorization,
            extra_headers={"Content-Type": "application/fhir+json", **settings.headers},
            url_aliases=[alias.rstrip("/") for alias in settings.aliases],
        )
        self._settings = settings
        self._trust = trust(settings.ca_file)
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """End all connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def search(self, kind: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """The first page; raises DirectoryError."""
        return await self._send("get", URL(self._build_request_url(kind, dict(params)), encoded=True))

    async def follow(self, link: str) -> dict[str, Any]:
        """The page behind a link that the server gave; raises DirectoryError, also for one to elsewhere."""
        try:
            target = URL(f"{self.url}/").join(URL(self._replace_url_alias(link)))
            inside = target.origin() == URL(self.url).origin() and not target.user
        except (ValueError, TypeError):
            raise DirectoryError("the FHIR server gave a next link that is no address") from None
        if not inside or not f"{target.path}/".startswith(URL(self.url).path.rstrip("/") + "/"):
            raise DirectoryError("the FHIR server gave a next link to another server")
        return await self._send("get", target)

    async def read(self, reference: str) -> dict[str, Any]:
        """One resource by ``Type/id``; raises DirectoryError."""
        return await self._send("get", URL(f"{self.url}/{reference}"))

    async def transact(self, entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """A transaction's answer; raises UnreachedError, LostError, RefusedError."""
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": list(entries)}
        return await self._send("post", URL(self.url), bundle)

    async def _do_request(
        self,
        method: str,
        path: str,
        data: dict[str, Any] | None = None,
        params: dict[str, Any] | None = None,
        extra_headers: dict[str, str] | None = None,
        *,
        returning_status: bool = False,
    ) -> Any:
        """What fhirpy's own methods send by; raises UnreachedError, LostError, RefusedError."""
        url = URL(self._build_request_url(path, params), encoded=True)
        answer = await self._send(method, url, data, extra_headers)
        return (answer, HTTPStatus.OK) if returning_status else answer

    async def _send(
        self,
        method: str,
        url: URL,
        data: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        try:
            async with self._open().request(
                method, url, json=data, headers=headers, allow_redirects=False
            ) as answer:
                if answer.status >= 300:
                    raise RefusedError(answer.status)
                if answer.status < 200:
                    raise LostError(f"the FHIR server {told(answer.status)}")
                return resource(await self._body(answer), self._settings.max_bytes // _BYTES_EACH)
        except aiohttp.ClientConnectorError as error:
            raise UnreachedError(f"the FHIR server {unreached(error)}") from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise LostError(f"the FHIR server gave no answer: {type(error).__name__}") from error

    async def _body(self, answer: aiohttp.ClientResponse) -> str:
        try:
            body = Body(answer.headers, self._settings.max_bytes)
            async for piece in answer.content.iter_any():
                body.add(piece)
            return body.text()
        except DirectoryError as error:
            raise LostError(f"the FHIR server {error}") from None

    def _open(self) -> aiohttp.ClientSession:
        """The session, made inside the loop that uses it."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._settings.connections, ssl=self._trust),
                timeout=aiohttp.ClientTimeout(total=self._settings.request_timeout),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={**self._build_request_headers(), "Accept-Encoding": "gzip"},
                auto_decompress=False,
                json_serialize=partial(json.dumps, default=float),
            )
        return self._session


def resource(text: str, most: int = 40_000) -> dict[str, Any]:
    """The one resource that an answer is, of so many objects at most; raises LostError.

    An answer of next to nothing but empty objects would hold up every other call while it is checked.
    """
    if text.count("{") > most:
        raise LostError(f"the FHIR server's answer holds more than {most:,} objects; see max_bytes")
    try:
        value = json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, ArithmeticError, RecursionError):
        raise LostError("the FHIR server's answer is not JSON") from None
    if not isinstance(value, dict) or not isinstance(value.get("resourceType"), str):
        raise LostError("the FHIR server's answer is no FHIR resource")
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")
