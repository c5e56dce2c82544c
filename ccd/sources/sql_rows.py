"""Rows of a database, read strictly: known columns, right values.  NULL is "not said"."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import partial
from typing import Any

from ccd.directory.csv_words import nearest
from ccd.directory.status_words import STATUS_WORDS
from ccd.logs import mask_name
from ccd.sources import sql_values as values
from ccd.sources import sql_words as words
from ccd.sources.sql_query import Query, Table

Cell = Callable[[Any], Any]
_CELL = re.compile(r'\A"(.*?)"(?= (?:is|has|must) )', re.DOTALL)
_HARMLESS = re.compile(r"[a-z0-9.,:_+-]{0,12}|NaN")
Said = Mapping[str, Any]
"""What one row says, by field; what it does not say is not there."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns that a query may have, each with the meaning of its cells."""

    needed: Mapping[str, Cell]
    """Must be there, and not NULL."""
    others: Mapping[str, Cell]
    nulls: Mapping[str, Any] = field(default_factory=dict)
    """What NULL says in a column where it does say something."""

    def read(self, query: Query, table: Table) -> Iterator[Said]:
        """Each row; raises DirectoryError, with query, row and column, for the first that is wrong."""
        self._check(query, table.names)
        cells = {**self.needed, **self.others}
        for number, row in enumerate(table.rows, 1):
            said: dict[str, Any] = {}
            for name, value in zip(table.names, row, strict=True):
                if value is not None:
                    said[name] = _read(query, number, name, partial(cells[name], value))
                elif name in self.needed:
                    raise query.error(f"row {number}, column {name}: is NULL")
                elif name in self.nulls:
                    said[name] = self.nulls[name]
            yield said

    def _check(self, query: Query, names: tuple[str, ...]) -> None:
        known = (*self.needed, *self.others)
        for name in names:
            if names.count(name) > 1:
                raise query.error(f'column "{name}" is there twice')
            if name not in known:
                raise query.error(f'no column "{name}" is known; {self._meant(name, names)}')
        for name in self.needed:
            if name not in names:
                raise query.error(f'column "{name}" is missing')

    def _meant(self, name: str, names: tuple[str, ...]) -> str:
        """What to do about a column that is not known, by those that the query does not have yet."""
        missing = [one for one in self.needed if one not in names]
        free = [*missing, *(one for one in self.others if one not in names)]
        if near := nearest(name, free):
            return f'did you mean "{near}"?'
        if not free:
            return "leave it out"
        among = f"missing: {', '.join(missing)}" if missing else ", ".join(free)
        return f"leave it out, or say AS what it is meant ({among})"


def _read(query: Query, number: int, name: str, cell: Callable[[], Any]) -> Any:
    try:
        return cell()
    except (ValueError, ArithmeticError) as error:
        raise query.error(f"row {number}, column {name}: {_told(error)}") from None


def _told(error: Exception) -> str:
    """What is wrong with a cell, for the log: a word, a number or a date as it is, a name as initials."""

    def shown(found: re.Match[str]) -> str:
        return f'"{found[1] if _HARMLESS.fullmatch(found[1]) else mask_name(found[1])}"'

    return _CELL.sub(shown, str(error))


PATIENTS = Shape(
    {"patient_id": values.some_text, "full_name": values.some_text},
    {
        "birth_date": values.birthday,
        "language": values.language,
        "tags": values.tags,
        "doctor": values.text,
        "debt": values.amount,
        "reach": values.one_of(words.REACHES),
        "relationship": values.text,
        "through": values.text,
        "phones": values.tags,
    },
    nulls={"phones": frozenset()},
)
"""``phones``: the patient's numbers, as written; one of them must be the caller's, and NULL is none."""
POLICIES = Shape(
    {"patient_id": values.some_text, "insurer": values.text, "number": values.text},
    {
        "programme": values.text,
        "valid_from": values.bound,
        "valid_until": values.bound,
        "kind": values.text,
        "active": values.one_of(words.FLAGS),
    },
)
COVERAGE = Shape(
    {
        "patient_id": values.some_text,
        "policy_number": values.text,
        "service": values.some_text,
        "answer": values.one_of(words.ANSWERS),
    },
    {"copay_percent": values.percent, "copay_amount": values.amount, "clause": values.text},
)
REMARKS = Shape({"patient_id": values.some_text, "text": values.text}, {"kind": values.one_of(words.KINDS)})


def visits(zone: tzinfo, *, owner: bool = True) -> Shape:
    """Visits; ``zone`` is that of moments that have none; ``owner``: says whose they are."""
    whose: dict[str, Cell] = {"patient_id": values.some_text} if owner else {}
    status = values.one_of(STATUS_WORDS)
    texts = ("doctor", "specialty", "place", "preparation", "visit_id")
    return Shape(
        {**whose, "starts_at": values.moments(zone), "status": status}, dict.fromkeys(texts, values.text)
    )


def slots(zone: tzinfo) -> Shape:
    """Free hours."""
    moment = values.moments(zone)
    return Shape(
        {"slot_id": values.some_text, "starts_at": moment, "doctor": values.text},
        {"ends_at": moment, "specialty": values.text, "place": values.text},
    )
