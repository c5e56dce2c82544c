"""What hangs on a patient, as the rows of its tables: phones, relatives, policies with coverage, visits."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table

from ccd.directory.model import DirectoryRows, Policy, Relative, Visit
from ccd.store.tables import coverage, phones, policies, relatives, visits

_Row = tuple[Table, dict[str, Any]]
Rows = dict[Table, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True, eq=False)
class Facet:
    """One kind of fact about patients; an import replaces it whole, patient by patient."""

    tables: tuple[Table, ...]
    """Parents first."""
    said: Callable[[DirectoryRows], Mapping[str, Collection[Any]]]
    """What the import says, by patient_id."""
    expand: Callable[[Any], Iterator[_Row]]
    import_id: str = ""
    """The patients' column that says which import said it; empty: none does."""

    def rows(self, rows: DirectoryRows, patient_ids: Iterable[str]) -> Rows:
        """What the tables will hold of these patients."""
        said = self.said(rows)
        expanded: Rows = {table: [] for table in self.tables}
        for patient_id in patient_ids:
            for table, row in self.expand(said[patient_id]):
                expanded[table].append({"patient_id": patient_id, **row})
        return expanded


def _phones(numbers: Iterable[str]) -> Iterator[_Row]:
    for number in dict.fromkeys(numbers):
        yield phones, {"e164": number}


def _relatives(all_of: Iterable[Relative]) -> Iterator[_Row]:
    for ordinal, one in enumerate(all_of):
        for number in dict.fromkeys(one.phones):
            yield (
                relatives,
                {
                    "e164": number,
                    "ordinal": ordinal,
                    "name": one.name,
                    "relationship": one.relationship,
                    "guardian": one.guardian,
                },
            )


def _policies(all_of: Iterable[Policy]) -> Iterator[_Row]:
    for policy_ordinal, policy in enumerate(all_of):
        yield (
            policies,
            {
                "policy_ordinal": policy_ordinal,
                "insurer": policy.insurer,
                "programme": policy.programme,
                "number": policy.number,
                "valid_from": policy.valid_from,
                "valid_until": policy.valid_until,
                "kind": policy.kind,
                "active": policy.active,
            },
        )
        for ordinal, said in enumerate(policy.coverage):
            yield (
                coverage,
                {
                    "policy_ordinal": policy_ordinal,
                    "ordinal": ordinal,
                    "service": said.service,
                    "answer": said.answer,
                    "copay_percent": said.copay_percent,
                    "copay_amount": said.copay_amount,
                    "clause": said.clause,
                },
            )


def _visits(all_of: Iterable[Visit]) -> Iterator[_Row]:
    for ordinal, visit in enumerate(sorted(all_of, key=lambda visit: visit.starts_at)):
        yield (
            visits,
            {
                "starts_at": visit.starts_at,
                "ordinal": ordinal,
                "doctor": visit.doctor,
                "specialty": visit.specialty,
                "place": visit.place,
                "status": visit.status,
                "preparation": visit.preparation,
                "visit_id": visit.visit_id,
            },
        )


FACETS = (
    Facet((phones,), lambda rows: rows.phones, _phones),
    Facet((relatives,), lambda rows: rows.relatives, _relatives),
    Facet((policies, coverage), lambda rows: rows.policies, _policies, "policies_import_id"),
    Facet((visits,), lambda rows: rows.visits, _visits, "visits_import_id"),
)
