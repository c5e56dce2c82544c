"""What may happen to a call next, as frozen values: one class for each kind of step."""

from dataclasses import dataclass
from datetime import datetime

from ccd.calls.ids import QueueName


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStep:
    """Wait in a queue.  ``wait`` is seconds, None for as long as it takes."""

    queue: QueueName
    wait: int | None = None
    priority: int = 0
    answer: bool = True
    music: str = ""
    """Class of music on hold; empty for the queue's own."""
    position: int | None = None
    """Place in the line, 1 is next; None for the end."""
    penalty: int | None = None
    """Ring only members with at most this penalty (``QUEUE_MAX_PENALTY``); None rings all."""
    keys: bool = False
    """Whether a key pressed while waiting ends the wait (outcome ``KEY-x``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DialStep:
    """Ring devices or outside numbers, all at once, until one answers; the call is over after the talk.

    ``to`` are Asterisk's dial strings (``PJSIP/101``, ``PJSIP/79161234567@trunk``); ``wait`` is seconds.
    """

    to: tuple[str, ...]
    wait: int
    caller_id: str = ""
    """The number that they see; empty for the caller's own."""
    music: str = ""
    """Class of music that the caller hears; empty for ringing."""
    answer: bool = True
    """Answer the call before it rings there; without, the caller hears the ring of the trunk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayStep:
    """Play a sound file by its Asterisk name."""

    sound: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuStep:
    """Play a sound and wait ``wait`` seconds for one of the ``keys`` (characters)."""

    sound: str
    keys: str
    wait: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicemailStep:
    """Play a sound, then record what the caller says, ``longest`` seconds at most, to ``box``."""

    box: str
    sound: str
    longest: int = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackStep:
    """Promise to call back, durably, before the caller hears ``sound`` and is let go.

    ``queue`` is where the patient will wait for an agent when called; ``at`` is a moment
    promised instead of "when it is your turn"; ``within`` is seconds until the promise is broken, from
    ``at`` on if there is one, else from now on.
    """

    queue: QueueName
    sound: str
    within: int
    at: datetime | None = None
    priority: int = 0
    """The priority that the caller had while he waited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HangupStep:
    """Hang up with a Q.850 cause."""

    cause: int = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferStep:
    """Go on where a phone's transfer meant: an extension of the clinic's own dialplan."""

    to: str


Step = QueueStep | DialStep | PlayStep | MenuStep | VoicemailStep | CallbackStep | HangupStep | TransferStep
