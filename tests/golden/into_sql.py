"""The people in the tables of an example medical information system (PostgreSQL), which has its own words."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from ccd.directory.model import Answer, Reach, RemarkKind
from tests.golden.world import Person

SCHEMA = Path(__file__).with_name("sources") / "mis.sql"
_PAYS = {Answer.COVERED: "full", Answer.COPAY: "part", Answer.NOT_COVERED: "none", Answer.UNKNOWN: "ask"}


def script(people: Iterable[Person]) -> str:
    """SQL that makes the tables and fills them."""
    rows = (row for one in people for row in _rows(one))
    return SCHEMA.read_text() + "".join(
        f"INSERT INTO {table} VALUES ({', '.join(map(_literal, row))});\n" for table, row in rows
    )


def _rows(person: Person) -> Iterator[tuple[str, tuple[Any, ...]]]:
    one, me = person.written, person.person_id
    tags, reach = ";".join(sorted(one.tags)), one.reach if one.reach is not Reach.OWN else None
    yield "clients", (me, one.full_name, one.birth_date, one.language, tags, one.doctor, one.debt, reach)
    for number in person.numbers:
        yield "client_phones", (me, number)
    for other in person.contacts:
        yield "kin", (me, other.number, other.reach is Reach.GUARDIAN, other.relationship, other.name)
    for policy in one.policies:
        days = (policy.valid_from, policy.valid_until)
        yield (
            "contracts",
            (me, policy.insurer, policy.number, policy.programme, *days, policy.kind, not policy.active),
        )
        for said in policy.coverage:
            part = (said.copay_percent, said.copay_amount)
            yield "services", (me, policy.number, said.service, _PAYS[said.answer], *part, said.clause)
    for visit in one.visits:
        who = (visit.doctor, visit.specialty, visit.place)
        yield "appointments", (me, visit.starts_at, visit.status, *who, visit.preparation)
    for remark in one.remarks:
        yield "comments", (me, remark.text, remark.kind is RemarkKind.MEDICAL)


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | Decimal):
        return str(value)
    text = value.isoformat() if isinstance(value, date | datetime) else str(value)
    return "'" + text.replace("'", "''") + "'"
