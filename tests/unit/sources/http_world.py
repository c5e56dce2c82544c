"""A clinic's HTTP service and the settings that ask it, for the tests of ``ccd/sources/http*``."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from ccd.settings.source_http import HttpSettings
from ccd.sources.http import HttpSource
from ccd.sources.http_booking import HttpBooking

NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
MOSCOW = ZoneInfo("Europe/Moscow")
NUMBER = "+79161234567"
BOY = {"id": 17, "name": "Иванов Пётр"}
ANSWER = {"each": "people", "patient_id": "id", "full_name": "name"}


def written(url: str, **keys: Any) -> HttpSettings:
    """Settings that ask ``url`` for people; ``keys`` are of the source."""
    patients = {"url": f"{url}/patients?phone={{e164}}", "answer": ANSWER} | keys.pop("patients", {})
    return HttpSettings.model_validate({"patients": patients} | keys)


@asynccontextmanager
async def asking(settings: HttpSettings, environ: dict[str, str] | None = None) -> AsyncIterator[HttpSource]:
    """The source of these settings, closed at the end."""
    source = HttpSource("mis", settings, MOSCOW, clock=lambda: NOW, environ=environ or {})
    try:
        yield source
    finally:
        await source.close()


@asynccontextmanager
async def booking(settings: HttpSettings) -> AsyncIterator[HttpBooking]:
    """The same of a source with a schedule."""
    source = HttpBooking("mis", settings, MOSCOW, clock=lambda: NOW, environ={})
    try:
        yield source
    finally:
        await source.close()
