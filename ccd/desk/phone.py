"""The calls of one phone, in the order in which its desk learnt of them."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from ccd.calls.ids import LinkedId
from ccd.desk.card import Json, card_json
from ccd.desk.clinic import Clinic
from ccd.desk.sight import Unseen
from ccd.desk.standing import Standing, part_of
from ccd.ports.calls import Note
from ccd.ports.screens import CardShown

_RECENT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A call as last shown, with what the desk itself knows of it."""

    shown: CardShown
    standing: Standing
    since: datetime
    seq: int
    note: Note | None = None

    @property
    def to_complete(self) -> bool:
        """It was talked about, it is over, and no topic is set."""
        topic = self.note.topic if self.note else self.shown.record.topic
        return self.standing.to_note and not topic

    def json(self, clinic: Clinic, unseen: Unseen) -> Json:
        """The card, without what is not to be seen."""
        return card_json(self.shown, clinic, since=self.since, seq=self.seq, note=self.note, unseen=unseen)


class PhoneDesk:
    """Current calls, a short history, and the sequence number that catch-up goes by."""

    def __init__(self, numbers: Iterator[int]) -> None:
        self.seq = 0
        self._numbers = numbers
        self._live: OrderedDict[LinkedId, Entry] = OrderedDict()
        self._past: OrderedDict[LinkedId, Entry] = OrderedDict()

    def show(self, shown: CardShown, now: datetime, note: Note | None = None) -> Entry:
        """Take the newest state of a call, with the newest ``note`` of any phone that had it."""
        old = self.entry(shown.record.call_id)
        part = part_of(shown.record, shown.phone)
        same = old is not None and old.standing is part.standing
        entry = Entry(
            shown=shown,
            standing=part.standing,
            since=old.since if old and same else _since(part.standing, part.began_at, now),
            seq=self._next(),
            note=note or (old.note if old else None),
        )
        return self._keep(entry)

    def noted(self, note: Note) -> Entry | None:
        """A topic, outcome or note was saved; None when the call is not known here."""
        old = self.entry(note.call_id)
        if note.outcome is None and old and old.note:
            note = replace(note, outcome=old.note.outcome)
        return self._keep(replace(old, note=note, seq=self._next())) if old else None

    def entry(self, call_id: LinkedId) -> Entry | None:
        """The call, if this phone has or had it lately."""
        return self._live.get(call_id) or self._past.get(call_id)

    def live(self) -> tuple[Entry, ...]:
        """The calls this phone has now."""
        return tuple(self._live.values())

    def to_complete(self) -> tuple[Entry, ...]:
        """The calls that ended lately without a topic."""
        return tuple(entry for entry in self._past.values() if entry.to_complete)

    def __iter__(self) -> Iterator[Entry]:
        yield from self._live.values()
        yield from self._past.values()

    def _next(self) -> int:
        self.seq = next(self._numbers)
        return self.seq

    def _keep(self, entry: Entry) -> Entry:
        call_id = entry.shown.record.call_id
        self._live.pop(call_id, None)
        self._past.pop(call_id, None)
        (self._live if entry.standing.live else self._past)[call_id] = entry
        if len(self._past) > _RECENT:
            self._past.popitem(last=False)
        return entry


def _since(standing: Standing, began_at: datetime | None, now: datetime) -> datetime:
    """Ringing and talking began when Asterisk says; a hold or an end when it was heard of."""
    return began_at if began_at and standing in _TOLD else now


_TOLD = (Standing.RINGING, Standing.TALKING)
