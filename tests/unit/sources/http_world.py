"""A clinic's HTTP service and the settings that ask it, for the tests of ``ccd/sources/http*``."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from ccd.settings.source_http import HttpSettings
from ccd.sources.http import HttpSource
from ccd.sources.http_booking import HttpBooking
from tests.testbed.http_messages import Asked

NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
MOSCOW = ZoneInfo("Europe/Moscow")
NUMBER = "+79161234567"
BOY = {"id": 17, "name": "Иванов Пётр"}
ANSWER = {"each": "people", "patient_id": "id", "full_name": "name"}


def written(url: str, **keys: Any) -> HttpSettings:
    """Settings that ask ``url`` for people; ``keys`` are of the source."""
    patients = {"url": f"{url}/patients?phone={{e164}}", "answer": ANSWER} | keys.pop("patients", {})
    return HttpSettings.model_validate({"patients": patients} | keys)


EVERYTHING: dict[str, Any] = {
    "each": "data.people",
    "patient_id": "id",
    "full_name": "join(' ', [family, given])",
    "birth_date": "born",
    "language": "lang",
    "tags": "marks",
    "doctor": "doctor.name",
    "debt": "owes",
    "policies": {
        "each": "insurance",
        "insurer": "company",
        "number": "no",
        "programme": "plan",
        "valid_from": "from",
        "valid_until": "till",
        "kind": "type",
        "active": "state == 'on'",
        "coverage": {
            "each": "services",
            "service": "name",
            "answer": {"value": "pays", "words": {"full": "covered", "part": "copay", "no": "not_covered"}},
            "copay_percent": "percent",
            "copay_amount": "sum",
            "clause": "clause",
        },
    },
    "visits": {
        "each": "visits",
        "starts_at": "at",
        "status": {"value": "done", "words": {"true": "fulfilled", "false": "booked"}},
        "doctor": "who",
        "place": "room",
        "visit_id": "id",
    },
    "remarks": {"each": "notes[?show]", "text": "text", "kind": "kind"},
}
PERSON = {
    "id": 17,
    "family": "Иванов",
    "given": "Пётр",
    "born": "2019-05-01T00:00:00",
    "lang": "uk-UA",
    "marks": ["vip", None],
    "doctor": {"name": "Сидорова"},
    "owes": 1200.5,
    "insurance": [
        {
            "company": "СОГАЗ",
            "no": 123,
            "plan": "Премиум",
            "from": "01.01.2026",
            "till": "2026-12-31",
            "type": "dms",
            "state": "off",
            "services": [
                {"name": "МРТ", "pays": "part", "percent": 30, "clause": "3.2"},
                {"name": "УЗИ", "pays": "full"},
                {"name": "КТ", "pays": "unknown", "sum": "500"},
            ],
        }
    ],
    "visits": [
        {"at": "2026-11-18T16:30:00", "done": False, "who": "Сидорова", "room": 7, "id": "v1"},
        {"at": "2026-11-01T10:00:00+02:00", "done": True},
    ],
    "notes": [{"show": True, "text": "аллергия\r\nна йод", "kind": "medical"}, {"show": False, "text": "x"}],
}


def answering(value: Any) -> Callable[[Asked], Any]:
    """A service that always says the same."""
    return lambda _asked: value


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
