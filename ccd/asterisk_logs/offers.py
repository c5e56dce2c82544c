"""Which channel rang for whom: CEL says that a channel began, not why.

A channel that begins while another one of its call is in ``Queue()`` or ``Dial()``, and hears nobody
yet, rings for that one.  Half of a Local channel is no phone: its other half is.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ccd.asterisk_logs.cel import CelRow
from ccd.asterisk_logs.forwards import forwarder, of_queues
from ccd.calls.ids import Phone, QueueName, UniqueId, dialled_phone, phone_of

_APPS = {"Queue", "Dial"}
_DONE = {"APP_END", "HANGUP", "BRIDGE_ENTER"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """``leg`` began to ring for ``caller``; ``queue`` is empty where ``Dial()`` rang it.

    ``instead_of`` is the leg of the phone that forwarded its call there.
    """

    caller: UniqueId
    leg: UniqueId
    phone: Phone
    queue: QueueName
    instead_of: UniqueId = UniqueId("")


def offers(rows: Sequence[CelRow]) -> Mapping[UniqueId, Offer]:
    """All of one story by their legs, in order."""
    dialling: dict[UniqueId, CelRow] = {}
    found: dict[UniqueId, Offer] = {}
    ringing: dict[UniqueId, Offer] = {}
    members = of_queues(rows)
    for place, row in enumerate(rows):
        if row.kind == "APP_START" and row.app in _APPS:
            dialling.pop(row.unique_id, None)
            dialling[row.unique_id] = row
        elif row.kind in _DONE:
            dialling.pop(row.unique_id, None)
            ringing.pop(row.unique_id, None)
        elif row.kind == "CHAN_START" and _may_ring(row):
            theirs = [one for one in dialling.values() if one.linked_id == row.linked_id]
            phone = None if row.unique_id in members else forwarder(rows, place, ringing)
            sent_on = _sent_on(row, ringing[phone]) if phone else None
            if offer := _dialled(row, theirs) or sent_on or _queued(row, theirs) or _forwarded(row, theirs):
                found[row.unique_id] = ringing[row.unique_id] = offer
    return found


def _may_ring(row: CelRow) -> bool:
    """Whether it is neither the call's first channel nor the far half of a Local one."""
    return str(row.unique_id) != row.linked_id and not row.channel.endswith(";2")


def _dialled(row: CelRow, ringing: list[CelRow]) -> Offer | None:
    for dialling in reversed([one for one in ringing if one.app == "Dial"]):
        for target in dialling.data.partition(",")[0].split("&"):
            technology, _, dialled = target.partition("/")
            if _fits(row.channel, technology, dialled):
                phone = dialled_phone(row.channel, dialled)
                return Offer(caller=dialling.unique_id, leg=row.unique_id, phone=phone, queue=QueueName(""))
    return None


def _sent_on(row: CelRow, by: Offer) -> Offer:
    """A phone that rang sent its call elsewhere."""
    phone = phone_of(row.channel)
    return Offer(caller=by.caller, leg=row.unique_id, phone=phone, queue=by.queue, instead_of=by.leg)


def _forwarded(row: CelRow, ringing: list[CelRow]) -> Offer | None:
    """The same, where nothing tells which phone it was."""
    if not (ringing and row.channel.startswith("Local/")):
        return None
    phone, caller = phone_of(row.channel), ringing[-1].unique_id
    return Offer(caller=caller, leg=row.unique_id, phone=phone, queue=QueueName(""))


def _fits(channel: str, technology: str, dialled: str) -> bool:
    """Whether a device dialled so has channels named so: ``101``, ``101/sip:...``, ``7916...@trunk``."""
    head = phone_of(channel)
    endpoint = dialled.rpartition("@")[2] if _AT_TRUNK.fullmatch(dialled) else dialled.partition("/")[0]
    return head in {f"{technology}/{endpoint}", f"{technology}/{dialled}"}


_AT_TRUNK = re.compile(r"[^/@]+@[^/@]+")


def _queued(row: CelRow, ringing: list[CelRow]) -> Offer | None:
    for waiting in reversed([one for one in ringing if one.app == "Queue"]):
        queue = QueueName(waiting.data.partition(",")[0])
        return Offer(caller=waiting.unique_id, leg=row.unique_id, phone=phone_of(row.channel), queue=queue)
    return None
