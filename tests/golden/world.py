"""The golden callers as values: who the clinic's people are, who calls, what the card must show."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from ccd.directory.caller import NumberKind
from ccd.directory.model import Patient, Reach
from ccd.directory.phones import normalise

REGION = "RU"
ZONE = ZoneInfo("Europe/Moscow")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Someone else by whose number a person is reached."""

    number: str
    reach: Reach
    relationship: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One of the clinic's people, as every source must know them; numbers as the front desk wrote them."""

    patient: Patient
    written: Patient
    """The same as it stands in the clinic's systems, with what no reader must see."""
    numbers: tuple[str, ...]
    contacts: tuple[Contact, ...]
    standings: tuple[str, ...]
    """Of each policy, how it stands today: valid, expired, future, inactive."""

    @property
    def person_id(self) -> str:
        return self.patient.patient_id

    def behind(self, e164: str, *, written: bool = False) -> Patient | None:
        """This person as this number reaches them, as written or as shown; None when it does not."""
        person = self.written if written else self.patient
        if any(same(number, e164) for number in self.numbers):
            return person
        for one in self.contacts:
            if same(one.number, e164):
                return replace(person, reach=one.reach, relationship=one.relationship, through=one.name)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One line of who may be calling: the person, how reached, why they probably call."""

    person_id: str
    reach: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenCaller:
    """A call: what the trunk sends, and who must be on the card, in this order."""

    who: str
    dials: str
    presentation: str
    kind: NumberKind
    shows: tuple[Candidate, ...]
    any_order: bool

    def __str__(self) -> str:
        return self.who


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """All of them.  ``now`` is noon of the day, by the clinic's clock: moments count from there."""

    now: datetime
    people: Mapping[str, Person]
    callers: tuple[GoldenCaller, ...]

    def expected(self, caller: GoldenCaller) -> tuple[Patient, ...]:
        """The patients behind the call, the likeliest first."""
        number = normalise(caller.dials, REGION, caller.presentation)
        found = [self.people[one.person_id].behind(number.e164) for one in caller.shows]
        assert None not in found, f"{caller}: the data says otherwise"
        return tuple(one for one in found if one)


def same(written: str, e164: str) -> bool:
    """Whether the number that somebody wrote is this one."""
    return normalise(written, REGION).e164 == e164
