"""Local channels that were optimised away: who took their place, as CEL shows it.

Whoever does so comes out of one bridge and into the Local channel's, which leaves it at that moment; Asterisk
writes the three rows in any order.  Where calls were forwarded twice, that may be another Local channel.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from ccd.asterisk_logs.cel import CelRow
from ccd.calls.ids import UniqueId

AT_ONCE = timedelta(seconds=0.05)
"""Within it, Asterisk writes all rows of one happening, in any order."""
_NEAR = 6
"""Rows before and after within which all of it is written."""


def swaps(rows: Sequence[CelRow]) -> Mapping[int, UniqueId]:
    """The places at which somebody came into a bridge instead of a Local channel, and that channel."""
    found = {}
    optimised = {row.unique_id for row in rows if row.kind == "LOCAL_OPTIMIZE"}
    for place, row in enumerate(rows):
        if row.kind == "BRIDGE_ENTER":
            left = _left(rows, place)
            gone = next((one for one in left if one.channel.startswith("Local/") and _same(one, row)), None)
            sure = gone and (gone.unique_id in optimised or not row.channel.startswith("Local/"))
            if gone and sure and any(one.unique_id == row.unique_id and not _same(one, row) for one in left):
                found[place] = gone.unique_id
    return found


def _left(rows: Sequence[CelRow], place: int) -> list[CelRow]:
    """Who left a bridge at the moment of this row."""
    at = rows[place].at
    near = rows[max(0, place - _NEAR) : place + _NEAR + 1]
    return [one for one in near if one.kind == "BRIDGE_EXIT" and abs(one.at - at) < AT_ONCE]


def _same(one: CelRow, other: CelRow) -> bool:
    return one.said("bridge_id") == other.said("bridge_id")
