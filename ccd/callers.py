"""Who the calls in progress are from: what the lookup said, kept as long as anyone may ask."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from typing import Any

from ccd.calls.ids import LinkedId
from ccd.calls.record import CallRecord
from ccd.directory.bounds import size
from ccd.directory.caller import Caller
from ccd.directory.lookup import Lookup

KEPT = 5000
"""Callers remembered; more than calls in progress and just ended together."""
FACTS = 500_000
"""Facts of them all together: some 200 MB, however many services each policy lists."""
_WITHHELD = "prohib"


class Callers:
    """Remembers callers by call, and looks up those that came past ccd (or before a restart)."""

    def __init__(self, lookup: Lookup, found: Callable[[LinkedId, Caller], None]) -> None:
        self._lookup = lookup
        self._found = found
        self._known: OrderedDict[LinkedId, Caller] = OrderedDict()
        self._facts = 0
        self._asking: dict[LinkedId, asyncio.Task[None]] = {}
        self._following: set[asyncio.Task[None]] = set()

    def remember(self, call_id: LinkedId, caller: Caller) -> None:
        """What a lookup found out, and will find out; the oldest is forgotten."""
        self._keep(call_id, caller)
        if self._lookup.unfinished(caller):
            self._aside(self._follow(call_id, caller))

    def known(self, call_id: LinkedId) -> Caller | None:
        """The caller, when a lookup has ended."""
        return self._known.get(call_id)

    def of(self, record: CallRecord) -> Caller | None:
        """The caller, or None while the lookup still runs; ``found`` is called when it ends."""
        caller = self._known.get(record.call_id)
        if caller is None and record.call_id not in self._asking:
            self._asking[record.call_id] = asyncio.get_running_loop().create_task(self._ask(record))
        return caller

    def look_again(self, e164: str) -> None:
        """Ask anew who is behind a number, for every call from it; ``found`` is called for each."""
        self._lookup.forget(e164)
        for call_id, caller in self._known.items():
            if caller.number.e164 == e164:
                self._aside(self._refresh(call_id, caller))

    def _aside(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._following.add(task)
        task.add_done_callback(self._following.discard)

    async def _refresh(self, call_id: LinkedId, known: Caller) -> None:
        """Tell once every source that had answered has answered anew, or failed: what it said stays then."""
        newer = first = await self._lookup.find_again(known)
        if not set(newer.failed) <= set(known.failed):
            async for newer in self._lookup.late(first):
                if set(newer.failed) <= set(known.failed):
                    break
        if call_id in self._known:
            self.remember(call_id, newer)
            self._found(call_id, newer)

    def _keep(self, call_id: LinkedId, caller: Caller) -> None:
        self._facts += _weight(caller) - _weight(self._known.get(call_id))
        self._known[call_id] = caller
        while len(self._known) > KEPT or (self._facts > FACTS and len(self._known) > 1):
            self._facts -= _weight(self._known.popitem(last=False)[1])

    async def _follow(self, call_id: LinkedId, caller: Caller) -> None:
        """Tell what sources that were late say, as they say it."""
        async for newer in self._lookup.late(caller):
            if self._known.get(call_id) is not caller:
                return  # asked anew meanwhile, or forgotten
            self._keep(call_id, caller := newer)
            self._found(call_id, newer)

    async def _ask(self, record: CallRecord) -> None:
        try:
            caller = await self._lookup.find(record.caller_number, _WITHHELD if record.withheld else "")
        finally:
            del self._asking[record.call_id]
        self.remember(record.call_id, caller)
        self._found(record.call_id, caller)


def _weight(caller: Caller | None) -> int:
    return sum(map(size, caller.patients)) if caller else 0
