"""Who the calls in progress are from: what the lookup said, kept until the call is over."""

import asyncio
from collections.abc import Callable

from ccd.calls.ids import LinkedId
from ccd.calls.record import CallRecord
from ccd.directory.lookup import Lookup
from ccd.directory.model import Caller


class Callers:
    """Remembers callers by call, and looks up those that came past ccd (or before a restart)."""

    def __init__(self, lookup: Lookup, found: Callable[[LinkedId, Caller], None]) -> None:
        self._lookup = lookup
        self._found = found
        self._known: dict[LinkedId, Caller] = {}
        self._asking: dict[LinkedId, asyncio.Task[None]] = {}

    def remember(self, call_id: LinkedId, caller: Caller) -> None:
        """What routing already found out."""
        self._known[call_id] = caller

    def of(self, record: CallRecord) -> Caller | None:
        """The caller, or None while the lookup still runs; ``found`` is called when it ends."""
        caller = self._known.get(record.call_id)
        if caller is None and record.call_id not in self._asking:
            self._asking[record.call_id] = asyncio.get_running_loop().create_task(self._ask(record))
        return caller

    def forget(self, call_id: LinkedId) -> None:
        """The call is over."""
        self._known.pop(call_id, None)
        task = self._asking.pop(call_id, None)
        if task:
            task.cancel()

    async def _ask(self, record: CallRecord) -> None:
        caller = await self._lookup.find(record.caller_number)
        self._known[record.call_id] = caller
        self._asking.pop(record.call_id, None)
        self._found(record.call_id, caller)
