"""The one record of a call: what remains when it is over, and what is saved while it lasts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ccd.calls.ids import LinkedId, Phone, QueueName, UniqueId


class State(StrEnum):
    """Where a call is now."""

    ARRIVED = "arrived"
    WAITING = "waiting"
    OFFERED = "offered"
    CONNECTED = "connected"
    HELD = "held"
    TRANSFERRED = "transferred"
    ENDED = "ended"


ENDED = State.ENDED
"""A name of its own: in Python 3.11 it takes as long to find an enum's member as to copy a small value."""


class Disposition(StrEnum):
    """How an ended call went, as the patient would say it."""

    OPEN = "open"
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    """The patient hung up before anyone answered; an outbound call: the agent gave it up."""
    UNANSWERED = "unanswered"
    """The clinic ended it (a hangup step, a full plan) before anyone answered; an outbound call: the patient
    was not reached."""
    VOICEMAIL = "voicemail"
    """Nobody answered, and the patient left a voice message."""
    CALLBACK = "callback"
    """Nobody answered, and the patient was promised a callback."""
    UNKNOWN = "unknown"


class EndedBy(StrEnum):
    """Who ended the call."""

    CALLER = "caller"
    AGENT = "agent"
    SYSTEM = "system"
    UNKNOWN = "unknown"


class Direction(StrEnum):
    """Who began a call."""

    INBOUND = "inbound"
    """A patient called the clinic."""
    OUTBOUND = "outbound"
    """The clinic called a patient: an agent's phone by itself, or ccd for a promise."""


class SegmentKind(StrEnum):
    """What one stretch of a call was."""

    WAITING = "waiting"
    OFFERED = "offered"
    TALKING = "talking"
    CONSULTING = "consulting"
    """An agent spoke with somebody else while the caller was on hold."""
    MENU = "menu"
    VOICEMAIL = "voicemail"


WAITING, OFFERED, TALKING, CONSULTING, MENU, VOICEMAIL = SegmentKind
"""Names of their own, as ``ENDED`` has."""


@dataclass(frozen=True, kw_only=True)
class Segment:
    """One stretch: waiting in a queue, offered to a phone, talking with one.

    ``result`` says how it ended, by kind; ``unknown`` when ccd did not see it:

    - waiting: ``connected`` to an agent, ``left`` (time-out, key, moved on), ``abandoned`` by the caller.
    - offered: ``answered``, ``missed`` (rang in vain), ``elsewhere`` (another phone answered), ``busy``,
      ``unreachable``, ``forwarded`` (by the phone, ``to`` another), ``ended`` (the call ended first).
    - talking: ``caller`` or ``agent`` hung up, ``transfer`` (``to`` whom it was passed on), ``left``.
    - consulting (its phone is the agent's, ``to`` is who was asked): ``returned`` to the caller,
      ``transfer`` (the caller was given to whom was asked), ``joined`` (all three talk), ``missed``, ``busy``
      or ``unreachable`` (nobody was reached), ``caller`` (hung up meanwhile), ``ended``.
    - menu: ``pressed`` (the key is ``to``), ``silent``, ``failed``, ``left``, ``abandoned``.
    - voicemail: ``recorded``, ``empty``, ``failed``, ``left``, ``abandoned``.

    Of an outbound call, what is offered is the patient's phone, and who talks is the agent's.
    ``queue`` is empty for a phone that no queue rang.  Times are None when unknown.
    """

    kind: SegmentKind
    queue: QueueName
    phone: Phone = Phone("")
    member: str = ""
    leg: UniqueId = UniqueId("")
    began_at: datetime | None
    ended_at: datetime | None = None
    result: str = ""
    seconds: float | None = None
    """Asterisk's own figure where it gave one (HoldTime, TalkTime), else by the clock."""
    held: float | None = 0.0
    """Seconds on hold; None when ccd did not hear all of the talk."""
    to: str = ""
    """To whom a talk was passed on, or whom a phone forwarded to: an extension or a phone."""


class StepKind(StrEnum):
    """What a step of a plan does, in the words of ``CCD_ACTION``."""

    QUEUE = "queue"
    DIAL = "dial"
    PLAY = "play"
    MENU = "menu"
    VOICEMAIL = "voicemail"
    CALLBACK = "callback"
    HANGUP = "hangup"
    TRANSFER = "transfer"


@dataclass(frozen=True, kw_only=True)
class PathStep:
    """One step that ccd answered with and Asterisk took.

    ``target`` is the queue, the devices, the sound, the box or the cause.  ``outcome`` is how the
    step ended (``TIMEOUT``, ``PRESSED-2``, ``RECORDED``), empty for the one in which the call ended.
    ``detail`` is the file of the message that was left.
    """

    at: datetime
    kind: StepKind
    target: str
    outcome: str = ""
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class CallRecord:
    """One call, whole.  Seconds are None when not known; ``unknown`` names what is not known."""

    call_id: LinkedId
    state: State
    arrived_at: datetime | None
    caller_number: str
    caller_name: str
    called_number: str
    direction: Direction = Direction.INBOUND
    withheld: bool = False
    """The caller asked not to be identified: the number is kept, and shown to nobody."""
    caller_leg: UniqueId = UniqueId("")
    """The caller's own channel; empty for the one that the call is named after."""
    rule: str = ""
    rules_version: str = ""
    path: tuple[PathStep, ...] = ()
    """The rule's steps as they were taken, oldest first; none of a call that ccd did not route."""
    patient_ids: tuple[str, ...] = ()
    queue: QueueName = QueueName("")
    """The queue that answered; without an answer, the last one entered."""
    phone: Phone = Phone("")
    """The phone that answered last."""
    agent: str = ""
    """The member name that answered last."""
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    waited: float | None = None
    """Seconds in queues before the first answer (or in all, without one)."""
    talked: float | None = None
    """Seconds of talk with all agents together, holds included."""
    ended_by: EndedBy = EndedBy.UNKNOWN
    disposition: Disposition = Disposition.OPEN
    hangup_cause: int = 0
    unknown: tuple[str, ...] = ()
    segments: tuple[Segment, ...] = ()
    wrapped_up: float | None = None
    """Seconds from the end of the last talk until its agent was free again; None when nobody told."""
    source: str = ""
    """The advertising source of the called number, as the settings named it when the call came."""
    answers: str = ""
    """What an outbound call answers: the id of a promise (``callback:17``) or of a missed call."""
    recording: str = ""
    """The file that Asterisk recorded the call to; empty when there is none."""
    recovered: bool = False
    """True when some of this was read from Asterisk's own logs afterwards, because ccd had not heard it."""
    topic: str = ""
    outcome: str = ""
    """What came of the call: the id of a configured outcome (``booked``, ``advice.prices``)."""
    note: str = ""
    noted_by: str = ""
    noted_at: datetime | None = None
