"""The desks as tracking sees them: a card goes to every socket at its phone, and nobody waits.

One rule: ``show`` and ``board`` only touch memory.  Counts and the overview are sent by ``beat``,
at most twice a second and a few sockets at a time, so that a pop never queues behind them.
"""

import secrets
from collections.abc import Iterable

import structlog

from ccd.calls.ids import LinkedId, Phone
from ccd.desk.card import Json, dump
from ccd.desk.clinic import Clinic, millis
from ccd.desk.desks import Desks
from ccd.desk.numbers import number_key, number_of
from ccd.desk.overview import overview_row
from ccd.desk.phone import Entry
from ccd.desk.seats import Seat, Seats, spread
from ccd.desk.sight import Sight, Unseen
from ccd.desk.trail import Trail
from ccd.ports.calls import Note
from ccd.ports.screens import Board, CardShown

log = structlog.get_logger()

_TICK_BEATS = 10


class Hub:
    """Implements ``ccd.ports.screens.Screens``."""

    def __init__(self, clinic: Clinic, trail: Trail, sight: Sight | None = None) -> None:
        self.clinic = clinic
        self.sight = sight or Sight()
        self.boot = secrets.token_hex(4)
        self._trail = trail
        self._seats = Seats()
        self._desks = Desks(self._seats.at)
        self._board = Board(waiting=0, longest_since=None, doctors=0, stale=True)
        self._board_changed = self._calls_changed = False
        self._beats = 0

    @property
    def pages(self) -> int:
        """How many pages of the desk are open."""
        return len(self._seats.all())

    def show(self, card: CardShown) -> None:
        """The call on this phone is now so.  Never blocks, never raises."""
        try:
            desk = self._desks.shown(card.record.call_id, card.phone)
            note = self._note_of(card.record.call_id)
            self._push(card.phone, desk.show(card, self.clinic.now(), note))
        except Exception:
            log.exception("card not shown", call_id=card.record.call_id, phone=card.phone)

    def _note_of(self, call_id: LinkedId) -> Note | None:
        """What whoever had the call before has noted: it goes with the call to the next phone."""
        phones = self._desks.with_call(call_id)
        if len(phones) == 1:  # its own desk keeps it
            return None
        entries = [self.entry(phone, call_id) for phone in phones]
        notes = [one.note for one in entries if one and one.note]
        return max(notes, key=lambda note: note.at) if notes else None

    def board(self, board: Board) -> None:
        """The counts changed: every desk hears of it with the next beat; at once that it is (not) stale."""
        turned = board.stale is not self._board.stale
        self._board_changed = self._board_changed or board != self._board
        self._board = board
        if turned:
            self._board_changed = False
            for seat in self._seats.all():
                seat.outbox.put(self._board_text())

    def noted(self, phone: Phone, note: Note) -> None:
        """A note was saved: the phone's other pages show it too."""
        for one in self._desks.with_call(note.call_id) | {phone}:
            desk = self._desks.get(one)
            if desk and (entry := desk.noted(note)):
                self._push(one, entry)

    def join(self, seat: Seat, boot: str, seq: int) -> None:
        """A page opened: send it all that is now, and what ended since it last looked."""
        self._seats.add(seat)
        desk = self._desks.at(seat.phone)
        cards = [self._seen(seat, entry) for entry in desk.live()]
        recent = [
            self._seen(seat, entry) | {"missed": boot == self.boot and entry.seq > seq}
            for entry in desk.to_complete()
        ]
        state = {"type": "state", "boot": self.boot, "seq": desk.seq, "phone": seat.phone}
        seat.outbox.put(dump(self._stamped(state | {"cards": cards, "recent": recent})))
        seat.outbox.put(self._board_text())
        if seat.user.role.oversees:
            seat.outbox.put(self._overview_text([seat]))

    def leave(self, seat: Seat) -> None:
        """The page is gone."""
        self._seats.remove(seat)

    def drop(self, token: str) -> None:
        """Close every page of a session: it ended, or sits at another phone now."""
        self._seats.drop(token)

    def entry(self, phone: Phone, call_id: LinkedId) -> Entry | None:
        """The call as this phone has or lately had it."""
        desk = self._desks.get(phone)
        return desk.entry(call_id) if desk else None

    def knows_number(self, phone: Phone, key: str) -> bool:
        """True when this phone has or lately had a call from the number."""
        return any(_key(entry, self.clinic.region) == key for entry in self._desks.get(phone) or ())

    async def beat(self) -> None:
        """Twice a second: changed counts, the overview for those who see it, now and then a sign of life."""
        self._beats += 1
        if self._board_changed or self._beats % _TICK_BEATS == 0:
            self._board_changed = False
            await spread(self._seats.all(), self._board_text())
        watchers = [seat for seat in self._seats.all() if seat.user.role.oversees]
        if watchers and self._calls_changed and self._beats % 2 == 0:
            self._calls_changed = False
            await spread(watchers, self._overview_text(watchers))

    def _push(self, phone: Phone, entry: Entry) -> None:
        self._calls_changed = True
        seats = self._seats.at(phone)
        if not seats:
            return
        texts: dict[Unseen, str] = {}
        for seat in seats:
            unseen = self.sight.unseen(seat.user.role)
            if unseen not in texts:
                texts[unseen] = self._text_if_any(entry, unseen)
            if text := texts[unseen]:
                self._trail.seen(seat.user.name, entry.shown)
                seat.outbox.put(text)

    def _text_if_any(self, entry: Entry, unseen: Unseen) -> str:
        """Empty for a role whose card cannot be made: what another sees may be sound."""
        try:
            return self._card_text(entry, unseen)
        except Exception:
            log.exception("card not made", call_id=entry.shown.record.call_id, unseen=sorted(unseen))
            return ""

    def _card_text(self, entry: Entry, unseen: Unseen) -> str:
        return dump(
            self._stamped({"type": "card", "seq": entry.seq, "card": entry.json(self.clinic, unseen)})
        )

    def _seen(self, seat: Seat, entry: Entry) -> Json:
        self._trail.seen(seat.user.name, entry.shown)
        return entry.json(self.clinic, self.sight.unseen(seat.user.role))

    def _stamped(self, message: Json) -> Json:
        return message | {"now": millis(self.clinic.now())}

    def _board_text(self) -> str:
        board = self._board
        counts = {"waiting": board.waiting, "longest": millis(board.longest_since), "doctors": board.doctors}
        return dump(self._stamped({"type": "board", "stale": board.stale} | counts))

    def _overview_text(self, watchers: Iterable[Seat]) -> str:
        entries = [entry for desk in self._desks for entry in desk.live()]
        for seat in watchers:
            for entry in entries:
                self._trail.seen(seat.user.name, entry.shown, "overview")
        rows = [overview_row(entry, self.clinic) for entry in entries]
        return dump(self._stamped({"type": "overview", "rows": rows}))


def _key(entry: Entry, region: str) -> str:
    return number_key(number_of(entry.shown.record, entry.shown.caller, region))
