"""What Asterisk's own logs make of calls that are over: each by itself, so that none stops another."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from ccd.calls.ids import LinkedId
from ccd.calls.record import CallRecord
from ccd.calls.recovered import completed, whole
from ccd.retold import Clock, Ended, Live, Store
from ccd.set_aside import SetAside, Work, said

PATIENCE = timedelta(seconds=10)
"""How long a call at which something fails is tried until it is set aside: what ails ccd itself may pass."""


class Completing:
    """Completes the records that lack something, and adds those that ccd lacks.  See ``ccd.recovery``."""

    def __init__(
        self, store: Store, live: Live, *, clock: Clock, outages: tuple[type[Exception], ...]
    ) -> None:
        self._store = store
        self._live = live
        self._clock = clock
        self._outages = outages
        self.since = datetime.max.replace(tzinfo=UTC)
        """Calls that came before are ccd's only where it has a record."""
        self.waiting: list[Ended] = []
        """Calls that are over in the logs and still followed, or not durable yet."""
        self.aside: list[SetAside] = []
        """Calls of which nothing can be made, not written down yet."""
        self._failing: dict[LinkedId, datetime] = {}
        """Since when."""
        self._unchanged: set[str] = set()
        """Calls of which nothing was saved since their records were read."""

    def saved(self, record: CallRecord) -> None:
        """A newer state of this call: one that was read before must not be written over it."""
        self._unchanged.discard(record.call_id)

    async def found(self, ended: Sequence[Ended]) -> list[CallRecord]:
        """The records that the logs complete or add; whatever is still followed waits.

        A call at which anything fails is tried again for a while, then set aside: no other waits for it.
        """
        self.waiting, self.aside = [], []
        try:
            return await self._made(ended)
        except self._outages:
            raise
        except Exception:  # noqa: BLE001 - told of the call that is to blame
            self.waiting = []
        return [record for one in ended for record in await self._tried(one)]

    async def _tried(self, ended: Ended) -> list[CallRecord]:
        """The records of one call; none when it fails."""
        try:
            return await self._made([ended])
        except self._outages:
            raise
        except Exception as error:  # noqa: BLE001 - told when it is written down
            now = self._clock()
            if abs(now - self._failing.setdefault(ended.call_id, now)) < PATIENCE:
                self.waiting.append(ended)
            else:
                del self._failing[ended.call_id]
                self.aside.append(_set_aside(ended, error))
        return []

    async def _made(self, ended: Sequence[Ended]) -> list[CallRecord]:
        names = {name for one in ended for name in one.names}
        self._unchanged = set(names)
        known = {record.call_id: record for record in await self._store.known(names)} if names else {}
        followed = {record.call_id for record in self._live.calls()}
        waiting = [one for one in ended if self._busy(one, followed)]
        self.waiting += waiting
        due = [one for one in ended if one not in waiting and not _all_whole(one, known)]
        await asyncio.to_thread(_rebuild, due)
        return [better for one in due for better in self._better(one, known)]

    def _better(self, ended: Ended, known: Mapping[LinkedId, CallRecord]) -> Iterator[CallRecord]:
        """Its records that the logs make better; none when a newer state came while they were read."""
        followed = {record.call_id for record in self._live.calls()}
        if self._busy(ended, followed) or not self._unchanged.issuperset(ended.names):
            self.waiting.append(ended)
            return
        for logs in ended.records:
            record = known.get(logs.call_id)
            better = completed(record, logs) if self._counts(record, logs) else None
            if better:
                self._live.recovered(better)
                yield better

    def _busy(self, ended: Ended, followed: set[LinkedId]) -> bool:
        return any(name in followed or self._store.waits(LinkedId(name)) for name in ended.names)

    def _counts(self, record: CallRecord | None, logs: CallRecord) -> bool:
        """Whether it is a call of ccd's time: Asterisk may be older than ccd."""
        return record is not None or (logs.arrived_at is not None and logs.arrived_at >= self.since)


def _all_whole(ended: Ended, known: Mapping[LinkedId, CallRecord]) -> bool:
    """Whether its records are there and lack nothing; then the logs need not be asked."""
    theirs = [known[LinkedId(name)] for name in ended.names if name in known]
    return bool(theirs) and all(map(whole, theirs))


def _rebuild(ended: Iterable[Ended]) -> None:
    """Make the records, each once: that takes a millisecond or two for a call."""
    for one in ended:
        _ = one.records


def _set_aside(ended: Ended, error: Exception) -> SetAside:
    return SetAside(work=Work.RECOVERY, call_id=ended.call_id, error=said(error), began_at=ended.began_at)
