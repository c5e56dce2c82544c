"""What the desk needs of the store and of tracking, as small Protocols; the daemon plugs them in."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Protocol

from ccd.callbacks.promise import Promise
from ccd.callbacks.voicemail import Voicemail
from ccd.calls.ids import LinkedId, Phone
from ccd.calls.record import CallRecord
from ccd.calls.snapshot import MemberNow
from ccd.metrics.formulas import Metric
from ccd.metrics.report import Question, Report
from ccd.people import AuditEntry, Session, User
from ccd.ports.calls import CallArchive, Edit
from ccd.ports.worklist import Claimed
from ccd.routing.labels import Say


class Users(Protocol):
    """Passwords and sessions.  Tokens are opaque; the store keeps only their hashes."""

    async def verify(self, name: str, password: str) -> User | None:
        """The user, when name and password match."""
        ...

    async def open_session(self, name: str, hours: int) -> str:
        """Start a session that lasts so many hours; returns its token."""
        ...

    async def session(self, token: str) -> Session | None:
        """Whose token this is; None when unknown, ended or too old."""
        ...

    async def close_session(self, token: str) -> None:
        """End it; an unknown token is no error."""
        ...

    async def set_phone(self, token: str, phone: Phone) -> None:
        """This session now sits at that phone."""
        ...

    async def set_language(self, name: str, language: str) -> None:
        """Remember the user's language."""
        ...


class Phones(Protocol):
    """The phones that can be picked: those of known queue members."""

    def members(self) -> Sequence[MemberNow]:
        """Every membership, one for each queue and phone."""
        ...


class RoutingPicture(Protocol):
    """Draws the rules in use."""

    async def __call__(self, since: datetime, until: datetime | None, say: Say) -> str:
        """An SVG in the words of ``say``, with the calls of this period counted on it; raises StoreError."""
        ...


class Escalation(Protocol):
    """Sends callers to the duty doctor (``ccd.escalating.Escalating``)."""

    async def escalate(self, call_id: LinkedId, operator: Phone) -> None:
        """To the doctors, and back to this phone when none answers.

        Raises NoCallError, NotBegunError, NotHeardError.
        """
        ...


class FigureBook(Protocol):
    """Figures of past days; each method may raise."""

    async def report(self, question: Question) -> Report:
        """The answer to a question about a period."""
        ...

    async def behind(self, question: Question, key: str, metric: Metric, limit: int) -> Sequence[str]:
        """The ids of the newest calls that a row's figure is made of."""
        ...


class Audit(Protocol):
    """The trail of who saw whose data."""

    async def append(self, *entries: AuditEntry) -> None:
        """Write them durably, all or none."""
        ...


class PromiseBook(Protocol):
    """Promises to call back; each method may raise."""

    async def live(self) -> Sequence[Promise]:
        """All whose patients may still be called."""
        ...

    async def broken(self, since: datetime) -> Sequence[Promise]:
        """Those that were due since then and were not kept."""
        ...

    async def get(self, promise_id: int) -> Promise | None:
        """One promise."""
        ...

    async def cancel(self, promise_id: int) -> Promise | None:
        """Take a live one back durably; the promise as it is then."""
        ...


class MessageBook(Protocol):
    """Messages that callers left; each method may raise."""

    async def unheard(self) -> Sequence[Voicemail]:
        """Those that nobody has heard, the oldest first."""
        ...

    async def get(self, message_id: int) -> Voicemail | None:
        """One message."""
        ...

    async def heard(self, message_id: int, by: str, at: datetime) -> bool:
        """Write down durably who heard it first; False when there is no such message."""
        ...


class Archive(CallArchive, Protocol):
    """Past calls, and what people changed of what these say."""

    async def known(self, call_ids: Iterable[str]) -> Sequence[CallRecord]:
        """Those of these calls that are durable; may raise."""
        ...

    async def edits(self, call_ids: Collection[LinkedId]) -> Sequence[Edit]:
        """Every change that people made to what these calls say, the oldest first; may raise."""
        ...


class MissedBook(Protocol):
    """The worklist of missed calls; each method may raise."""

    async def open(self, since: datetime, limit: int, skip: int = 0) -> Sequence[Claimed]:
        """Tasks whose patient called since then, the oldest first, without the first ``skip``."""
        ...

    async def count(self, since: datetime) -> int:
        """How many those are in all."""
        ...

    async def unknown(self, since: datetime) -> int:
        """How many calls since then were missed of which nobody knows the number."""
        ...

    async def get(self, call_id: LinkedId) -> Claimed | None:
        """The task that this missed call began."""
        ...

    async def claim(self, number: str, by: str, attempt: LinkedId, now: datetime, until: datetime) -> bool:
        """Write durably that this user calls this number now; False when another does, or it is settled."""
        ...

    async def release(self, attempt: LinkedId) -> None:
        """That call was not begun: others may call the patient."""
        ...

    async def say_done(self, number: str, by: str, at: datetime) -> bool:
        """Write down durably that nothing is left to do; False when nothing was open."""
        ...


class RingBack(Protocol):
    """Has an operator call a patient (``ccd.ami.ringback``)."""

    async def call(self, phone: Phone, number: str, shown: str, call_id: LinkedId) -> None:
        """Ring this phone; when it answers, dial the number.  Raises NotBegunError, NotHeardError."""
        ...
