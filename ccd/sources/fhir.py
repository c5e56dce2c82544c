"""Who is calling, asked of an HL7 FHIR R4 server.

Two rounds: who has the number (``fhir_reaching``), then what is known of these patients (``fhir_facts``).
What a resource means is said beside them: ``fhir_people``, ``fhir_policies``, ``fhir_visits``.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from aiohttp import BasicAuth

from ccd.directory.model import DirectoryError, Origin, Patient
from ccd.settings.secrets import named_secret
from ccd.settings.source_fhir import FhirSettings
from ccd.sources.fhir_client import FhirClient
from ccd.sources.fhir_facts import Facts
from ccd.sources.fhir_people import Terms
from ccd.sources.fhir_reaching import Reaching
from ccd.sources.fhir_search import Searching

_MOST = 50
"""Patients behind one number of whom more than that is an error: it is nobody's own."""


def utc_now() -> datetime:
    """The moment, in UTC."""
    return datetime.now(UTC)


class FhirSource:
    """One server.  ``region`` (ISO 3166) is whose numbers are written without a country code.

    Raises SettingsError when a secret that the settings name is nowhere.
    """

    def __init__(
        self, name: str, settings: FhirSettings, region: str, now: Callable[[], datetime] = utc_now
    ) -> None:
        self.name = name
        self._settings = settings
        self._region = region
        self._now = now
        self._client = FhirClient(settings, authorization(settings))
        self._searching = Searching(
            self._client, page=settings.page, pages=settings.pages, include=settings.include
        )
        self._reaching = Reaching(self._searching, settings)
        self._facts = Facts(self._searching, settings)

    async def close(self) -> None:
        """End all connections."""
        await self._client.close()

    async def patients(self, e164: str) -> tuple[Patient, ...]:
        """Those reached by this number: own, through a relative, staff; raises DirectoryError."""
        terms = self._terms()
        reached, staff = await self._reaching.by_number(e164, terms)
        if len(reached) > _MOST:
            raise DirectoryError(f"the FHIR server knows {len(reached)} patients of one number")
        facts = await self._facts.of([one.patient_id for one in reached], self._now(), terms)
        known = (
            replace(
                one,
                policies=tuple(facts.policies[one.patient_id]),
                visits=tuple(facts.visits[one.patient_id]),
                remarks=tuple(facts.remarks[one.patient_id]),
            )
            for one in reached
        )
        return (*known, *staff)

    def _terms(self) -> Terms:
        now = self._now()
        return Terms(
            region=self._region,
            today=now.date(),
            origin=Origin(self.name, now),
            words=self._settings.words,
            guardians=frozenset(self._settings.guardians),
            services_extension=self._settings.services_extension,
            debt_extension=self._settings.debt_extension,
        )


def authorization(settings: FhirSettings) -> str | None:
    """The value of the header of that name; raises SettingsError when the secret is nowhere."""
    if settings.token_env:
        return f"Bearer {named_secret(settings.token_env)}"
    if settings.user and settings.password_env:
        return BasicAuth(settings.user, named_secret(settings.password_env), encoding="utf-8").encode()
    return None
