"""Who is behind a number that somebody looked up: the same card, without a call."""

from collections import OrderedDict

from ccd.desk.card import Json, caller_json
from ccd.desk.clinic import Clinic, millis
from ccd.desk.numbers import shown_number
from ccd.desk.sight import Unseen
from ccd.directory.caller import Caller

_KEPT = 5_000


class Found:
    """Which numbers whom has looked up: their earlier calls may be read, too."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str], None] = OrderedDict()

    def add(self, user: str, key: str) -> None:
        """This user looked the number up; the oldest is forgotten."""
        self._known[user, key] = None
        self._known.move_to_end((user, key))
        if len(self._known) > _KEPT:
            self._known.popitem(last=False)

    def __contains__(self, pair: tuple[str, str]) -> bool:
        return pair in self._known


def found_json(caller: Caller, clinic: Clinic, unseen: Unseen) -> Json:
    """The card of a number, for the page in the form of a call that is none (``state``: found)."""
    return {
        "id": f"found:{caller.number.e164}",
        "state": "found",
        "since": millis(clinic.now()),
        "number": shown_number(caller.number, clinic.region),
        **caller_json(caller, clinic, unseen),
        **dict.fromkeys(("called_number", "caller_name", "queue", "rule", "agent", "ended_by"), ""),
        **dict.fromkeys(("topic", "outcome", "note"), ""),
        **dict.fromkeys(("talking", "talked", "noted_at", "arrived"), None),
        "way": [],
        "unknown": [],
    }
