"""From rows to patients: whose policies, visits and remarks are whose."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ccd.directory.caller import NumberKind
from ccd.directory.model import Coverage, Origin, Patient, Policy, Reach, Remark, Visit
from ccd.directory.phones import normalise
from ccd.sources.sql_rows import Said


class People:
    """Collects what the queries say; ``e164`` is the number that was asked about."""

    def __init__(self, e164: str, region: str, origin: Origin) -> None:
        self._e164, self._region, self._origin = e164, region, origin
        self._patients: dict[str, Patient] = {}
        self._policies: dict[str, list[Policy]] = defaultdict(list)
        self._visits: dict[str, list[Visit]] = defaultdict(list)
        self._remarks: dict[str, list[Remark]] = defaultdict(list)

    @property
    def ids(self) -> list[str]:
        """Everybody's, in the order in which the source named them."""
        return list(self._patients)

    def add_patients(self, rows: Iterable[Said], reach: Reach = Reach.OWN) -> None:
        """Whoever has the number; who was named before stays as named.  ``reach`` when a row says none."""
        for said in rows:
            if self._reached(said):
                fields = {"reach": reach, **said, "origin": self._origin}
                fields.pop("phones", None)
                self._patients.setdefault(said["patient_id"], Patient(**fields))

    def _reached(self, said: Said) -> bool:
        """Whether one of the row's numbers is the caller's; a row without numbers was found by the query."""
        if "phones" not in said:
            return True
        numbers = (normalise(phone, self._region) for phone in said["phones"])
        return any(one.kind is NumberKind.E164 and one.e164 == self._e164 for one in numbers)

    def add_policies(self, policies: Iterable[Said], coverage: Iterable[Said]) -> None:
        """Policies, each with what it says of services; of two with one number nobody knows whose it is."""
        covers: dict[tuple[str, str], list[Coverage]] = defaultdict(list)
        for said in coverage:
            whose, fields = self._split(said)
            covers[whose, fields.pop("policy_number")].append(Coverage(**fields))
        found = [
            (whose, Policy(**{"programme": "", **fields})) for whose, fields in map(self._split, policies)
        ]
        numbers = Counter((whose, policy.number) for whose, policy in found)
        for whose, policy in found:
            said_of = covers[whose, policy.number] if numbers[whose, policy.number] == 1 else ()
            self._policies[whose].append(replace(policy, coverage=tuple(said_of)))

    def add_visits(self, rows: Iterable[Said]) -> None:
        """Visits, past and to come."""
        for said in rows:
            whose, fields = self._split(said)
            self._visits[whose].append(visit(fields, self._origin))

    def add_remarks(self, rows: Iterable[Said]) -> None:
        """What the clinic chose to show."""
        for said in rows:
            whose, fields = self._split(said)
            self._remarks[whose].append(Remark(**fields))

    def _split(self, said: Said) -> tuple[str, dict[str, Any]]:
        """Whose it is, and the rest."""
        return said["patient_id"], {
            **{name: value for name, value in said.items() if name != "patient_id"},
            "origin": self._origin,
        }

    def patients(self) -> Iterator[Patient]:
        """Everyone, whole."""
        for one, patient in self._patients.items():
            yield replace(
                patient,
                policies=tuple(self._policies[one]),
                visits=tuple(self._visits[one]),
                remarks=tuple(self._remarks[one]),
            )


def visit(fields: Mapping[str, Any], origin: Origin) -> Visit:
    """A visit of what a row says of it."""
    return Visit(**{"doctor": "", "specialty": "", "place": "", **fields, "origin": origin})
