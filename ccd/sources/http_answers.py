"""JSON answers to people, visits and free hours, as the settings say where everything stands.  No I/O."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from decimal import Decimal
from functools import partial
from typing import Any

from ccd.directory.booking import Slot
from ccd.directory.model import (
    STATUSES,
    Answer,
    Coverage,
    DirectoryError,
    Origin,
    Patient,
    Policy,
    Reach,
    Remark,
    RemarkKind,
    Visit,
)
from ccd.settings.answer_fields import (
    PatientFields,
    PolicyFields,
    RemarkFields,
    SlotFields,
    VisitFields,
)
from ccd.sources import http_values as values
from ccd.sources.http_items import Item, items

MOST_PATIENTS = 50
"""People behind one number: a source that names more does not mean the number."""
MOST = 500
"""Policies, visits or remarks of one person."""
MOST_SERVICES = 5_000
"""Services of one policy."""
MOST_SLOTS = 5_000

_status = partial(values.one_of, known=STATUSES)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the answers of one source.  Everything raises DirectoryError for what does not fit."""

    source: str
    zone: tzinfo
    clock: Callable[[], datetime]

    def patients(self, data: Any, fields: PatientFields) -> tuple[Patient, ...]:
        """Everyone in an answer, in its order."""
        found = items(data, fields, "patients", MOST_PATIENTS)
        people = tuple(person for item in found for person in self._people(item))
        if len(people) > MOST_PATIENTS:
            raise DirectoryError(f"patients and their relatives are more than {MOST_PATIENTS}")
        return people

    def policies(self, data: Any, fields: PolicyFields) -> tuple[Policy, ...]:
        """The policies in an answer of their own."""
        return tuple(map(self._policy, items(data, fields, "policies", MOST)))

    def visits(self, data: Any, fields: VisitFields) -> tuple[Visit, ...]:
        """The visits in an answer of their own."""
        return tuple(map(self._visit, items(data, fields, "visits", MOST)))

    def remarks(self, data: Any, fields: RemarkFields) -> tuple[Remark, ...]:
        """The remarks in an answer of their own."""
        return tuple(map(self._remark, items(data, fields, "remarks", MOST)))

    def slots(self, data: Any, fields: SlotFields) -> tuple[Slot, ...]:
        """The free hours in an answer."""
        return tuple(map(self._slot, items(data, fields, "slots", MOST_SLOTS)))

    def _people(self, item: Item) -> Iterator[Patient]:
        """The person of an entry, then those reached through them."""
        relatives = list(item.several("relatives", MOST_PATIENTS))
        nobody = bool(relatives) and item.take("patient_id", values.text, "") == ""
        if not nobody:
            yield self._patient(item, Reach.OWN)
        name = item.take("full_name", values.text, "")
        for relative in relatives:
            person = self._patient(relative, Reach.RELATIVE)
            yield replace(person, through=person.through or name)

    def _patient(self, item: Item, reach: Reach) -> Patient:
        return Patient(
            patient_id=item.need("patient_id", values.identity),
            full_name=item.need("full_name", values.required),
            birth_date=item.take("birth_date", values.day, None),
            language=item.take("language", values.language, ""),
            tags=item.take("tags", values.tags, frozenset()),
            doctor=item.take("doctor", values.text, ""),
            debt=item.take("debt", values.amount, None),
            reach=item.take("reach", values.member(Reach), reach),
            relationship=item.take("relationship", values.text, ""),
            through=item.take("through", values.text, ""),
            policies=tuple(map(self._policy, item.several("policies", MOST))),
            visits=tuple(map(self._visit, item.several("visits", MOST))),
            remarks=tuple(map(self._remark, item.several("remarks", MOST))),
            origin=self._origin(),
        )

    def _policy(self, item: Item) -> Policy:
        return Policy(
            insurer=item.need("insurer", values.required),
            number=item.need("number", values.required),
            programme=item.take("programme", values.text, ""),
            valid_from=item.take("valid_from", values.day, None),
            valid_until=item.take("valid_until", values.day, None),
            kind=item.take("kind", values.text, ""),
            active=item.take("active", values.flag, default=True),
            coverage=tuple(map(self._coverage, item.several("coverage", MOST_SERVICES))),
            origin=self._origin(),
        )

    def _coverage(self, item: Item) -> Coverage:
        no_amount: Decimal | None = None
        return Coverage(
            service=item.need("service", values.required),
            answer=item.need("answer", values.member(Answer)),
            copay_percent=item.take("copay_percent", values.percent, None),
            copay_amount=item.take("copay_amount", values.amount, no_amount),
            clause=item.take("clause", values.text, ""),
            origin=self._origin(),
        )

    def _visit(self, item: Item) -> Visit:
        return Visit(
            starts_at=item.need("starts_at", self._moment),
            doctor=item.take("doctor", values.text, ""),
            specialty=item.take("specialty", values.text, ""),
            place=item.take("place", values.text, ""),
            status=item.need("status", _status),
            preparation=item.take("preparation", values.text, ""),
            visit_id=item.take("visit_id", values.identity, ""),
            origin=self._origin(),
        )

    def _remark(self, item: Item) -> Remark:
        kind = item.take("kind", values.member(RemarkKind), RemarkKind.NOTE)
        return Remark(text=item.need("text", values.required), kind=kind, origin=self._origin())

    def _slot(self, item: Item) -> Slot:
        return Slot(
            slot_id=item.need("slot_id", values.identity),
            starts_at=item.need("starts_at", self._moment),
            ends_at=item.take("ends_at", self._moment, None),
            doctor=item.need("doctor", values.text),
            specialty=item.need("specialty", values.text),
            place=item.take("place", values.text, ""),
            origin=self._origin(),
        )

    def _moment(self, value: Any) -> datetime:
        return values.moment(value, self.zone)

    def _origin(self) -> Origin:
        return Origin(self.source, self.clock())
