"""Whose names the watchers of the floor were shown, for the audit trail: each call once for each of them."""

from collections.abc import Iterable, Mapping

from ccd.calls.ids import LinkedId, Phone
from ccd.desk.floor_rows import Known
from ccd.desk.seats import Seat
from ccd.desk.trail import Trail
from ccd.live.model import Floor
from ccd.ports.screens import CardShown

Shown = Mapping[LinkedId, CardShown]


class Onlookers:
    """``known`` says who a call is from.  It is noted as what the desk's overview shows is."""

    def __init__(self, trail: Trail, known: Known) -> None:
        self._trail = trail
        self._known = known
        self._shown: Shown = {}

    def came(self, seat: Seat) -> None:
        """A page opened, and shows everybody of the last look."""
        self._note([seat], self._shown.values())

    def look(self, seats: Iterable[Seat], floor: Floor) -> None:
        """The pages show this floor: whoever is new there is noted."""
        before, self._shown = self._shown, self._callers(floor)
        self._note(
            seats,
            (one for call_id, one in self._shown.items() if not _same(one, before.get(call_id))),
        )

    def _note(self, seats: Iterable[Seat], shown: Iterable[CardShown]) -> None:
        users = {seat.user.name for seat in seats}
        for one in shown if users else ():
            for user in users:
                self._trail.seen(user, one, "overview")

    def _callers(self, floor: Floor) -> Shown:
        known = ((call, self._known(call_id)) for call_id, call in floor.calls.items())
        return {
            call.call_id: CardShown(phone=Phone(""), record=call, caller=who) for call, who in known if who
        }


def _same(one: CardShown, other: CardShown | None) -> bool:
    return other is not None and one.caller is other.caller
