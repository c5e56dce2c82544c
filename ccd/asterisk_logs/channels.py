"""What CEL tells of channels, as the events that the manager interface tells of them."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

from ccd.asterisk_logs.cel import CelRow
from ccd.asterisk_logs.forwards import MOMENT
from ccd.asterisk_logs.offers import Offer
from ccd.asterisk_logs.swaps import AT_ONCE
from ccd.asterisk_logs.told import AFTER, AT, BEFORE, Scene, Told
from ccd.calls import events as ev
from ccd.calls.ids import UniqueId, called_number, phone_of

_ASKING = "ccd"
"""The context in which ``dialplan/ccd-extensions.conf`` asks ccd."""
_ENDS = frozenset({"BRIDGE_EXIT", "APP_END", "HANGUP", "CHAN_END"})
_BUSY, _CLEARED = {17, 21}, {0, 16, 19, 26, 127}
"""Q.850 causes: busy or declined; ended by Asterisk, because nobody answered or the caller gave up."""


def told_of_channels(scene: Scene) -> Iterator[Told]:
    """All of a story's rows, in order."""
    asked: set[UniqueId] = set()
    for place, row in enumerate(scene.rows):
        translate = _TABLE.get(row.kind)
        yield from translate(scene, place, row) if translate else ()
        if _asks(row) and row.unique_id not in asked:
            asked.add(row.unique_id)
            yield Told(place, AT, _offered(row))


def ids(row: CelRow) -> dict[str, Any]:
    """Of which channel and call an event is, and when."""
    return {"at": row.at, "linked_id": row.linked_id, "unique_id": row.unique_id}


def _asks(row: CelRow) -> bool:
    return (row.kind, row.app, row.context) == ("APP_START", "AGI", _ASKING)


def _offered(row: CelRow) -> ev.CallOffered:
    """The dialplan asked ccd.  Which rule was the answer is in no log of Asterisk's."""
    arguments = [*row.data.split(","), "", "", ""]
    return ev.CallOffered(
        **ids(row),
        caller_number=row.number,
        caller_name=row.name,
        called_number=unquote(arguments[2], errors="replace"),
        rule="",
        rules_version="",
        withheld=arguments[7].startswith("prohib") if len(arguments) > 10 else False,
    )


def _started(scene: Scene, place: int, row: CelRow) -> Iterator[Told]:
    started = ev.ChannelStarted(
        **ids(row),
        channel=row.channel,
        caller_number=row.number,
        caller_name=row.name,
        called_number=called_number(row.exten),
        context=row.context,
    )
    yield Told(place, AT, started)
    offer = scene.offers.get(row.unique_id)
    if offer and offer.leg in scene.forwarded:
        told: dict[str, Any] = {**ids(row), "unique_id": offer.caller, "leg": scene.forwarded[offer.leg]}
        yield Told(place, AT, ev.PhoneMissed(**told, result="forwarded", to=row.exten))
    if offer:
        yield Told(place, AFTER, _rings(scene, row, offer))


def _rings(scene: Scene, row: CelRow, offer: Offer) -> ev.AgentRinging | ev.PhoneRinging:
    of_caller: dict[str, Any] = {
        **ids(row),
        "unique_id": offer.caller,
        "phone": offer.phone,
        "leg": offer.leg,
    }
    if offer.queue and offer.leg not in scene.forwarded:
        name = scene.names.get(offer.leg, "") or scene.agents.get(offer.phone, "")
        return ev.AgentRinging(**of_caller, queue=offer.queue, member=name)
    return ev.PhoneRinging(**of_caller)


def _answered(scene: Scene, place: int, row: CelRow) -> Iterator[Told]:
    offer = scene.offers.get(row.unique_id)
    if offer and not offer.queue:
        of_caller: dict[str, Any] = {**ids(row), "unique_id": offer.caller}
        yield Told(place, AT, ev.PhoneAnswered(**of_caller, leg=offer.leg, phone=phone_of(row.channel)))


def _entered(scene: Scene, place: int, row: CelRow) -> Iterator[Told]:
    swapped = scene.swaps.get(place, UniqueId(""))
    entered = ev.BridgeEntered(**ids(row), bridge=row.said("bridge_id"), channel=row.channel, swapped=swapped)
    yield Told(place, AT, entered)


def _left(_scene: Scene, place: int, row: CelRow) -> Iterator[Told]:
    yield Told(place, AT, ev.BridgeLeft(**ids(row), bridge=row.said("bridge_id"), channel=row.channel))


def _blind(_scene: Scene, place: int, row: CelRow) -> Iterator[Told]:
    target, by = row.said("extension"), phone_of(row.channel)
    yield Told(place, AT, ev.Transferred(**ids(row), kind="blind", by=by, target=target))


def _attended(scene: Scene, place: int, row: CelRow) -> Iterator[Told]:
    attended = ev.Transferred(
        **ids(row),
        kind="attended",
        by=phone_of(row.channel),
        target=phone_of(row.said("transfer_target_channel_name")),
        second=UniqueId(row.said("channel2_uniqueid")),
        transferee=UniqueId(row.said("transferee_channel_uniqueid")),
        stays=_stays(scene, row),
    )
    yield Told(place, AT, attended)


def _stays(scene: Scene, row: CelRow) -> bool:
    """Whether whoever transferred talks on with both: CEL tells of that as of any other transfer.

    Only then does he come into the caller's bridge once more, with whom he had asked.
    """
    entered = [scene.rows[at] for at in scene.of(row.unique_id, "BRIDGE_ENTER")]
    callers = [one for one in entered if one.said("bridge_id") == row.said("bridge1_id")]
    return any(abs(one.at - row.at) < AT_ONCE for one in callers[1:])


def _ended(scene: Scene, place: int, row: CelRow) -> Iterator[Told]:
    yield from _requested(scene, place, row)
    cause = row.extra.get("hangupcause")
    cause = cause if isinstance(cause, int) and 0 <= cause < 128 else 0
    yield from _missed(scene, place, row, cause)
    yield Told(place, AT, ev.ChannelEnded(**ids(row), channel=row.channel, cause=cause))


def _requested(scene: Scene, place: int, row: CelRow) -> Iterator[Told]:
    """Whose far end hung up, at the first thing that came of it."""
    source = scene.named(row.said("hangupsource"), place)
    if source is None:
        return
    first = _first_of_it(scene, place, {source, row.unique_id})
    asked = {**ids(scene.rows[first]), "unique_id": source}
    yield Told(first, BEFORE, ev.HangupRequested(**asked))


def _first_of_it(scene: Scene, place: int, theirs: set[UniqueId]) -> int:
    """The place of the first thing that ended on these channels at that moment, and nothing began since."""
    row, first = scene.rows[place], place
    for at in range(place - 1, -1, -1):
        other = scene.rows[at]
        if row.at - other.at > MOMENT or (other.unique_id in theirs and other.kind not in _ENDS):
            break
        if _was_given_up(scene, other, row, theirs):
            first = at
        at_once = other.unique_id == row.unique_id and row.at - other.at < AT_ONCE
        if other.unique_id in theirs and (other.kind in {"BRIDGE_EXIT", "HANGUP"} or at_once):
            first = at
    return first


def _was_given_up(scene: Scene, other: CelRow, row: CelRow, theirs: set[UniqueId]) -> bool:
    """Whether this phone stopped ringing because of the hangup, and did not refuse by itself."""
    offer = scene.offers.get(other.unique_id)
    ends = other.kind == "HANGUP" and other.said("hangupsource") != other.channel
    return bool(offer and offer.caller in theirs and ends and row.at - other.at < AT_ONCE)


def _missed(scene: Scene, place: int, row: CelRow, cause: int) -> Iterator[Told]:
    """A dialled phone that nobody answered; one that stopped because the caller is gone tells nothing."""
    offer = scene.offers.get(row.unique_id)
    sent_on = row.unique_id in scene.forwarded.values()
    if offer is None or offer.queue or sent_on or scene.of(row.unique_id, "ANSWER", "BRIDGE_ENTER"):
        return
    told: dict[str, Any] = {**ids(row), "unique_id": offer.caller, "leg": offer.leg}
    refused = row.said("hangupsource") == row.channel
    if not refused and not _gave_up(scene, offer, row):
        return
    result = "busy" if cause in _BUSY else "missed" if cause in _CLEARED and not refused else "unreachable"
    yield Told(place, BEFORE, ev.PhoneMissed(**told, result=result))


def _gave_up(scene: Scene, offer: Offer, row: CelRow) -> bool:
    """Whether ``Dial()`` ended at that moment, with the caller still there and nobody talking."""
    ended = [scene.rows[at] for at in scene.of(offer.caller, "APP_END", "HANGUP", "BRIDGE_ENTER")]
    after = [one for one in ended if abs(one.at - row.at) <= MOMENT]
    return any(one.kind == "APP_END" for one in after) and all(one.kind == "APP_END" for one in after)


_TABLE: dict[str, Callable[[Scene, int, CelRow], Iterator[Told]]] = {
    "CHAN_START": _started,
    "ANSWER": _answered,
    "BRIDGE_ENTER": _entered,
    "BRIDGE_EXIT": _left,
    "BLINDTRANSFER": _blind,
    "ATTENDEDTRANSFER": _attended,
    "HANGUP": _ended,
}
