"""What monitoring asks of the parts of ccd, at the moment at which Prometheus asks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ccd.directory.guarded import Condition
from ccd.live.ended import Kind
from ccd.live.model import Floor
from ccd.metrics.service_level import ServiceLevel
from ccd.set_aside import Work


class Questions(Protocol):
    """The dialplan's questions since the start (``ccd.agi.application.Counters``)."""

    accepted: int
    shed: int
    lost: int
    hostile: int
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """How Asterisk is heard.  ``lag`` is seconds between the last event and its handling."""

    connected: bool
    events: int
    dropped: int
    gaps: int
    lag: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """How the database does: whether it refuses, and how many calls wait for it."""

    outage: bool
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Everything, as functions that answer at once."""

    floor: Callable[[], Floor]
    formula: ServiceLevel
    calls: Callable[[], int]
    """Patients' calls in progress."""
    ended: Callable[[], Mapping[Kind, int]]
    questions: Questions
    hearing: Callable[[], Hearing]
    saving: Callable[[], Saving]
    set_aside: Callable[[], Mapping[Work, int]]
    """Calls that ccd could make nothing of, by what it could not do with them."""
    sources: Callable[[], Sequence[Condition]]
    desks: Callable[[], int]
    """Open pages of the desk."""
    watchers: Callable[[], int]
    """Open live pages and walls."""
