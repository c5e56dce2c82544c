"""Inserts that meet rows which are there already.

SQLite took its upsert from PostgreSQL, and SQLAlchemy writes PostgreSQL's for both alike.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, Table
from sqlalchemy.dialects.postgresql import Insert, insert


def upsert(table: Table, update: Iterable[str], *, key: Sequence[str] = ()) -> Insert:
    """Insert rows; where the key is there already, update these columns and no other.

    ``key`` names the columns of another unique index than the primary key's.
    """
    statement = insert(table)
    keys = list(key) or [column.name for column in table.primary_key]
    changes = {name: statement.excluded[name] for name in update}
    if not changes:
        return statement.on_conflict_do_nothing(index_elements=keys)
    return statement.on_conflict_do_update(index_elements=keys, set_=changes)


def insert_new(table: Table, rows: Select[Any]) -> Insert:
    """Insert what a query gives, in the order of the table's columns; what is there already stays."""
    return insert(table).from_select(table.columns.keys(), rows).on_conflict_do_nothing()


def insert_once(table: Table, row: dict[str, Any]) -> Insert:
    """Insert one row; nothing when its key is there already."""
    keys = [column.name for column in table.primary_key]
    return insert(table).values(row).on_conflict_do_nothing(index_elements=keys)
