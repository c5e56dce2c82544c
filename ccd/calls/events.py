"""What can happen to a call, as frozen values.

The AMI edge translates Asterisk's events to these and to nothing else; the core knows no
header name.  Every time is an aware UTC ``datetime``: Asterisk's own clock where the event
carries a ``Timestamp``, the moment of receipt otherwise.
"""

from dataclasses import dataclass
from datetime import datetime

from ccd.calls.ids import LinkedId, Phone, QueueName, UniqueId
from ccd.calls.record import StepKind
from ccd.calls.snapshot import MemberNow, Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelEvent:
    """Something happened on one channel of one call."""

    at: datetime
    linked_id: LinkedId
    unique_id: UniqueId


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelStarted(ChannelEvent):
    """A channel was born (``Newchannel``); the first one of a linkedid is the caller's."""

    channel: str
    caller_number: str
    caller_name: str
    called_number: str
    context: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOffered(ChannelEvent):
    """Asterisk asked ccd for the call's first step over AGI.

    This marks the call as one that ccd routes.  ``rule`` and ``rules_version`` say how it was
    routed; both are empty when the answer was given without rules (shed, drained).
    """

    caller_number: str
    caller_name: str
    called_number: str
    rule: str
    rules_version: str
    withheld: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTaken(ChannelEvent):
    """Asterisk took ccd's answer: it runs this step now (``at`` by ccd's own clock).

    ``target`` is the queue, the devices joined by ``&``, the sound, the box or the cause.  ``ended``
    says how the step before ended (``CCD_OUTCOME``).
    """

    kind: StepKind
    target: str
    ended: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLeft(ChannelEvent):
    """The caller's voice message is kept: ``file`` is its name."""

    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackPromised(ChannelEvent):
    """A callback is promised durably, but Asterisk did not take the answer: the caller has hung up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueJoined(ChannelEvent):
    """The caller entered a queue (``QueueCallerJoin``)."""

    queue: QueueName
    caller_number: str
    caller_name: str
    called_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLeft(ChannelEvent):
    """The caller left a queue for whatever reason (``QueueCallerLeave``)."""

    queue: QueueName


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRinging(ChannelEvent):
    """An agent's phone was asked to ring for the caller (``AgentCalled``)."""

    queue: QueueName
    phone: Phone
    member: str
    leg: UniqueId


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentMissed(ChannelEvent):
    """The agent's phone stopped ringing unanswered (``AgentRingNoAnswer``)."""

    queue: QueueName
    phone: Phone
    leg: UniqueId


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentConnected(ChannelEvent):
    """Agent and caller talk (``AgentConnect``).  ``waited``: whole seconds in this queue."""

    queue: QueueName
    phone: Phone
    member: str
    leg: UniqueId
    waited: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentCompleted(ChannelEvent):
    """The talk with the agent ended (``AgentComplete``).

    ``reason`` is Asterisk's word: ``caller``, ``agent`` or ``transfer``: who ended it.
    ``waited`` and ``talked`` are whole seconds.  ``leg`` is empty when it was gone before, the
    call's ids too when both channels were.
    """

    queue: QueueName
    phone: Phone
    member: str
    leg: UniqueId
    waited: int
    talked: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneRinging(ChannelEvent):
    """A phone was dialled for this channel by ``Dial()`` (``DialBegin``), not by a queue.

    ``phone`` is what was dialled: ``PJSIP/101``, ``PJSIP/79161234567@trunk``.  ``member`` is the
    name of the queues' member who sits there; the book fills it in.
    """

    phone: Phone
    leg: UniqueId
    member: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneMissed(ChannelEvent):
    """A dialled phone stopped ringing (``DialEnd``): ``missed``, ``busy``, ``unreachable`` or ``forwarded``.

    ``to`` is the extension that it forwarded the call to.
    """

    leg: UniqueId
    result: str
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneAnswered(ChannelEvent):
    """A dialled phone was answered (``DialEnd``); a queue's phone gives this too, and it says nothing.

    ``phone`` is where it was answered: another one than rang where the call was picked up.
    """

    leg: UniqueId
    phone: Phone = Phone("")
    member: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(ChannelEvent):
    """The owner of this channel put the other side on hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unheld(ChannelEvent):
    """The hold ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeEntered(ChannelEvent):
    """The channel joined a bridge: from now on it hears whoever else is there.

    ``swapped`` is the channel whose place it took there: a Local one, optimised away.
    """

    bridge: str
    channel: str
    swapped: UniqueId = UniqueId("")


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeLeft(ChannelEvent):
    """The channel left a bridge."""

    bridge: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transferred(ChannelEvent):
    """A transfer succeeded: ``unique_id`` is the channel of whoever transferred.

    ``kind`` is ``blind`` or ``attended``; ``target`` the dialled extension, or the other
    party's phone, as far as Asterisk tells.  ``second`` is the channel on which the transferer consulted,
    ``transferee`` whom he passed on.  ``stays``: all three talk now.
    """

    kind: str
    by: Phone
    target: str
    second: UniqueId = UniqueId("")
    transferee: UniqueId = UniqueId("")
    stays: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HangupRequested(ChannelEvent):
    """The far end of this channel hung up (``HangupRequest``): tells who ended the call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelEnded(ChannelEvent):
    """The channel is gone (``Hangup``).  ``cause`` is a Q.850 code; 0 where unknown.

    ``recording`` is the file that the channel was recorded to, where Asterisk tells.
    """

    channel: str
    cause: int
    recording: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLost:
    """ccd stopped hearing Asterisk; what happens from now on may stay unknown."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Resynchronised:
    """ccd hears Asterisk again; ``snapshot`` is what was alive at that moment.

    Also delivered after the reader dropped events (a gap), and at the daemon's start.
    """

    at: datetime
    snapshot: Snapshot


CallEvent = (
    ChannelStarted
    | CallOffered
    | StepTaken
    | MessageLeft
    | CallbackPromised
    | QueueJoined
    | QueueLeft
    | AgentRinging
    | AgentMissed
    | AgentConnected
    | AgentCompleted
    | PhoneRinging
    | PhoneMissed
    | PhoneAnswered
    | Held
    | Unheld
    | BridgeEntered
    | BridgeLeft
    | Transferred
    | HangupRequested
    | ChannelEnded
)
"""Anything that changes one call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberChanged:
    """A queue member's state changed (``QueueMemberStatus``/``Added``/``Removed``/``Pause``)."""

    at: datetime
    queue: QueueName
    phone: Phone
    name: str
    paused: bool
    present: bool
    reachable: bool = True
    busy: bool = False
    reason: str = ""
    paused_at: datetime | None = None
    last_call_at: datetime | None = None
    wrap_up: int = 0
    device: Phone = Phone("")

    @property
    def member(self) -> MemberNow:
        """The member as it is now."""
        return MemberNow(
            queue=self.queue,
            phone=self.phone,
            name=self.name,
            paused=self.paused,
            reachable=self.reachable,
            busy=self.busy,
            reason=self.reason,
            paused_at=self.paused_at,
            last_call_at=self.last_call_at,
            wrap_up=self.wrap_up,
            device=self.device,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuesNow:
    """All queues that Asterisk has, and all their members: no event tells what a reload removed."""

    at: datetime
    queues: tuple[QueueName, ...]
    members: tuple[MemberNow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSet:
    """Asterisk's clock was set, forward or back by so many seconds: times told from now on differ by them."""

    at: datetime
    seconds: float


OwnEvent = StepTaken | MessageLeft | CallbackPromised
"""What ccd itself, not Asterisk, knows of a call."""

AsteriskEvent = CallEvent | MemberChanged | QueuesNow | ClockSet | LinkLost | Resynchronised
"""Everything that the AMI edge delivers, in order."""
