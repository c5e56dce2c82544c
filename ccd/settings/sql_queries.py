"""The queries of a database, written by the admin, and what each of them must and may use."""

from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from ccd.routing.base import Many, Model, Some
from ccd.settings.sql_text import check_parameters, check_read, check_write, parameters, with_lists

NUMBER = frozenset({"e164", "digits", "national"})
"""``:e164`` (+79161234567), ``:digits`` (its last ten), ``:national`` (without the country's code)."""
PEOPLE = frozenset({"patient_id", "patient_ids"})
"""All whom the number led to (``IN :patient_ids``); with ``:patient_id`` a query runs once for each."""


@dataclass(frozen=True, slots=True)
class _Uses:
    """The parameters that a query may use, of which it must use one, and which it must use all."""

    known: frozenset[str]
    one_of: frozenset[str] = frozenset()
    all_of: tuple[str, ...] = ()


_ORDER = frozenset({"key", "slot_id", "patient_id", "comment"})
_OF_PEOPLE = _Uses(PEOPLE, PEOPLE)
_USES = {
    "patients": _Uses(NUMBER, NUMBER),
    "relatives": _Uses(NUMBER | PEOPLE, NUMBER | PEOPLE),
    "policies": _OF_PEOPLE,
    "coverage": _OF_PEOPLE,
    "visits": _OF_PEOPLE,
    "remarks": _OF_PEOPLE,
    "slots": _Uses(frozenset({"since", "until", "specialty", "doctor", "text", "most"})),
    "booked": _Uses(frozenset({"key"}), all_of=("key",)),
    "book": _Uses(_ORDER, all_of=("key", "slot_id", "patient_id")),
    "move": _Uses(_ORDER | {"visit_id"}, all_of=("key", "slot_id", "visit_id")),
    "cancel": _Uses(frozenset({"visit_id", "key"}), all_of=("visit_id",)),
}
_WRITES = ("book", "move", "cancel")
_READS = tuple(name for name in _USES if name not in _WRITES)

Query = Annotated[str, Field(min_length=1, max_length=20_000)]
Statements = Annotated[tuple[Query, ...], Some, Many, Field(max_length=5)]


class SqlQueries(Model):
    """SQL of the admin's own; what it finds has the names of ccd's fields (``AS full_name``)."""

    patients: Query
    """Whom the number reaches: patient_id, full_name, and what else is known."""
    relatives: Query | None = None
    """Whom the number's owners care for: the same columns, with ``reach`` and ``relationship``."""
    policies: Query | None = None
    """patient_id, insurer, number, programme, valid_from, valid_until, kind, active."""
    coverage: Query | None = None
    """patient_id, policy_number, service, answer, copay_percent, copay_amount, clause."""
    visits: Query | None = None
    """patient_id, starts_at, status, visit_id, doctor, specialty, place, preparation."""
    remarks: Query | None = None
    """patient_id, text, kind."""
    slots: Query | None = None
    """Free hours: slot_id, starts_at, ends_at, doctor, specialty, place."""
    booked: Query | None = None
    """The visit that the order ``:key`` made: the columns of visits."""
    book: Statements | None = None
    """Takes the slot if it is free: the first statement changes one row then, and none otherwise."""
    move: Statements | None = None
    """The same for a visit that is moved; the statements after the first give the old hour back."""
    cancel: Statements | None = None
    """Cancels the visit."""

    @field_validator(*_READS)
    @classmethod
    def _read(cls, query: str | None, info: ValidationInfo) -> str | None:
        if query is None:
            return None
        query = with_lists(query)
        check_read(query)
        _check(str(info.field_name), (query,))
        return query

    @field_validator(*_WRITES)
    @classmethod
    def _write(cls, queries: tuple[str, ...] | None, info: ValidationInfo) -> tuple[str, ...] | None:
        for query in queries or ():
            check_write(query)
        if queries:
            _check(str(info.field_name), queries)
        return queries

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.book and not (self.slots and self.booked):
            raise ValueError("book needs slots and booked")
        if (self.move or self.cancel) and not self.book:
            raise ValueError("move and cancel need book")
        if self.coverage and not self.policies:
            raise ValueError("coverage needs policies")
        return self


def _check(name: str, queries: tuple[str, ...]) -> None:
    """Of the parameters: all known, and those there without which the query cannot mean what it should."""
    uses = _USES[name]
    for query in queries:
        check_parameters(query, uses.known)
    used = frozenset[str]().union(*map(parameters, queries))
    if uses.one_of and not used & uses.one_of:
        raise ValueError(f"asks for everybody: use {' or '.join(f':{one}' for one in sorted(uses.one_of))}")
    if used >= PEOPLE:
        raise ValueError(
            "uses :patient_id and :patient_ids: a query runs once for each patient, or once for all"
        )
    for one in uses.all_of:
        if one not in used:
            raise ValueError(f"must use :{one}")
