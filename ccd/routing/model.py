"""A routing decision, as frozen values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ccd.calls.ids import LinkedId, QueueName, UniqueId
from ccd.directory.model import Caller


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


KEY = "KEY-"
"""How a wait ends (``CCD_OUTCOME``) by a key, in every queue with ``context=ccd-keys``: offered or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRequest:
    """The dialplan asks what to do with a call now.

    ``token`` is empty at first, then whatever the last answer's ``next_token`` was;
    ``outcome`` is how the last step ended (``QUEUESTATUS`` and the like), empty at first.
    """

    linked_id: LinkedId
    unique_id: UniqueId
    called_number: str
    caller_number: str
    caller_name: str
    presentation: str = ""
    token: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepAnswer:
    """The next thing to do.  ``next_token`` holds only ``[A-Za-z0-9_./:~%@+*#&-]``, at most 900 of them."""

    step: Step
    next_token: str


def _nobody(_taken: bool) -> None:
    """Whoever does not care."""


@dataclass(frozen=True, slots=True)
class Decision:
    """An answer, and whom to tell whether Asterisk took it.

    ``settle`` is called once with True when it did, with False when the call went another way
    (late, hung up, cut off); never when the question turned out to be forged.
    """

    answer: StepAnswer
    settle: Callable[[bool], None] = _nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCall:
    """An earlier call from the same number."""

    at: datetime
    disposition: str
    agent: str = ""
    """Member name of who talked last; empty without a talk."""
    phone: str = ""
    """That member's phone, such as ``PJSIP/101``."""


HISTORY_REACH, HISTORY_CALLS = timedelta(days=90), 50
"""How far a history reaches, in time and in calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What came before this call.  ``complete`` is False when the store gave no answer in time."""

    calls: tuple[PastCall, ...] = ()
    """Newest first, at most 50, of the last 90 days."""
    reminded_at: datetime | None = None
    complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueState:
    """A queue right now, as far as Asterisk told.  Times are aware."""

    waiting: int = 0
    longest_since: datetime | None = None
    on_duty: int = 0
    """Members that are there: reachable and not paused."""
    free: int = 0
    """Those among them who are in no call."""
    waits: tuple[datetime, ...] = ()
    """When each of those waiting joined, the oldest first, as far as it is known; gathered with the other
    facts from the AMI's picture of the queue.  A caller who was in the line before (a slice of a plan, a key
    that ended the wait) keeps the first join: it is what a place in the line is counted from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that rules may ask about: nothing else enters a decision.  ``now`` is aware.

    ``queues`` are those that Asterisk has, by name; None while it cannot be heard.
    """

    caller: Caller
    called_number: str
    now: datetime
    history: History = History()
    queues: Mapping[QueueName, QueueState] | None = None
    pressed: Mapping[str, str] = field(default_factory=dict)
    """Keys pressed so far in this call, by the menu's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One condition as it was evaluated: for the trace that ``ccd explain`` shows."""

    condition: str
    matched: bool
    actual: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One rule as it was tried: the conditions up to the first that failed."""

    rule: str
    matched: bool
    checked: tuple[Checked, ...]
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """Where a step may lead; whoever comes to the end of ``steps`` goes on after the step.

    ``name`` is a menu's key, ``silent``, ``full`` or ``plan``.  ``taken`` is False when keys were
    given that lead elsewhere, None when nobody can say.
    """

    name: str
    steps: tuple["PlanStep", ...]
    taken: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStep:
    """One step of a plan as it is shown: ``step`` is None for ``plan``, which only leads to others."""

    step: Step | None
    plan: str = ""
    checked: tuple[Checked, ...] = ()
    """Its own conditions, at the moment that was asked about."""
    notes: tuple[str, ...] = ()
    """What the step says beside itself, in words: rings, announcements, who is preferred."""
    branches: tuple[Branch, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutePlan:
    """The chosen rule and its plan as a tree.  ``rule`` is ``default`` when none matched."""

    rule: str
    steps: tuple[PlanStep, ...]
    trace: tuple[Tried, ...] = field(default=(), compare=False)
    comment: str = ""
