"""The records of a call, made from Asterisk's own logs alone: the same events, the same fold.

What no log tells (who held, which rule routed it) stays unknown, or empty.
"""

from collections.abc import Iterator

from ccd.asterisk_logs.channels import told_of_channels
from ccd.asterisk_logs.queues import told_of_queues
from ccd.asterisk_logs.stories import Story
from ccd.asterisk_logs.told import Scene
from ccd.calls.book import CallBook
from ccd.calls.events import CallEvent, Resynchronised
from ccd.calls.ids import LinkedId, Phone, UniqueId
from ccd.calls.record import CallRecord, SegmentKind, State
from ccd.calls.snapshot import Snapshot
from ccd.calls.values import replace

_HELD = "held"


class Agents(dict[Phone, str]):
    """The queues' members by phone, as far as anybody told: first the clinic, then the logs themselves."""

    def learn(self, scene: Scene) -> None:
        """Who answered for a queue is a member of it."""
        for row in scene.queue:
            offer = (
                scene.offers.get(UniqueId(row.data[1])) if row.event == "CONNECT" and row.data[1:] else None
            )
            if offer and row.agent and offer.leg not in scene.forwarded:
                self[offer.phone] = row.agent


def events(scene: Scene) -> Iterator[CallEvent]:
    """What happened, in order."""
    told = [*told_of_channels(scene), *told_of_queues(scene)]
    return (one.event for one in sorted(told, key=lambda one: (one.place, one.side)))


def rebuilt(story: Story, agents: Agents) -> tuple[CallRecord, ...]:
    """The patients' calls in a story, ended; mostly one, none for a call between phones."""
    scene = Scene(story, agents)
    agents.learn(scene)
    book = CallBook()
    book.agents = agents
    found: dict[LinkedId, CallRecord] = {}
    for event in events(scene):
        found |= {change.after.call_id: change.after for change in book.apply(event)}
    if story.cut and story.last:
        nothing = Snapshot(at=story.last, channels=(), waiting=(), members=())
        gone = book.apply(Resynchronised(at=story.last, snapshot=nothing))
        found |= {change.after.call_id: change.after for change in gone}
    return tuple(_named(_unheld(one), agents) for one in found.values() if one.state is State.ENDED)


def _unheld(record: CallRecord) -> CallRecord:
    """No log tells of holds."""
    segments = tuple(
        replace(one, held=None) if one.kind is SegmentKind.TALKING else one for one in record.segments
    )
    if segments == record.segments or _HELD in record.unknown:
        return replace(record, segments=segments)
    return replace(record, segments=segments, unknown=(*record.unknown, _HELD))


def _named(record: CallRecord, agents: Agents) -> CallRecord:
    """With the names of the phones that rang: queue_log names only those that answered or did not."""
    segments = tuple(
        one
        if one.member or one.kind is not SegmentKind.OFFERED
        else replace(one, member=agents.get(one.phone, ""))
        for one in record.segments
    )
    return replace(record, segments=segments)
