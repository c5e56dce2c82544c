"""``ccd check``: sources of callers that ccd could not use as they are written, or that can be overheard."""

from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from ccd.settings.http_requests import Request
from ccd.settings.loading import Reading
from ccd.settings.models import Settings
from ccd.settings.problems import Problem
from ccd.settings.sources import SourceSettings
from ccd.sources.making import Given, Unmade, trouble


def sources(reading: Reading, settings: Settings) -> Iterator[Problem]:
    """A warning for each: a secret is nowhere, a plug-in not installed, no TLS.  Nobody is asked anything."""
    zone = ZoneInfo(settings.routing.timezone)
    given = Given(builtin=Unmade("built-in", ""), region=settings.directory.region, zone=zone)
    for place, one in enumerate(settings.directory.sources):
        here = "directory", "sources", place, one.kind
        if why := trouble(one, given):
            yield reading.warning(here, f"cannot be used: {why}")
        for where, url in _addresses(one):
            if host := _overheard(url):
                message = f"patients' data go to {host} unencrypted: everyone on the way can read them; write https://"
                yield reading.warning((*here, *where), message)


def _addresses(one: SourceSettings) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every address that is asked, and where it is written."""
    if one.fhir:
        yield ("url",), one.fhir.url
    if one.http:
        yield from (((name, "url"), asked.url) for name, asked in one.http if isinstance(asked, Request))


def _overheard(url: str) -> str:
    """The host that is asked without TLS; empty when nobody but this machine hears it."""
    split = urlsplit(url)
    host = split.hostname or ""
    return host if split.scheme == "http" and not _loopback(host) else ""


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
