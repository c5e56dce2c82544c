"""Rows of calls as far as they can be read: one that was spoilt on the disk takes no other with it."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, MappingResult, RowMapping, Select

from ccd.calls.record import CallRecord
from ccd.store.rows import to_record

Values = dict[str, Any]
"""A row, by column."""
_SPOILT = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What is raised by a moment, a word or JSON that nobody wrote so."""


def readable(connection: Connection, wanted: Select[Any]) -> list[Values]:
    """The rows of a query whose values mean something; the others are passed over."""
    found = connection.execute(wanted)
    names = tuple(found.keys())
    try:
        return [dict(zip(names, row, strict=True)) for row in found.all()]
    except _SPOILT:  # once more, row by row: it takes longer, and hardly ever is one spoilt
        return [{**row} for row in _each(connection.execute(wanted).mappings()) if row is not None]


def _each(rows: MappingResult) -> Iterator[RowMapping | None]:
    """Every row; None for one whose values mean nothing."""
    while True:
        try:
            row = rows.fetchone()
        except _SPOILT:
            yield None
            continue
        if row is None:
            return
        yield row


def read_rows(rows: MappingResult) -> tuple[list[RowMapping], int]:
    """The same, and how many there are of the others."""
    found = list(_each(rows))
    some = [row for row in found if row is not None]
    return some, len(found) - len(some)


def records_of(rows: MappingResult) -> tuple[list[CallRecord], bool]:
    """The records of all rows that hold one, and whether any did not.

    Thousands take a second or two: not for the loop.
    """
    counted = list(_each(rows))
    found = [record for row in counted if row is not None and (record := record_of({**row}))]
    return found, len(found) < len(counted)


def record_of(row: Values) -> CallRecord | None:
    """The record of a row of ``calls``; None when it holds none."""
    try:
        return to_record(row)
    except _SPOILT:
        return None
