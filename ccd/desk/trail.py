"""The audit trail, off the fast path: noted at once, written by one task, retried, never dropped silently.

A pop must not wait for the disk; whoever stops the desk waits until the trail is written.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Iterable
from itertools import islice

import structlog

from ccd.calls.ids import LinkedId, Phone
from ccd.calls.record import CallRecord
from ccd.desk.clinic import utc_now
from ccd.desk.ports import Audit
from ccd.directory.caller import Caller
from ccd.people import AuditEntry, Session
from ccd.ports.screens import CardShown
from ccd.settings.sources import BUILT_IN

log = structlog.get_logger()

_REMEMBERED = 20_000
_RETRY = 1.0
_BATCH = 20
_GATHER = 0.05
"""Seconds after a write in which entries gather for the next: a transaction costs far more than a row."""
_BACKLOG = 100_000


def aliases(caller: Caller | None) -> tuple[tuple[str, str], ...]:
    """Other ids of the people behind a number: ``source:id``; those of ccd's own directory stand alone."""
    pairs = [
        (theirs if source == BUILT_IN else f"{source}:{theirs}", one.patient_id)
        for one in (caller.patients if caller else ())
        for source, theirs in one.known_as
        if theirs != one.patient_id
    ]
    return tuple(pair for pair in dict.fromkeys(pairs) if pair[0] != pair[1])


class Trail:
    """Takes entries without waiting; ``run`` writes them in order."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit
        self._waiting: deque[AuditEntry] = deque()
        self._more = asyncio.Event()
        self._told: OrderedDict[tuple[object, ...], None] = OrderedDict()

    def note(self, entry: AuditEntry) -> None:
        """Queue one entry."""
        if len(self._waiting) >= _BACKLOG:
            log.error("audit entry lost: the database takes none", user_name=entry.user, action=entry.action)
            return
        self._waiting.append(entry)
        self._more.set()

    async def write(self, entry: AuditEntry) -> None:
        """Write one entry now: it is durable when this returns.  Raises what the database raises."""
        await self._audit.append(entry)

    def seen(self, user: str, shown: CardShown, action: str = "card") -> None:
        """This user was shown this call's patients: one entry, however often the card is redrawn."""
        patients = tuple(one.patient_id for one in shown.caller.patients) if shown.caller else ()
        call_id = shown.record.call_id
        if patients and self._is_new((user, action, call_id, patients)):
            self.note(
                AuditEntry(
                    at=utc_now(),
                    user=user,
                    action=action,
                    phone=shown.phone,
                    call_id=call_id,
                    patient_ids=patients,
                    aliases=aliases(shown.caller),
                )
            )

    def searched(self, session: Session, caller: Caller, why: str) -> None:
        """This user looked a number up without a call; each time counts, also when nobody was found."""
        self.note(
            AuditEntry(
                at=utc_now(),
                user=session.user.name,
                action="search",
                phone=session.phone,
                patient_ids=tuple(one.patient_id for one in caller.patients),
                aliases=aliases(caller),
                reason=why,
            )
        )

    def listed(self, user: str, action: str, phone: Phone, calls: Iterable[CallRecord]) -> None:
        """This user was shown a list of calls: each patient once a day, or lists would fill the trail."""
        now = utc_now()
        patients = dict.fromkeys(one for call in calls for one in call.patient_ids)
        fresh = tuple(one for one in patients if self._is_new((user, action, now.date(), one)))
        if fresh:
            self.note(AuditEntry(at=now, user=user, action=action, phone=phone, patient_ids=fresh))

    def once_a_day(
        self, session: Session, action: str, call_id: LinkedId, patient_ids: tuple[str, ...]
    ) -> None:
        """This user was shown a call in a list that is read again and again."""
        now, user = utc_now(), session.user.name
        if self._is_new((user, action, now.date(), call_id, patient_ids)):
            self.note(
                AuditEntry(
                    at=now,
                    user=user,
                    action=action,
                    phone=session.phone,
                    call_id=call_id,
                    patient_ids=patient_ids,
                )
            )

    def _is_new(self, key: tuple[object, ...]) -> bool:
        """True the first time, as far as a bounded memory goes."""
        known = key in self._told
        self._told[key] = None
        if len(self._told) > _REMEMBERED:
            self._told.popitem(last=False)
        return not known

    async def run(self) -> None:
        """Write, for ever."""
        while True:
            await self._more.wait()
            written = await self.flush()
            await asyncio.sleep(_GATHER if written else _RETRY)

    async def flush(self) -> bool:
        """Write what waits; False when the database refused (everything still waits)."""
        self._more.clear()
        while self._waiting:
            batch = tuple(islice(self._waiting, _BATCH))
            try:
                await self._audit.append(*batch)
            except Exception:
                log.exception("audit entry not written, will retry", waiting=len(self._waiting))
                self._more.set()
                return False
            for _ in batch:
                self._waiting.popleft()
        return True
