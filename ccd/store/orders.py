"""The journal of orders in the database: the one place where they are."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from ccd.directory.model import Origin, Visit
from ccd.directory.orders import OPEN, OrderKind, OrderState, Placed
from ccd.store.database import Database
from ccd.store.report_marks import mark
from ccd.store.tables.booking import orders
from ccd.store.tables.people import audit
from ccd.store.upserts import insert_once

_FIELDS = tuple(field.name for field in fields(Placed))
_DID = {
    OrderKind.BOOK: "visit-booked",
    OrderKind.MOVE: "visit-moved",
    OrderKind.CANCEL: "visit-cancelled",
}


class OrderStore:
    """Every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, placed: Placed) -> bool:
        """Write a new order durably, and with it who placed it into the audit trail.

        False, and nothing is written, when there is one with this key.
        """
        async with self._database.writing() as connection:
            if (await connection.execute(insert_once(orders, _row(placed)))).rowcount != 1:
                return False
            await connection.execute(insert(audit), _trace(placed, "visit-ordered", placed.asked_at))
            return True

    async def settle(self, after: Placed) -> bool:
        """Write durably what became of it, a visit also into the trail; False when it is known already."""
        row = {name: value for name, value in _row(after).items() if name != "key"}
        statement = update(orders).where(orders.c.key == after.key, orders.c.state.in_(OPEN)).values(row)
        async with self._database.writing() as connection:
            if (await connection.execute(statement)).rowcount != 1:
                return False
            if after.state is OrderState.DONE:
                at = after.settled_at or after.asked_at
                await connection.execute(insert(audit), _trace(after, _DID[after.kind], at))
                await mark(connection, after.call_id)
            return True

    async def get(self, key: str) -> Placed | None:
        """One order."""
        async with self._database.reading() as connection:
            row = (await connection.execute(select(orders).where(orders.c.key == key))).mappings().first()
        return None if row is None else _placed(row)

    async def open(self) -> list[Placed]:
        """All of which nobody knows what became, the oldest first."""
        wanted = select(orders).where(orders.c.state.in_(OPEN)).order_by(orders.c.asked_at)
        async with self._database.reading() as connection:
            return [_placed(row) for row in (await connection.execute(wanted)).mappings()]


def _trace(placed: Placed, action: str, at: datetime) -> dict[str, Any]:
    return {
        "at": at,
        "user_name": placed.user,
        "action": action,
        "phone": placed.phone,
        "call_id": placed.call_id,
        "patient_id": placed.patient_id,
    }


def _row(placed: Placed) -> dict[str, Any]:
    row = {name: getattr(placed, name) for name in _FIELDS}
    return row | {"made": None if placed.made is None else _visit_row(placed.made)}


def _placed(row: Mapping[Any, Any]) -> Placed:
    values = {name: row[name] for name in _FIELDS}
    made = values["made"]
    return Placed(**values | {"made": None if made is None else _visit(made, values["source"])})


def _visit_row(visit: Visit) -> dict[str, str]:
    return {
        "starts_at": visit.starts_at.isoformat(),
        "doctor": visit.doctor,
        "specialty": visit.specialty,
        "place": visit.place,
        "status": visit.status,
        "preparation": visit.preparation,
        "visit_id": visit.visit_id,
    }


def _visit(row: dict[str, Any], source: str) -> Visit:
    moment = datetime.fromisoformat(row["starts_at"])
    return Visit(**row | {"starts_at": moment, "origin": Origin(source)})
