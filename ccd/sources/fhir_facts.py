"""What a FHIR server knows of patients: policies, visits, remarks; all asked at once."""

from collections import defaultdict
from collections.abc import Coroutine, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ccd.directory.model import Policy, Remark, Visit
from ccd.settings.source_fhir import Asked, FhirSettings
from ccd.sources import fhir_people as people
from ccd.sources.fhir_model import Location, Organization, Practitioner
from ccd.sources.fhir_policies import policy
from ccd.sources.fhir_reaching import nothing, together
from ccd.sources.fhir_records import Appointment, FhirCoverage, FhirFlag
from ccd.sources.fhir_search import Found, Searching
from ccd.sources.fhir_types import Reference
from ccd.sources.fhir_visits import patients_of, visit


@dataclass(frozen=True, slots=True)
class Known:
    """By the patient's id; nothing for whom nothing is known."""

    policies: Mapping[str, list[Policy]]
    visits: Mapping[str, list[Visit]]
    remarks: Mapping[str, list[Remark]]


class Facts:
    """Asks one server."""

    def __init__(self, searching: Searching, settings: FhirSettings) -> None:
        self._searching = searching
        self._settings = settings

    async def of(self, ids: list[str], now: datetime, terms: people.Terms) -> Known:
        """What is known of these patients; raises DirectoryError."""
        since, until = (
            (now + timedelta(days=days)).date().isoformat()
            for days in (-self._settings.visits_back, self._settings.visits_ahead)
        )
        dates = {"date": [f"ge{since}", f"le{until}"]}
        coverages, appointments, flags = await together(
            self._find("policies", "Coverage", "beneficiary", ids, include=["payor"]),
            self._find(
                "visits", "Appointment", "patient", ids, params=dates, include=["practitioner", "location"]
            ),
            self._find("remarks", "Flag", "patient", ids),
        )
        return Known(
            await self._policies(coverages, terms),
            await self._visits(appointments, terms),
            self._remarks(flags, terms),
        )

    def _find(
        self, what: Asked, kind: str, parameter: str, ids: list[str], **more: Any
    ) -> Coroutine[Any, Any, Found]:
        if what not in self._settings.ask:
            return nothing()
        return self._searching.find_of(kind, parameter, [f"Patient/{one}" for one in ids], **more)

    async def _policies(self, found: Found, terms: people.Terms) -> Mapping[str, list[Policy]]:
        coverages = self._searching.read(FhirCoverage, found)
        payors = [payor for one in coverages for payor in one.payor]
        known = await self.names(found, payors)
        policies = defaultdict[str, list[Policy]](list)
        for one in coverages:
            if one.status != "entered-in-error":
                policies[_patient(one.beneficiary)].append(policy(one, terms, known))
        return policies

    async def _visits(self, found: Found, terms: people.Terms) -> Mapping[str, list[Visit]]:
        appointments = self._searching.read(Appointment, found)
        actors = [part.actor for one in appointments for part in one.participant]
        known = await self.names(found, actors)
        visits = defaultdict[str, list[Visit]](list)
        for one in sorted(appointments, key=lambda one: one.start):
            if (made := visit(one, terms, known)) is not None:
                for patient_id in patients_of(one):
                    visits[patient_id].append(made)
        return visits

    def _remarks(self, found: Found, terms: people.Terms) -> Mapping[str, list[Remark]]:
        remarks = defaultdict[str, list[Remark]](list)
        for one in self._searching.read(FhirFlag, found):
            if (said := people.remark(one, terms)) is not None:
                remarks[_patient(one.subject)].append(said)
        return remarks

    async def names(self, found: Found, references: Iterable[Reference]) -> people.Names:
        """What doctors, places and insurers are called; those that did not come are asked for."""
        unnamed = [one.reference for one in references if not one.display]
        await self._searching.complete(found, unnamed, ["Practitioner", "Location", "Organization"])
        return {
            **people.names(self._searching.read(Practitioner, found)),
            **people.titles(self._searching.read(Location, found)),
            **people.titles(self._searching.read(Organization, found)),
        }


def _patient(reference: Reference) -> str:
    return reference.reference.removeprefix("Patient/") if reference.reference.startswith("Patient/") else ""
