"""What a node of a program does: the steps that are not the same at every moment.

Whatever is the same (a sound, phones to ring) is a ``Step`` of the model itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Literal
from zoneinfo import ZoneInfo

from ccd.calls.ids import QueueName
from ccd.routing.step_kinds import (
    CallbackStep,
    DialStep,
    HangupStep,
    MenuStep,
    PlayStep,
    QueueStep,
    VoicemailStep,
)

SILENT, FULL, PLAN = "silent", "full", "plan"
"""Branches that are not a menu's key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """From ``after`` seconds on, members up to ``penalty`` are rung."""

    after: int
    penalty: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """A sound every so many seconds."""

    sound: str
    every: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The key that ends the wait, and what is promised then."""

    key: str
    step: CallbackStep


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefer:
    """Whose phone is rung first, for ``wait`` seconds; ``phones`` are people's, by their folded names."""

    who: Literal["last-operator", "attending-doctor"]
    wait: int
    phones: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Wait in a queue, in one piece or in slices; ``step`` is the wait in one piece."""

    step: QueueStep
    rings: tuple[Ring, ...] = ()
    announcement: Announcement | None = None
    offer: Offer | None = None
    prefer: Prefer | None = None
    most: int | None = None
    """How many may wait before the queue counts as full."""
    longest: int | None = None
    """After so many seconds a caller who comes back is answered before all others (``longest_wait``)."""

    @property
    def plain(self) -> bool:
        """True when ``step`` is all that there is to the wait."""
        return not (self.rings or self.announcement or self.offer or self.prefer or self.most is not None)

    @property
    def comes_back(self) -> bool:
        """True when the caller may come back into the queue, at the own place."""
        return bool(self.rings or self.announcement or self.offer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A menu, asked ``tries`` times at most; conditions call its answer ``name``."""

    name: str
    step: MenuStep
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Call back at a time of day on the clinic's clock, kept for ``within`` seconds after it."""

    queue: QueueName
    sound: str
    within: int
    at: time
    zone: ZoneInfo
    priority: int = 0
    """The priority that the caller had while he waited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Go:
    """Only goes on to the steps of a plan."""

    plan: str


Action = Wait | Ask | Promise | Go | DialStep | PlayStep | VoicemailStep | CallbackStep | HangupStep
