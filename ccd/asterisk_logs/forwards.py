"""Phones that forwarded their calls: Asterisk goes on by a Local channel, then lets go of them.

The phone's cause says so, unless Asterisk was quicker than the phone; then there is none.  A queue's own
member behind a Local channel is told by what Asterisk writes as the application of that channel.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta

from ccd.asterisk_logs.cel import CelRow
from ccd.calls.ids import UniqueId

MOMENT = timedelta(seconds=0.5)
"""Within it, all is written that one hangup, or one phone that forwards its call, brings about."""
_FORWARDED, _NO_CAUSE = 23, 0
"""Q.850."""
_OF_QUEUE = "AppQueue"


def of_queues(rows: Sequence[CelRow]) -> set[UniqueId]:
    """The channels that queues rang themselves."""
    return {row.unique_id for row in rows if row.app == _OF_QUEUE}


def forwarder(rows: Sequence[CelRow], place: int, rung: Collection[UniqueId]) -> UniqueId | None:
    """Which of the phones that rang sent its call on to the channel that begins at this place."""
    if not rows[place].channel.startswith("Local/"):
        return None
    phones = list(_let_go(rows, place, rung))
    said = [row for row in phones if row.extra.get("hangupcause") == _FORWARDED]
    return next((row.unique_id for row in said or phones), None)


def _let_go(rows: Sequence[CelRow], place: int, rung: Collection[UniqueId]) -> Iterator[CelRow]:
    """Where phones just after this place stopped ringing, without a reason that would be another."""
    for row in rows[place + 1 :]:
        if row.at - rows[place].at > MOMENT:
            return
        cause, source = row.extra.get("hangupcause"), row.said("hangupsource")
        sent_on = cause == _FORWARDED or (cause == _NO_CAUSE and not source)
        if row.kind == "HANGUP" and row.unique_id in rung and sent_on:
            yield row
