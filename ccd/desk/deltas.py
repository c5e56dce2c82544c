"""Tables of rows that pages watch: all of them for whoever comes, then only what changed."""

from collections.abc import Mapping

from ccd.desk.card import Json

Tables = Mapping[str, Mapping[str, Json]]
"""Rows by their id, by table."""


def whole(tables: Tables) -> Json:
    """All rows, for a page that knows none."""
    return {"whole": True, "rows": {name: list(rows.values()) for name, rows in tables.items()}}


def change(before: Tables, after: Tables) -> Json | None:
    """New and changed rows, and the ids of those that are gone; None when nothing is."""
    rows = {name: _changed(before.get(name, {}), now) for name, now in after.items()}
    gone = {name: [key for key in old if key not in after.get(name, {})] for name, old in before.items()}
    found = {"rows": _some(rows), "gone": _some(gone)}
    return found if any(found.values()) else None


def _changed(before: Mapping[str, Json], after: Mapping[str, Json]) -> list[Json]:
    return [row for key, row in after.items() if before.get(key) != row]


def _some(lists: Mapping[str, list[Json]] | Mapping[str, list[str]]) -> Json:
    return {name: found for name, found in lists.items() if found}
