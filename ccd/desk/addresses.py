"""Where a request really comes from.  Only what a trusted proxy says of it is believed."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from aiohttp import web


class Addresses:
    """Reads ``X-Forwarded-For`` from its end, as far as trusted proxies wrote it."""

    def __init__(self, trusted_proxies: Sequence[str]) -> None:
        self._trusted = [ip_network(one) for one in trusted_proxies]

    def origin(self, request: web.Request) -> IPv4Address | IPv6Address | None:
        """The very address; None where a stranger in between says who it is for, or none is told."""
        hops = [_parsed(hop) for hop in reversed(_told(request))]
        address = _parsed(request.remote or "")
        while address is not None and hops:
            if not any(address in network for network in self._trusted):
                return None
            address = hops.pop(0)
        return address

    def client(self, request: web.Request) -> str:
        """The first address, from here outwards, that is no trusted proxy's; IPv6 by its /64."""
        found = ""
        for hop in (request.remote or "", *reversed(_told(request))):
            if (address := _parsed(hop)) is None:
                break
            found = _by_site(address)
            if not any(address in network for network in self._trusted):
                break
        return found


def _told(request: web.Request) -> list[str]:
    told = ",".join(request.headers.getall("X-Forwarded-For", []))
    return told.split(",") if told else []


def _parsed(hop: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(hop.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _by_site(address: IPv4Address | IPv6Address) -> str:
    """One customer has a whole /64: trying from another address of it is no other address."""
    return str(ip_network((address, 64), strict=False) if address.version == 6 else address)
