"""``/metrics`` for Prometheus: off until the settings say who may read it; for all others it is not there."""

import hmac
from collections.abc import Callable
from ipaddress import ip_network

from aiohttp import web

from ccd.desk.addresses import Addresses
from ccd.desk.problems import Problem
from ccd.settings.models import Desk

Exposition = Callable[[str], tuple[bytes, str]]
"""What ``Accept`` says in; the page and its content type out."""


class Scraping:
    """Lets in who comes from an allowed address, or has the token."""

    def __init__(self, settings: Desk, exposition: Exposition, token: str) -> None:
        self._addresses = Addresses(settings.trusted_proxies)
        self._allowed = [ip_network(one) for one in settings.prometheus.allow]
        self._token = token.encode()
        self._exposition = exposition

    def routes(self) -> list[web.RouteDef]:
        """Where what is."""
        return [web.get("/metrics", self.metrics)]

    async def metrics(self, request: web.Request) -> web.Response:
        """Every metric; 404 for who may not read them, as if there were none."""
        if not (self._has_token(request) or self._comes_from_there(request)):
            raise Problem(404, "error.not_found")
        text, content_type = self._exposition(request.headers.get("Accept", ""))
        return web.Response(body=text, headers={"Content-Type": content_type, "Cache-Control": "no-store"})

    def _has_token(self, request: web.Request) -> bool:
        kind, _, said = request.headers.get("Authorization", "").partition(" ")
        right = hmac.compare_digest(said.strip().encode(errors="replace"), self._token)
        return bool(self._token) and kind.lower() == "bearer" and right

    def _comes_from_there(self, request: web.Request) -> bool:
        """Behind a proxy that the settings do not name, everybody would come from its address."""
        address = self._addresses.origin(request)
        return address is not None and any(address in network for network in self._allowed)
