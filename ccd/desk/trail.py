"""The audit trail, off the fast path: noted at once, written by one task, retried, never dropped silently.

A pop must not wait for the disk; whoever stops the desk waits until the trail is written.
"""

import asyncio
from collections import OrderedDict, deque

import structlog

from ccd.calls.ids import Phone
from ccd.desk.clinic import utc_now
from ccd.desk.ports import Audit
from ccd.people import AuditEntry
from ccd.ports import CardShown

log = structlog.get_logger()

_REMEMBERED = 20_000
_RETRY = 1.0
_BACKLOG = 100_000


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

    def seen(self, user: str, shown: CardShown, action: str = "card") -> None:
        """This user was shown this call's patients: one entry, however often the card is redrawn."""
        patients = tuple(one.patient_id for one in shown.caller.patients) if shown.caller else ()
        key = (user, action, shown.record.call_id, patients)
        if not patients or key in self._told:
            return
        self._told[key] = None
        if len(self._told) > _REMEMBERED:
            self._told.popitem(last=False)
        self.did(user, action, shown, patients)

    def did(self, user: str, action: str, shown: CardShown, patients: tuple[str, ...] = ()) -> None:
        """The user did this with that call."""
        self.note(
            AuditEntry(
                at=utc_now(),
                user=user,
                action=action,
                phone=Phone(shown.phone),
                call_id=shown.record.call_id,
                patient_ids=patients,
            )
        )

    async def run(self) -> None:
        """Write, for ever."""
        while True:
            await self._more.wait()
            if not await self.flush():
                await asyncio.sleep(_RETRY)

    async def flush(self) -> bool:
        """Write what waits; False when the database refused (everything still waits)."""
        self._more.clear()
        while self._waiting:
            try:
                await self._audit.append(self._waiting[0])
            except Exception:
                log.exception("audit entry not written, will retry", waiting=len(self._waiting))
                self._more.set()
                return False
            self._waiting.popleft()
        return True
