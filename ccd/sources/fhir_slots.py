"""Free slots of a FHIR server: the schedules first, as they know the doctor, then what is free in them."""

from dataclasses import dataclass

from ccd.directory.booking import Slot, SlotQuery, folded
from ccd.sources.fhir_facts import Facts
from ccd.sources.fhir_people import Names, Terms, called
from ccd.sources.fhir_records import FhirSlot, Schedule
from ccd.sources.fhir_search import Searching
from ccd.sources.fhir_visits import first_words


@dataclass(frozen=True, slots=True)
class Hours:
    """Whose hours a schedule holds, what for, and where."""

    doctor: str
    specialty: str
    place: str

    def may_fit(self, query: SlotQuery) -> bool:
        """Whether its slots can be among those asked for; where it says no specialty, each slot may."""
        words = folded(f"{self.specialty}\n{self.doctor}")
        return folded(query.doctor) in folded(self.doctor) and (
            not self.specialty
            or (
                folded(query.specialty) in folded(self.specialty)
                and all(word in words for word in folded(query.text).split())
            )
        )


async def free_slots(searching: Searching, facts: Facts, query: SlotQuery, terms: Terms) -> list[Slot]:
    """What is asked for, the soonest first; raises DirectoryError."""
    found = await searching.find("Schedule", {}, ["actor"])
    schedules = [one for one in searching.read(Schedule, found) if one.active]
    known = await facts.names(found, [actor for one in schedules for actor in one.actor])
    hours = {f"Schedule/{one.id}": hours_of(one, known, terms) for one in schedules}
    wanted = [reference for reference, one in hours.items() if one.may_fit(query)]
    free = await searching.find_of("Slot", "schedule", wanted, params=_within(query), most=query.most)
    slots = (
        slot(one, hours[one.schedule.reference], terms)
        for one in searching.read(FhirSlot, free)
        if one.status == "free" and one.schedule.reference in hours
    )
    fitting = sorted((one for one in slots if query.fits(one)), key=lambda one: (one.starts_at, one.slot_id))
    return fitting[: query.most]


def _within(query: SlotQuery) -> dict[str, object]:
    since, until = query.since.isoformat(), query.until.isoformat()
    return {"start": [f"ge{since}", f"lt{until}"], "status": "free", "_sort": "start"}


def hours_of(one: Schedule, known: Names, terms: Terms) -> Hours:
    """Read off the schedule's actors and codes."""
    return Hours(
        doctor=_actor(one, "Practitioner", known) or _actor(one, "PractitionerRole", known),
        specialty=first_words((*one.specialty, *one.service_type), terms),
        place=_actor(one, "Location", known),
    )


def _actor(one: Schedule, kind: str, known: Names) -> str:
    names = (called(actor, known) for actor in one.actor if actor.reference.startswith(f"{kind}/"))
    return next((name for name in names if name), "")


def slot(one: FhirSlot, hours: Hours, terms: Terms) -> Slot:
    """A free hour."""
    return Slot(
        slot_id=one.id,
        starts_at=one.start,
        ends_at=one.end,
        doctor=hours.doctor,
        specialty=first_words(one.specialty, terms) or hours.specialty,
        place=hours.place,
        origin=terms.origin,
    )
