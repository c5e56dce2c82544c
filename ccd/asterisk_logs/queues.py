"""What queue_log tells, as the events that the manager interface tells of queues.

The seconds of its figures (HoldTime, TalkTime) are Asterisk's own, as those of the events; moments are
taken from the row of CEL beside which it was written, since queue_log has whole seconds only.
"""

from collections.abc import Iterator
from typing import Any

from ccd.asterisk_logs.queue_log import QueueRow
from ccd.asterisk_logs.told import AFTER, BEFORE, Scene, Told
from ccd.calls import events as ev
from ccd.calls.ids import Phone, QueueName, UniqueId, called_number, phone_of


def told_of_queues(scene: Scene) -> Iterator[Told]:
    """All that a story's callers did in queues."""
    missed: set[UniqueId] = set()
    talks: dict[tuple[UniqueId, QueueName], QueueRow] = {}
    joined: dict[UniqueId, int] = {}
    for row in scene.queue:
        match row.event:
            case "ENTERQUEUE":
                told = _joined(scene, row)
                joined[row.unique_id] = told.place
                yield told
            case "CONNECT":
                talks[row.unique_id, row.queue] = row
                yield from _connected(scene, row)
            case "RINGNOANSWER":
                yield from _missed(scene, row, missed)
            case "COMPLETECALLER" | "COMPLETEAGENT" | "BLINDTRANSFER" | "ATTENDEDTRANSFER":
                connect = talks.pop((row.unique_id, row.queue), None)
                yield from _completed(scene, row, connect, joined.get(row.unique_id, 0))
            case "ABANDON" | "EXITWITHTIMEOUT" | "EXITWITHKEY" | "EXITEMPTY" | "WITHDRAW":
                yield _gone(scene, row)
            case _:
                pass


def _caller(scene: Scene, row: QueueRow, place: int) -> dict[str, Any]:
    """The caller's ids there, and the moment of this place."""
    at = scene.rows[place].at
    of_caller = [one for one in scene.places.get(row.unique_id, ()) if one <= place]
    linked_id = scene.rows[of_caller[-1] if of_caller else place].linked_id
    return {"at": at, "linked_id": linked_id, "unique_id": row.unique_id}


def _joined(scene: Scene, row: QueueRow) -> Told:
    begun = scene.of(row.unique_id, "APP_START")
    place = scene.near(
        row.at,
        begun,
        lambda one: one.app == "Queue" and one.data.partition(",")[0].lower() == row.queue.lower(),
    )
    place = scene.by_clock(row.at) if place is None else place
    caller = scene.rows[place]
    joined = ev.QueueJoined(
        **_caller(scene, row, place),
        queue=row.queue,
        caller_number=caller.number,
        caller_name=caller.name,
        called_number=called_number(caller.exten),
    )
    return Told(place, AFTER, joined)


def _connected(scene: Scene, row: QueueRow) -> Iterator[Told]:
    leg = _leg(row)
    if not leg:
        return
    place = scene.first(leg, "ANSWER")
    if place is None:
        place = scene.first(leg, "BRIDGE_ENTER")
    place = scene.by_clock(row.at) if place is None else place
    phone, member = _who(scene, row, leg)
    connected = ev.AgentConnected(
        **_caller(scene, row, place),
        queue=row.queue,
        phone=phone,
        member=member,
        leg=leg,
        waited=row.count(0),
    )
    yield Told(place, AFTER, connected)


def _leg(connect: QueueRow) -> UniqueId:
    return UniqueId(connect.data[1] if len(connect.data) > 1 else "")


def _who(scene: Scene, row: QueueRow, leg: UniqueId) -> tuple[Phone, str]:
    """The phone that talked, and its member's name: none where another phone had rung (call pickup)."""
    offer = scene.offers.get(leg)
    if offer:
        return offer.phone, "" if leg in scene.forwarded else row.agent
    place = scene.first(leg, "CHAN_START")
    return (phone_of(scene.rows[place].channel) if place is not None else Phone("")), ""


def _missed(scene: Scene, row: QueueRow, missed: set[UniqueId]) -> Iterator[Told]:
    """The phone of this agent that stopped ringing at that second; where that is not known, any that did."""
    stopped = [
        (place, leg)
        for leg, offer in scene.offers.items()
        if offer.caller == row.unique_id and offer.queue and leg not in missed
        for place in scene.of(leg, "HANGUP")
        if not scene.of(leg, "ANSWER") and scene.near(row.at, [place]) is not None
    ]
    named = [(place, leg) for place, leg in stopped if scene.agents.get(scene.offers[leg].phone) == row.agent]
    unnamed = [(place, leg) for place, leg in stopped if scene.offers[leg].phone not in scene.agents]
    for place, leg in (named or unnamed)[:1]:
        missed.add(leg)
        phone = scene.offers[leg].phone
        told = ev.AgentMissed(**_caller(scene, row, place), queue=row.queue, phone=phone, leg=leg)
        yield Told(place, BEFORE, told)


_COMPLETED = {
    # where the data hold the seconds of the wait and of the talk, and who ended it
    "COMPLETECALLER": (0, 1, "caller"),
    "COMPLETEAGENT": (0, 1, "agent"),
    "BLINDTRANSFER": (-3, -2, "transfer"),
    "ATTENDEDTRANSFER": (-3, -2, "transfer"),
}


def _completed(scene: Scene, row: QueueRow, connect: QueueRow | None, joined: int) -> Iterator[Told]:
    """Never told before the caller joined another queue (at ``joined``), when it was written after that."""
    leg = _leg(connect) if connect else UniqueId("")
    if not leg:
        return
    waited, talked, reason = _COMPLETED[row.event]
    passed_on = scene.near(row.at, scene.of(leg, row.event))
    place = (
        scene.near(row.at, scene.of(scene.successor(leg), "BRIDGE_EXIT")) if passed_on is None else passed_on
    )
    place = max(joined, scene.by_clock(row.at) if place is None else place)
    phone, member = _who(scene, row, leg)
    completed = ev.AgentCompleted(
        **_caller(scene, row, place),
        queue=row.queue,
        phone=phone,
        member=member,
        leg=scene.successor(leg),
        waited=row.count(waited),
        talked=row.count(talked),
        reason=reason,
    )
    yield Told(place, AFTER, completed)


def _gone(scene: Scene, row: QueueRow) -> Told:
    place = scene.near(row.at, scene.of(row.unique_id, "APP_END"), lambda one: one.app == "Queue")
    place = scene.by_clock(row.at) if place is None else place
    return Told(place, AFTER, ev.QueueLeft(**_caller(scene, row, place), queue=row.queue))
