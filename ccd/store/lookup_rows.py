"""The rows that ``lookup.SQL`` gives, as patients."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from json import loads
from operator import itemgetter
from typing import Any

from ccd.directory.model import Answer, Coverage, Origin, Patient, Policy, Reach, Remark, RemarkKind
from ccd.store.columns import unescape
from ccd.store.lookup_visits import visits

_NEVER = ""
_NONE = "[]"
_NOT_SEEN = frozenset({"cancelled", "noshow"})
_order = itemgetter(2, 3)
_Row = Sequence[Any]
_ByPatient = defaultdict[str, list[_Row]]


@dataclass(frozen=True, slots=True)
class _Found:
    """All rows but the patients' own, by patient_id; ``asked`` is what is told of the database itself."""

    asked: Origin
    policies: _ByPatient
    coverage: _ByPatient
    visits: _ByPatient
    relatives: _ByPatient


def patients(rows: Iterable[_Row], asked: Origin) -> tuple[Patient, ...]:
    """The answer to ``SQL`` as patients, most recently seen first, then by name.

    ``asked`` is the source's name, and the moment of the question.
    """
    kinds: defaultdict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        kinds[row[0]].append(row)
    coming, past = sorted(kinds["coming"], key=_order), sorted(kinds["past"], key=_order, reverse=True)
    found = _Found(
        asked,
        _by_patient(sorted(kinds["policy"], key=_order)),
        _by_patient(sorted(kinds["coverage"], key=_order)),
        _by_patient(coming + past),
        _by_patient(sorted(kinds["relative"], key=_order)),
    )
    people = kinds["patient"]
    if len(people) > 1:
        seen = _last_seen(past)
        people.sort(key=lambda row: unescape(row[2]))
        people.sort(key=lambda row: seen.get(row[1], _NEVER), reverse=True)
    return tuple([_patient(row, found) for row in people])


def _patient(row: _Row, found: _Found) -> Patient:
    key, full_name, born, language, tags, doctor, debt, kind, notes, medical, own, *imported = row[1:]
    origin, of_policies, of_visits = (_origin(found.asked.source, at) for at in imported)
    coverage = _coverage(found.coverage[key], found.asked.source, imported[1])
    patient = Patient(
        patient_id=unescape(key),
        full_name=unescape(full_name),
        birth_date=_date(born),
        language=language,
        tags=frozenset(_texts(tags)),
        policies=tuple([_policy(one, coverage, of_policies) for one in found.policies[key]]),
        visits=visits(found.visits[key], imported=of_visits, booked=found.asked),
        doctor=unescape(doctor),
        debt=_decimal(debt),
        remarks=(
            *_remarks(notes, RemarkKind.NOTE, origin),
            *_remarks(medical, RemarkKind.MEDICAL, origin),
        ),
        reach=Reach(kind) if kind else Reach.OWN,
        origin=origin,
    )
    return patient if own else _through(patient, found.relatives[key])


def _through(patient: Patient, relatives: Sequence[_Row]) -> Patient:
    """Reached by somebody else's number: a guardian's rather than another relative's."""
    _, _, _, name, relationship, guardian, *_ = min(relatives, key=lambda row: not row[5])
    return replace(
        patient,
        reach=Reach.GUARDIAN if guardian else Reach.RELATIVE,
        relationship=unescape(relationship),
        through=unescape(name),
    )


def _policy(row: _Row, coverage: Mapping[int, list[Coverage]], origin: Origin) -> Policy:
    ordinal, insurer, programme, number, since, until, kind, active = row[2:10]
    return Policy(
        insurer=unescape(insurer),
        programme=unescape(programme),
        number=unescape(number),
        valid_from=_date(since),
        valid_until=_date(until),
        coverage=tuple(coverage.get(ordinal, ())),
        kind=unescape(kind),
        active=bool(active),
        origin=origin,
    )


def _coverage(rows: Iterable[_Row], source: str, at: str | None) -> Mapping[int, list[Coverage]]:
    of_policy: defaultdict[int, list[Coverage]] = defaultdict(list)
    for row in rows:
        of_policy[row[2]].append(_covers(tuple(row[4:9]), source, at))
    return of_policy


@lru_cache(maxsize=4096)
def _covers(kept: tuple[Any, ...], source: str, at: str | None) -> Coverage:
    """Cached as it is kept: thousands of policies share a programme."""
    service, answer, percent, amount, clause = kept
    return Coverage(
        service=unescape(service),
        answer=Answer(answer),
        copay_percent=percent,
        copay_amount=_decimal(amount),
        clause=unescape(clause),
        origin=_origin(source, at),
    )


def _remarks(kept: str, kind: RemarkKind, origin: Origin) -> tuple[Remark, ...]:
    if kept == _NONE:
        return ()
    return tuple(Remark(text=text, kind=kind, origin=origin) for text in _texts(kept))


def _texts(kept: str) -> Sequence[str]:
    return () if kept == _NONE else loads(unescape(kept))


def _last_seen(past: Iterable[_Row]) -> dict[str, str]:
    seen: dict[str, str] = {}
    for _, key, starts_at, _, _, _, _, status, *_ in past:
        if status not in _NOT_SEEN:
            seen[key] = max(starts_at, seen.get(key, _NEVER))
    return seen


def _by_patient(rows: Iterable[_Row]) -> _ByPatient:
    grouped: _ByPatient = defaultdict(list)
    for row in rows:
        grouped[row[1]].append(row)
    return grouped


@lru_cache(maxsize=64)
def _origin(source: str, at: str | None) -> Origin:
    return Origin(source, None if at is None else datetime.fromisoformat(at))


def _date(kept: str | None) -> date | None:
    return None if kept is None else date.fromisoformat(kept)


def _decimal(kept: str | None) -> Decimal | None:
    return None if kept is None else Decimal(kept)
