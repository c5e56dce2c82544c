"""Rows of calls as far as they can be read: one that was spoilt on the disk takes no other with it."""

from collections.abc import Iterator

from sqlalchemy import MappingResult, RowMapping

from ccd.calls.record import CallRecord
from ccd.store.rows import to_record

_SPOILT = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What is raised by a moment, a word or JSON that nobody wrote so."""


def readable(rows: MappingResult) -> Iterator[RowMapping]:
    """The rows whose values mean something; the others are passed over."""
    while True:
        try:
            row = rows.fetchone()
        except _SPOILT:
            continue
        if row is None:
            return
        yield row


def record_of(row: RowMapping) -> CallRecord | None:
    """The record of a row of ``calls``; None when it holds none."""
    try:
        return to_record({**row})
    except _SPOILT:
        return None
