"""The one hot read: everything behind a number, in one statement and one hop to a thread.

Plain SQL, because SQLAlchemy would cost more than the query.  It runs on SQLite and, with another
placeholder style, on PostgreSQL.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from json import loads
from typing import Any

from ccd.directory.model import Answer, Coverage, Patient, Policy, Visit
from ccd.store.columns import escape, unescape, write_moment

_LATE = timedelta(hours=1)
"""A visit that began less than this ago still counts as coming: who is late calls about it."""
_NEVER = ""
_NOT_SEEN = frozenset({"cancelled", "noshow"})

SQL = """
WITH found AS (SELECT patient_id FROM phones WHERE e164 = :e164)
SELECT 'patient', patient_id, full_name, birth_date, language, tags, doctor, debt, NULL
  FROM found JOIN patients USING (patient_id)
UNION ALL
SELECT 'policy', patient_id, insurer, programme, number, valid_from, valid_until, policy_ordinal, kind
  FROM found JOIN policies USING (patient_id)
UNION ALL
SELECT 'coverage', patient_id, service, answer, copay_percent, ordinal, NULL, policy_ordinal, NULL
  FROM found JOIN coverage USING (patient_id)
UNION ALL
SELECT * FROM (
  SELECT 'coming', patient_id, starts_at, doctor, specialty, place, status, ordinal, NULL
    FROM found JOIN visits USING (patient_id) WHERE starts_at >= :now ORDER BY starts_at LIMIT 20)
UNION ALL
SELECT * FROM (
  SELECT 'past', patient_id, starts_at, doctor, specialty, place, status, ordinal, NULL
    FROM found JOIN visits USING (patient_id) WHERE starts_at < :now ORDER BY starts_at DESC LIMIT 20)
"""


def parameters(e164: str, now: datetime) -> dict[str, str]:
    """What ``SQL`` asks for."""
    return {"e164": escape(e164), "now": write_moment(now - _LATE)}


def patients(rows: Iterable[Sequence[Any]]) -> tuple[Patient, ...]:
    """The answer to ``SQL`` as patients, most recently seen first, then by name."""
    kinds: defaultdict[str, list[Sequence[Any]]] = defaultdict(list)
    for row in rows:
        kinds[row[0]].append(row)
    policies = _policies(kinds["policy"], _coverage(kinds["coverage"]))
    visits = _visits(sorted(kinds["coming"], key=_start), sorted(kinds["past"], key=_start, reverse=True))
    seen = _last_seen(kinds["past"])
    found = [
        Patient(
            patient_id=unescape(patient_id),
            full_name=unescape(full_name),
            birth_date=_date(birth_date),
            language=language,
            tags=frozenset(loads(unescape(tags))),
            policies=tuple(policies[patient_id]),
            visits=tuple(visits[patient_id]),
            doctor=unescape(doctor),
            debt=None if debt is None else Decimal(debt),
        )
        for _, patient_id, full_name, birth_date, language, tags, doctor, debt, _ in kinds["patient"]
    ]
    found.sort(key=lambda patient: patient.full_name)
    found.sort(key=lambda patient: seen.get(patient.patient_id, _NEVER), reverse=True)
    return tuple(found)


def _coverage(rows: Iterable[Sequence[Any]]) -> dict[tuple[str, int], list[Coverage]]:
    of_policy: defaultdict[tuple[str, int], list[Coverage]] = defaultdict(list)
    for _, patient_id, service, answer, percent, _, _, policy, _ in sorted(rows, key=lambda row: row[5]):
        said = Coverage(service=unescape(service), answer=Answer(answer), copay_percent=percent)
        of_policy[patient_id, policy].append(said)
    return of_policy


def _policies(
    rows: Iterable[Sequence[Any]], coverage: dict[tuple[str, int], list[Coverage]]
) -> dict[str, list[Policy]]:
    of_patient: defaultdict[str, list[Policy]] = defaultdict(list)
    for _, patient_id, insurer, programme, number, since, until, ordinal, kind in sorted(
        rows, key=lambda row: row[7]
    ):
        of_patient[patient_id].append(
            Policy(
                insurer=unescape(insurer),
                programme=unescape(programme),
                number=unescape(number),
                valid_from=_date(since),
                valid_until=_date(until),
                coverage=tuple(coverage.get((patient_id, ordinal), ())),
                kind=unescape(kind),
            )
        )
    return of_patient


def _visits(*parts: Iterable[Sequence[Any]]) -> dict[str, list[Visit]]:
    of_patient: defaultdict[str, list[Visit]] = defaultdict(list)
    for part in parts:
        for _, patient_id, starts_at, doctor, specialty, place, status, _, _ in part:
            of_patient[patient_id].append(
                Visit(
                    starts_at=datetime.fromisoformat(starts_at),
                    doctor=unescape(doctor),
                    specialty=unescape(specialty),
                    place=unescape(place),
                    status=status,
                )
            )
    return of_patient


def _last_seen(past: Iterable[Sequence[Any]]) -> dict[str, str]:
    seen: dict[str, str] = {}
    for _, patient_id, starts_at, _, _, _, status, *_ in past:
        if status not in _NOT_SEEN:
            key = unescape(patient_id)
            seen[key] = max(starts_at, seen.get(key, _NEVER))
    return seen


def _start(row: Sequence[Any]) -> tuple[str, int]:
    return row[2], row[7]


def _date(kept: str | None) -> date | None:
    return None if kept is None else date.fromisoformat(kept)
