"""The one hot read: everything behind a number, in one statement: of the file, a server, or a copy in memory.

Plain SQL, because SQLAlchemy would cost more than the query.  ``lookup_rows`` reads the answer.
PostgreSQL wants one type in a column, so there each row is a JSON array in the third.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from json import loads
from typing import Any

from ccd.store.columns import escape, write_moment

_LATE = timedelta(hours=1)
"""A visit that began less than this ago still counts as coming: who is late calls about it."""
_WIDTH = 15
"""Columns of the answer: the first names the kind of row, the second is the patient_id."""

_PATIENT = (
    *("full_name", "birth_date", "language", "tags", "doctor", "debt", "kind", "notes", "medical"),
    "EXISTS (SELECT 1 FROM phones WHERE phones.e164 = :e164 AND phones.patient_id = patients.patient_id)",
    *(
        f"(SELECT at FROM imports WHERE imports.import_id = patients.{column})"  # noqa: S608 - our own words
        for column in ("import_id", "policies_import_id", "visits_import_id")
    ),
)
_POLICY = ("policy_ordinal", "insurer", "programme", "number", "valid_from", "valid_until", "kind", "active")
_COVERAGE = ("policy_ordinal", "ordinal", "service", "answer", "copay_percent", "copay_amount", "clause")
_VISIT = ("starts_at", "ordinal", "doctor", "specialty", "place", "status", "preparation", "visit_id")
_RELATIVE = ("ordinal", "name", "relationship", "guardian")


_Columns = tuple[str, ...]


def _plainly(columns: _Columns) -> _Columns:
    """Filled up with nulls."""
    return (*columns, *("NULL",) * (_WIDTH - 2 - len(columns)))


def _as_json(columns: _Columns) -> _Columns:
    return (f"json_build_array({', '.join(columns)})::text",)


BOOKED = -1
"""In place of the ordinal of a visit that ccd booked itself."""
_BOOKED = ("starts_at", str(BOOKED), "doctor", "specialty", "place", "status", "''", "visit_id")
"""What ccd booked itself, in the columns of ``_VISIT``."""
_VISITS = (
    (_VISIT, "ordinal", "FROM found JOIN visits USING (patient_id) WHERE true"),
    (_BOOKED, "visit_id", "FROM found JOIN booked_visits USING (patient_id) WHERE status <> 'moved'"),
)
"""With what tells two of one moment apart: of an hour that was given back and taken again, the order, and
which of them are among the few, is the same in every copy."""
_FEW = "LIMIT 20"
PERSON = "patient"
"""The kind of row of which everybody has one."""
_KINDS = (
    (PERSON, _PATIENT, "FROM found JOIN patients USING (patient_id)"),
    ("relative", _RELATIVE, "FROM relatives WHERE e164 = :e164"),
    ("policy", _POLICY, "FROM found JOIN policies USING (patient_id)"),
    ("coverage", _COVERAGE, "FROM found JOIN coverage USING (patient_id)"),
    *(
        (kind, columns, f"{table} AND {which}, {apart} {_FEW}")
        for columns, apart, table in _VISITS
        for kind, which in (
            ("coming", "starts_at >= :now ORDER BY starts_at"),
            ("past", "starts_at < :now ORDER BY starts_at DESC"),
        )
    ),
)
_FOUND = """WITH found AS (
  SELECT patient_id FROM phones WHERE e164 = :e164 UNION SELECT patient_id FROM relatives WHERE e164 = :e164)
"""


def _sql(written: Callable[[_Columns], _Columns]) -> str:
    """One statement; ``written`` says how the columns of each kind are."""
    selects = (
        f"SELECT {', '.join((repr(kind), 'patient_id', *written(columns)))} {rest}"
        for kind, columns, rest in _KINDS
    )
    bounded = (f"SELECT * FROM ({one}) AS few" if one.endswith(_FEW) else one for one in selects)  # noqa: S608
    return _FOUND + "\nUNION ALL\n".join(bounded)


SQL = {"sqlite": _sql(_plainly), "postgresql": _sql(_as_json)}
"""By the engine's name."""


def rows(engine: str, answered: Iterable[Sequence[Any]]) -> Iterable[Sequence[Any]]:
    """The answer as SQLite gives it."""
    if engine == "sqlite":
        return answered
    return [(kind, patient_id, *_widened(loads(rest))) for kind, patient_id, rest in answered]


def _widened(columns: list[Any]) -> list[Any]:
    return columns + [None] * (_WIDTH - 2 - len(columns))


def parameters(e164: str, now: datetime) -> dict[str, str]:
    """What ``SQL`` asks for."""
    return {"e164": escape(e164), "now": write_moment(now - _LATE)}
