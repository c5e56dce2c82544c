"""Whom a number reaches: the patients themselves, those whose relative has it, the clinic's own people.

The server finds a number letter by letter, so it is asked for several written forms at once, and
whoever it names is compared in E.164 here.
"""

import asyncio
from collections.abc import Coroutine, Iterable
from dataclasses import replace
from typing import Any

from ccd.directory.model import DirectoryError, Patient
from ccd.settings.source_fhir import Asked, FhirSettings
from ccd.sources import fhir_people as people
from ccd.sources.fhir_model import FhirPatient, Practitioner, RelatedPerson
from ccd.sources.fhir_numbers import written_forms
from ccd.sources.fhir_search import Found, Searching, of_kind


async def together(*questions: Coroutine[Any, Any, Found]) -> list[Found]:
    """All answers; the first failure is raised, and ends the other questions."""
    tasks = [asyncio.ensure_future(one) for one in questions]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()


async def nothing() -> Found:
    """The answer to what is not asked."""
    return {}


class Reaching:
    """Asks one server."""

    def __init__(self, searching: Searching, settings: FhirSettings) -> None:
        self._searching = searching
        self._settings = settings

    async def by_number(self, e164: str, terms: people.Terms) -> tuple[list[Patient], list[Patient]]:
        """The patients, and the staff; raises DirectoryError."""
        forms = ",".join(one.replace(",", r"\,") for one in written_forms(e164, self._settings.number_forms))
        asked = {"phone": forms}
        own, related, staff = await together(
            self._searching.find("Patient", asked, ["general-practitioner"]),
            self._find("relatives", "RelatedPerson", asked, ["patient"]),
            self._find("staff", "Practitioner", asked),
        )
        reached = [*await self._own(own, e164, terms), *await self._through(related, e164, terms)]
        return _each_once(reached), [
            people.staff(one, terms)
            for one in self._searching.read(Practitioner, staff)
            if one.active and people.has_number(one, e164, terms)
        ]

    def _find(
        self, what: Asked, kind: str, asked: dict[str, str], include: Iterable[str] = ()
    ) -> Coroutine[Any, Any, Found]:
        return self._searching.find(kind, asked, include) if what in self._settings.ask else nothing()

    async def _own(self, found: Found, e164: str, terms: people.Terms) -> list[Patient]:
        here = [one for one in self._people(found) if people.has_number(one, e164, terms)]
        return await self._patients(here, found, terms)

    async def _through(self, found: Found, e164: str, terms: people.Terms) -> list[Patient]:
        """Patients of relatives who have the number."""
        relatives = [
            one
            for one in self._searching.read(RelatedPerson, found)
            if one.active and not one.period.ended(terms.today) and people.has_number(one, e164, terms)
        ]
        await self._searching.complete(found, [one.patient.reference for one in relatives], ["Patient"])
        patients = await self._patients(self._people(found), found, terms)
        by_reference = {f"Patient/{one.patient_id}": one for one in patients}
        return [
            replace(
                by_reference[one.patient.reference],
                reach=people.reach(one, terms),
                relationship=people.relationship(one, terms),
                through=people.full_name(one.name),
            )
            for one in relatives
            if one.patient.reference in by_reference
        ]

    def _people(self, found: Found) -> list[FhirPatient]:
        """Patients who are not put aside; raises DirectoryError when none of the answer can be read."""
        checked = self._searching.read(FhirPatient, found)
        if of_kind(found, "Patient") and not checked:
            raise DirectoryError("no patient in the FHIR server's answer can be read")
        return [one for one in checked if one.active]

    async def _patients(self, here: list[FhirPatient], found: Found, terms: people.Terms) -> list[Patient]:
        doctors = (reference for one in here for reference in one.general_practitioner)
        unnamed = [one.reference for one in doctors if not one.display]
        await self._searching.complete(found, unnamed, ["Practitioner"])
        known = people.names(self._searching.read(Practitioner, found))
        return [people.patient(one, terms, known) for one in here]


def _each_once(reached: list[Patient]) -> list[Patient]:
    """The first way in which each is reached: the own number before a relative's."""
    first: dict[str, Patient] = {}
    for one in reached:
        first.setdefault(one.patient_id, one)
    return list(first.values())
