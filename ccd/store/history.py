"""What came before a call: earlier calls of its number, and reminders sent to it.

The ten digits that the index knows are shared by numbers of different countries, so each row's own
number is read again.  A call whose number was withheld is nobody's; one of the clinic's own that the
patient did not take is none of his.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import structlog

from ccd.calls.ids import LinkedId
from ccd.calls.record import CallRecord, Direction, Disposition
from ccd.directory.phones import normalise
from ccd.routing.facts import HISTORY_CALLS, HISTORY_REACH, History, PastCall
from ccd.store.columns import escape, unescape, write_moment
from ccd.store.errors import StoreError
from ccd.store.reader import Reader
from ccd.store.rows import last_digits

_LOG = structlog.get_logger(__name__)

_SQL = """
SELECT * FROM (
  SELECT call_id, listed_at, disposition, agent, phone, caller_number FROM calls
   WHERE caller_digits = :digits AND listed_at >= :since AND NOT withheld
     AND (direction = 'inbound' OR disposition = 'answered')
   ORDER BY listed_at DESC LIMIT 200) AS newest
UNION ALL
SELECT NULL, max(sent_at), NULL, NULL, NULL, NULL FROM reminders WHERE e164 = :e164
"""
_Calls = dict[LinkedId, PastCall]


class CallHistory:
    """The HistorySource of ccd: the database, and what it did not take yet.

    ``unwritten`` gives the states of calls that are not in the database; ``region`` is the ISO 3166
    code that local numbers belong to.  Without a ``reader`` (not open yet) nothing is known.
    """

    def __init__(self, unwritten: Callable[[], Collection[CallRecord]], region: str) -> None:
        self._unwritten = unwritten
        self._region = region
        self.reader: Reader | None = None

    def forget(self) -> None:
        """The database is closed."""
        self.reader = None

    async def history(self, e164: str, now: datetime, but: LinkedId) -> History:
        """Earlier calls of the last 90 days, the newest first, at most 50; never raises.

        A call of unknown arrival stands where it was first saved.
        """
        try:
            return await self._read(e164, now - HISTORY_REACH, but)
        except (StoreError, ValueError) as error:
            _LOG.warning("history of a number not read", error=str(error))
            return History(complete=False)

    async def _read(self, e164: str, since: datetime, but: LinkedId) -> History:
        if self.reader is None:
            raise StoreError("the database is not open yet")
        asked = {"digits": last_digits(e164), "e164": escape(e164), "since": write_moment(since)}
        rows = list(await self.reader.rows(_SQL, asked))
        found: _Calls = dict(self._of_rows(rows, e164))
        found |= {one.call_id: _past(one) for one in self._unwritten() if self._is(one, e164, since)}
        found.pop(but, None)
        newest = sorted(found.values(), key=lambda call: call.at, reverse=True)
        sent_at = next((at for call_id, at, *_ in rows if call_id is None), None)
        return History(
            calls=tuple(newest[:HISTORY_CALLS]),
            reminded_at=None if sent_at is None else datetime.fromisoformat(sent_at),
        )

    def _of_rows(self, rows: Iterable[Sequence[Any]], e164: str) -> Iterator[tuple[LinkedId, PastCall]]:
        for call_id, at, disposition, agent, phone, number in rows:
            if call_id is not None and self._same(unescape(number), e164):
                yield (
                    LinkedId(unescape(call_id)),
                    PastCall(
                        at=datetime.fromisoformat(at),
                        disposition=disposition,
                        agent=unescape(agent),
                        phone=unescape(phone),
                    ),
                )

    def _is(self, record: CallRecord, e164: str, since: datetime) -> bool:
        """Whether a call that is not in the database yet is one of the number's."""
        at = record.arrived_at
        return (
            at is not None
            and at >= since
            and not record.withheld
            and (record.direction is Direction.INBOUND or record.disposition is Disposition.ANSWERED)
            and self._same(record.caller_number, e164)
        )

    def _same(self, number: str, e164: str) -> bool:
        return bool(e164) and normalise(number, self._region).e164 == e164


def _past(record: CallRecord) -> PastCall:
    at = record.arrived_at
    assert at is not None  # noqa: S101 - asked before
    return PastCall(at=at, disposition=record.disposition, agent=record.agent, phone=record.phone)
