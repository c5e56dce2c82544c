"""The record that a shape must leave, in the words of its script: letters for phones and queues."""

from dataclasses import dataclass

Held = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """One segment.  None: not looked at."""

    kind: str
    phone: str = ""
    queue: str | None = None
    result: str | None = None
    to: str | None = None
    held: Held = (0.0, 0.0)
    """Between how many seconds of it were on hold."""


@dataclass(frozen=True, kw_only=True)
class Expected:
    """One record.  ``caller`` is which of the shape's outside numbers; None: withheld."""

    disposition: str
    by: str
    segments: tuple[Stretch, ...]
    direction: str = "inbound"
    caller: int | None = 0
    answers: str = ""
    """What an outbound call answers: a promise (``callback``) or a call that was ``missed``."""
    unknown: frozenset[str] = frozenset()
    """What may be unknown."""


def waiting(result: str = "connected", queue: str = "q") -> Stretch:
    """The caller waited in a queue."""
    return Stretch(kind="waiting", queue=queue, result=result)


def offered(phone: str, result: str | None = "answered", to: str | None = None) -> Stretch:
    """A phone rang."""
    return Stretch(kind="offered", phone=phone, result=result, to=to)


def talking(phone: str, result: str | None, *, to: str | None = None, held: Held = (0.0, 0.0)) -> Stretch:
    """The caller talked with a phone."""
    return Stretch(kind="talking", phone=phone, result=result, to=to, held=held)


def consulting(phone: str, to: str, result: str | None = None) -> Stretch:
    """An agent asked somebody else while the caller was on hold."""
    return Stretch(kind="consulting", phone=phone, result=result, to=to)


def menu(result: str, key: str = "") -> Stretch:
    """The caller was asked for a key."""
    return Stretch(kind="menu", result=result, to=key)


def voicemail(result: str) -> Stretch:
    """The caller was asked for a message."""
    return Stretch(kind="voicemail", result=result)
