"""The visits of one patient: those of imported files, and those that ccd booked itself.

A visit that ccd booked comes back with the next file of the clinic's system: it is one visit.  Only ccd's
own can be moved or cancelled in ccd, so only they have an id; that of a file means nothing here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from ccd.directory.merging_facts import fill
from ccd.directory.model import Origin, Visit
from ccd.directory.same_person import plain
from ccd.store.columns import unescape
from ccd.store.lookup import BOOKED


def visits(rows: Sequence[Sequence[Any]], *, imported: Origin, booked: Origin) -> tuple[Visit, ...]:
    """In the order of the rows, each visit once."""
    if BOOKED not in [row[3] for row in rows]:
        return tuple([_visit(row, imported) for row in rows])
    own = [_visit(row, booked) for row in rows if row[3] == BOOKED]
    told = [_visit(row, imported) for row in rows if row[3] != BOOKED]
    for place, one in enumerate(own):
        if same := next((other for other in told if _same(one, other)), None):
            told.remove(same)
            own[place] = _whole(one, same)
    return _in_order(own + told, rows)


def _same(own: Visit, told: Visit) -> bool:
    """One that is cancelled and one that is not are two: an hour may be given back and taken again."""
    return (
        own.starts_at == told.starts_at
        and plain(own.doctor) == plain(told.doctor)
        and (own.status == "cancelled") == (told.status == "cancelled")
    )


def _whole(own: Visit, told: Visit) -> Visit:
    """Whether somebody came is known to the clinic's system alone."""
    return replace(fill(own, told, "specialty", "place", "preparation"), status=told.status)


def _in_order(found: Iterable[Visit], rows: Sequence[Sequence[Any]]) -> tuple[Visit, ...]:
    places = {datetime.fromisoformat(row[2]): place for place, row in reversed(list(enumerate(rows)))}
    return tuple(sorted(found, key=lambda one: places[one.starts_at]))


def _visit(row: Sequence[Any], origin: Origin) -> Visit:
    starts_at, ordinal, doctor, specialty, place, status, preparation, visit_id = row[2:10]
    return Visit(
        starts_at=datetime.fromisoformat(starts_at),
        doctor=unescape(doctor),
        specialty=unescape(specialty),
        place=unescape(place),
        status=status,
        preparation=unescape(preparation),
        visit_id=unescape(visit_id) if ordinal == BOOKED else "",
        origin=origin,
    )
