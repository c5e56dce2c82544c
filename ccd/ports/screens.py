"""The desks, as tracking sees them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ccd.calls.ids import Phone
from ccd.calls.record import CallRecord
from ccd.directory.caller import Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class CardShown:
    """A call as one phone's desk shows it.  ``caller`` is None while the lookup still runs."""

    phone: Phone
    record: CallRecord
    caller: Caller | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The line on top of every desk: who waits, how long, how many doctors are there."""

    waiting: int
    longest_since: datetime | None
    doctors: int
    stale: bool = False
    """True while ccd cannot hear Asterisk: everything shown may be old."""


class Screens(Protocol):
    """The desks, as tracking sees them.  Never blocks, never raises."""

    def show(self, card: CardShown) -> None:
        """The call on this phone is now so: ringing, talking, held, answered elsewhere, ended."""
        ...

    def board(self, board: Board) -> None:
        """The counts changed."""
        ...
