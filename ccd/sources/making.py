"""What is written in ``directory.sources``, as objects that can be asked: one line for each kind.

A kind is a model in ``ccd/settings/sources.py`` (a key of ``SourceSettings``) and a class in this
folder that is a ``Source``; making one does no I/O.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import tzinfo

import structlog

from ccd.directory.breaker import Breaker
from ccd.directory.cache import Cache
from ccd.directory.guarded import Guarded
from ccd.directory.model import DirectoryError, Patient
from ccd.directory.source import Closing, Source
from ccd.settings.secrets import named_secret
from ccd.settings.source_fhir import FhirSettings
from ccd.settings.source_http import HttpSettings
from ccd.settings.source_plugin import PluginSettings
from ccd.settings.source_sql import SqlSettings
from ccd.settings.sources import BuiltIn, SourceSettings
from ccd.sources.http import HttpSource
from ccd.sources.http_booking import HttpBooking
from ccd.sources.plugin import make_plugin
from ccd.sources.sql import Clinic, SqlSource
from ccd.sources.sql_booking import SqlBooking

_log = structlog.get_logger(__name__)

AT_ONCE = 50
"""Questions that one source is asked at the same time; further ones wait, within their time-out."""
_PATIENCE = 1.0
"""Seconds that a source gets to close."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What sources may need of the clinic.

    ``builtin`` is ccd's own directory; ``region`` (ISO 3166) is whose numbers are written without a country
    code, ``zone`` that of moments written without one.
    """

    builtin: Source
    region: str
    zone: tzinfo


class Unmade:
    """Stands for a source that could not be made (a secret is missing): its questions say why."""

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        self._reason = reason

    async def patients(self, e164: str) -> tuple[Patient, ...]:  # noqa: ARG002 - the port
        """Raise DirectoryError."""
        raise DirectoryError(self._reason)


def make(settings: SourceSettings, given: Given) -> Source:
    """The source that these settings mean.  Whatever a kind raises is that source's trouble alone."""
    try:
        return _of_kind(settings, given)
    except Exception as error:  # noqa: BLE001 - a plug-in may raise anything
        _log.error("directory source cannot be used", source=settings.name, error=str(error))
        return Unmade(settings.name, str(error))


def trouble(settings: SourceSettings, given: Given) -> str:
    """Why this source cannot be made; empty when it can."""
    try:
        _of_kind(settings, given)
    except Exception as error:  # noqa: BLE001 - as above
        return str(error)
    return ""


def _of_kind(settings: SourceSettings, given: Given) -> Source:
    match settings:
        case SourceSettings(builtin=BuiltIn()):
            return given.builtin
        case SourceSettings(fhir=FhirSettings() as fhir):
            return _fhir(settings.name, fhir, given.region)
        case SourceSettings(http=HttpSettings(slots=None) as http):
            return HttpSource(settings.name, http, given.zone)
        case SourceSettings(http=HttpSettings() as http):
            return HttpBooking(settings.name, http, given.zone)
        case SourceSettings(plugin=PluginSettings() as plugin):
            return make_plugin(settings.name, plugin)
        case SourceSettings(sql=SqlSettings() as sql):
            password = named_secret(sql.password_env) if sql.password_env else ""
            kind = SqlBooking if sql.queries.book else SqlSource
            return kind(settings.name, sql, password, Clinic(region=given.region, zone=given.zone))
        case _:
            raise AssertionError(f"nobody makes sources of kind {settings.kind}")


def _fhir(name: str, fhir: FhirSettings, region: str) -> Source:
    """Its libraries take a third of a second to import, which only a clinic that has such a server needs."""
    from ccd.sources.fhir import FhirSource  # noqa: PLC0415
    from ccd.sources.fhir_booking import FhirBooking  # noqa: PLC0415

    return (FhirBooking if fhir.booking else FhirSource)(name, fhir, region)


def guard(settings: SourceSettings, source: Source, deadline: float) -> Guarded:
    """The source with its limits; ``deadline`` is its time-out where none is written.

    ccd's own directory has neither cache nor breaker unless they are written: it is as quick as a cache, an
    import must be seen at once, and a database that was locked answers as soon as it is not.
    """
    outside, written = settings.builtin is None, settings.model_fields_set
    cache, breaker = settings.cache, settings.breaker
    return Guarded(
        source,
        name=settings.name,
        timeout=settings.timeout or deadline,
        outside=outside,
        cache=Cache(**cache.model_dump()) if outside or "cache" in written else None,
        breaker=Breaker(**breaker.model_dump()) if outside or "breaker" in written else None,
        at_once=AT_ONCE if outside else None,
    )


@asynccontextmanager
async def closing(sources: Iterable[Source]) -> AsyncIterator[None]:
    """Close them at the end, each within a second; one that cannot be closed keeps no other open."""
    try:
        yield
    finally:
        tasks = [asyncio.ensure_future(_close(one)) for one in sources if isinstance(one, Closing)]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=_PATIENCE)
            for task in late:
                task.cancel()


async def _close(source: Closing) -> None:
    try:
        await source.close()
    except Exception:  # noqa: BLE001 - whatever it is, ccd stops
        _log.exception("directory source not closed")
