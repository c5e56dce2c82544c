"""All that a call's facts are made of: its record, later calls of its number, its promise, its booking."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from ccd.calls.record import CallRecord, Direction, Disposition, State
from ccd.directory.orders import OrderKind, OrderState
from ccd.metrics.facts import Around, Other
from ccd.metrics.rules import REACH
from ccd.store.reading import Values, readable, record_of
from ccd.store.tables.booking import orders
from ccd.store.tables.calls import calls
from ccd.store.tables.owed import callbacks

_SPAN = timedelta(days=2)
"""Calls are gathered with their neighbours of a few days, or a frequent number would bring its whole year."""
_OTHER = (
    calls.c.call_id,
    calls.c.caller_digits,
    calls.c.listed_at,
    calls.c.topic,
    calls.c.direction,
    calls.c.disposition,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """One call, and what is around it."""

    record: CallRecord
    at: datetime
    around: Around


def gathered(connection: Connection, call_ids: Collection[str]) -> list[Gathered]:
    """These calls, and those of their numbers that came up to 24 hours before: these may be repeated now.

    One whose row cannot be read (``unreadable``) is not among them.
    """
    found: dict[str, Gathered] = {}
    for rows in _neighbours(_rows(connection, call_ids).values()):
        others = _others(connection, rows)
        before = [one["call_id"] for row in rows for one in others.get(_number(row), ()) if _before(one, row)]
        known = {row["call_id"]: row for row in rows}
        known |= _rows(connection, set(before) - known.keys())
        found |= _with_around(connection, known, others)
    return list(found.values())


def unreadable(connection: Connection, missing: Collection[str]) -> Collection[str]:
    """Of calls that are not among the gathered, those that are there all the same."""
    if not missing:
        return ()
    return connection.scalars(select(calls.c.call_id).where(calls.c.call_id.in_(missing))).all()


def _rows(connection: Connection, call_ids: Collection[str]) -> dict[str, Values]:
    if not call_ids:
        return {}
    wanted = select(calls).where(calls.c.call_id.in_(call_ids))
    return {row["call_id"]: row for row in readable(connection, wanted)}


def _neighbours(rows: Iterable[Values]) -> Iterator[list[Values]]:
    together: list[Values] = []
    for row in sorted(rows, key=lambda one: one["listed_at"]):
        if together and row["listed_at"] - together[0]["listed_at"] > _SPAN:
            yield together
            together = []
        together.append(row)
    if together:
        yield together


def _others(connection: Connection, rows: list[Values]) -> dict[str, list[Values]]:
    """Ended calls of the same numbers, from a day before the first of these to a day after the last."""
    numbers = {_number(row) for row in rows} - {""}
    if not numbers:
        return {}
    wanted = select(*_OTHER).where(
        calls.c.caller_digits.in_(numbers),
        calls.c.listed_at.between(rows[0]["listed_at"] - REACH, rows[-1]["listed_at"] + REACH),
        calls.c.state == State.ENDED,
        calls.c.withheld.is_(False),
    )
    found: dict[str, list[Values]] = {}
    for one in readable(connection, wanted):
        found.setdefault(one["caller_digits"], []).append(one)
    return found


def _number(row: Values) -> str:
    """The digits that two calls of one number share; a withheld number is nobody's."""
    return "" if row["withheld"] else str(row["caller_digits"])


def _before(one: Values, row: Values) -> bool:
    return bool(row["listed_at"] - REACH <= one["listed_at"] < row["listed_at"])


def _later(one: Values, row: Values) -> bool:
    return bool(row["listed_at"] < one["listed_at"] <= row["listed_at"] + REACH)


def _with_around(
    connection: Connection, rows: Mapping[str, Values], others: Mapping[str, list[Values]]
) -> dict[str, Gathered]:
    given = select(callbacks.c.call_id, callbacks.c.state).where(callbacks.c.call_id.in_(rows))
    found = connection.execute(given.order_by(callbacks.c.promise_id))
    promises = {one.call_id: one.state for one in found}
    done = (orders.c.kind == OrderKind.BOOK, orders.c.state == OrderState.DONE)
    made = connection.scalars(select(orders.c.call_id).where(orders.c.call_id.in_(rows), *done))
    booked = set(made)
    return {
        call_id: Gathered(
            record=record,
            at=row["listed_at"],
            around=Around(
                others=tuple([_other(one) for one in others.get(_number(row), ()) if _later(one, row)]),
                promise=promises.get(call_id),
                booked=call_id in booked,
            ),
        )
        for call_id, row in rows.items()
        if (record := record_of(row))
    }


def _other(row: Values) -> Other:
    return Other(
        at=row["listed_at"],
        topic=row["topic"],
        inbound=row["direction"] is Direction.INBOUND,
        answered=row["disposition"] is Disposition.ANSWERED,
    )
