"""Facts of an import as rows of their staged tables, in the order of the columns there.

What a column holds is what ``tables`` says; it is spelt out here because a million rows are many.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar

from ccd.directory.import_columns import Patients, Policies, Relatives, Visits
from ccd.directory.model import Coverage, Reach
from ccd.store.columns import escape, storable, to_json, write_moment

_T = TypeVar("_T")
_U = TypeVar("_U")
Row = tuple[Any, ...]
_KINDS = {Reach.ORGANISATION: "organisation", Reach.STAFF: "staff"}
_NONE = "[]"


def patient_rows(said: Patients) -> Iterator[Row]:
    """The patients alone."""
    return zip(
        said.entry,
        _escaped(said.patient_id),
        _escaped(said.full_name),
        _each(_date, said.birth_date),
        said.language,
        _each(_tags, said.tags),
        _escaped(said.doctor),
        map(_amount, said.debt),
        _each(_kind, said.reach),
        _each(_texts, said.notes),
        _each(_texts, said.medical),
        strict=True,
    )


def phone_rows(said: Patients) -> Iterator[Row]:
    """Their own numbers."""
    for entry, patient_id, theirs in zip(said.entry, _escaped(said.patient_id), said.phones, strict=True):
        for number in theirs:
            yield entry, patient_id, number


def relative_rows(said: Relatives) -> Iterator[Row]:
    """Relatives, once for each number."""
    texts = map(_escaped, (said.patient_id, said.name, said.relationship))
    for entry, numbers, guardian, patient_id, name, relationship in zip(
        said.entry, said.phones, said.guardian, *texts, strict=True
    ):
        for number in dict.fromkeys(numbers):
            yield entry, patient_id, number, name, relationship, int(guardian)


def policy_rows(said: Policies, says: Iterable[int]) -> Iterator[Row]:
    """Policies; what each says of services stands at its entry of ``says``."""
    return zip(
        said.entry,
        _escaped(said.patient_id),
        _escaped(said.insurer),
        _escaped(said.programme),
        _escaped(said.number),
        _each(_date, said.valid_from),
        _each(_date, said.valid_until),
        _escaped(said.kind),
        _each(int, said.active),
        (int(kindless and not kind) for kindless, kind in zip(said.kindless, said.kind, strict=True)),
        says,
        strict=True,
    )


def coverage_rows(entry: int, coverage: Iterable[Coverage]) -> Iterator[Row]:
    """What policies say of services."""
    for ordinal, said in enumerate(coverage):
        yield (
            entry,
            ordinal,
            escape(said.service),
            str(said.answer),
            said.copay_percent,
            _amount(said.copay_amount),
            escape(said.clause),
        )


def visit_rows(said: Visits) -> Iterator[Row]:
    """Visits."""
    return zip(
        said.entry,
        _escaped(said.patient_id),
        _moments(said.starts_at),
        _escaped(said.doctor),
        _escaped(said.specialty),
        _escaped(said.place),
        said.status,
        _escaped(said.preparation),
        _escaped(said.visit_id),
        strict=True,
    )


def _moments(moments: Sequence[datetime]) -> list[str]:
    """Each written once: by identity, for equal ones may differ in the hour that comes twice."""
    each = {id(moment): moment for moment in moments}
    written = {key: write_moment(moment) for key, moment in each.items()}
    return [written[id(moment)] for moment in moments]


def _escaped(texts: Sequence[str]) -> Iterable[str]:
    """Each as ``escape`` does, when there is any that it would change."""
    return texts if storable(texts) else map(escape, texts)


def _each(spelling: Callable[[_T], _U], values: Sequence[_T]) -> Iterable[_U]:
    """Every value spelt; only once where all are equal, as in the many columns that say nothing."""
    if values and values.count(values[0]) == len(values):
        return (spelling(values[0]),) * len(values)
    return map(spelling, values)


@lru_cache(maxsize=1024)
def _tags(tags: frozenset[str]) -> str:
    return _texts(sorted(tags))


def _kind(reach: Reach) -> str:
    return _KINDS.get(reach, "")


def _texts(texts: Sequence[str]) -> str:
    return to_json(texts) if texts else _NONE


def _date(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _amount(money: Decimal | None) -> str | None:
    return None if money is None else f"{money:f}"
