"""All that rules may ask about a call, gathered within the directory's one deadline.

The rule: the caller waits for nobody.  What did not answer in time, broke, or was not asked because
the rules never ask, says so in the facts, and a condition on it does not hold.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

import structlog

from ccd.calls.ids import LinkedId, QueueName
from ccd.directory.caller import Caller, Number
from ccd.directory.lookup import Lookup
from ccd.ports.calls import HistorySource
from ccd.routing.facts import Facts, History, QueueState
from ccd.routing.needs import HISTORY, QUEUES
from ccd.routing.question import StepRequest

_log = structlog.get_logger(__name__)

_UNTOLD = History(complete=False)
Queues = Callable[[], Mapping[QueueName, QueueState] | None]


class Gatherer:
    """Asks the directory and the history at once, for at most ``deadline`` seconds in all.

    ``queues`` tells their state now, None while Asterisk cannot be heard.
    """

    def __init__(
        self,
        lookup: Lookup,
        history: HistorySource,
        queues: Queues,
        *,
        deadline: float,
        clock: Callable[[], datetime],
    ) -> None:
        self._lookup = lookup
        self._source = history
        self._queues = queues
        self._deadline = deadline
        self._clock = clock
        self._running: set[asyncio.Task[History]] = set()

    async def facts(self, ask: StepRequest, needs: frozenset[str], caller: Caller | None = None) -> Facts:
        """The facts of this moment; ``caller`` when it is known already.  Never raises.

        ``needs`` names what the rules ask about beside the caller (``ccd.routing.needs``).
        """
        ends = asyncio.get_running_loop().time() + self._deadline
        number = caller.number if caller else self._lookup.number(ask.caller_number, ask.presentation)
        asked = self._ask(number, ask.linked_id) if HISTORY in needs else None
        if caller is None:
            caller = await self._lookup.find(ask.caller_number, ask.presentation)
        history = await self._answer(asked, ends) if asked else _UNTOLD
        queues = self._queues() if QUEUES in needs else None
        return self._made(ask, caller, history, queues)

    def at_hand(self, ask: StepRequest, caller: Caller | None, needs: frozenset[str] = frozenset()) -> Facts:
        """The facts that nobody waits for: for a step that asks about nothing else."""
        known = caller or Caller(number=self._lookup.number(ask.caller_number, ask.presentation))
        return self._made(ask, known, _UNTOLD, self._queues() if QUEUES in needs else None)

    def _made(
        self,
        ask: StepRequest,
        caller: Caller,
        history: History,
        queues: Mapping[QueueName, QueueState] | None,
    ) -> Facts:
        return Facts(
            caller=caller,
            called_number=ask.called_number,
            now=self._clock(),
            history=history,
            queues=queues,
        )

    def _ask(self, number: Number, but: LinkedId) -> asyncio.Task[History] | None:
        """Begin to ask; None for a caller who cannot be told apart, and so has no history."""
        if not number.e164:
            return None
        question = _history(self._source, number.e164, self._clock(), but)
        task = asyncio.get_running_loop().create_task(question)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[History]) -> None:
        """The set kept it alive; its exception is taken, whether anybody still waits or not."""
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _log.error("history broke", exc_info=error)

    async def _answer(self, task: asyncio.Task[History], ends: float) -> History:
        """The history; one that is late is cancelled and never waited for."""
        await asyncio.wait([task], timeout=max(0.0, ends - asyncio.get_running_loop().time()))
        if not task.done():
            task.cancel()
            _log.warning("history gave no answer in time")
            return _UNTOLD
        return _UNTOLD if task.cancelled() or task.exception() else task.result()


async def _history(source: HistorySource, e164: str, now: datetime, but: LinkedId) -> History:
    """The source's answer; a source that raises before its first await fails inside the task too."""
    return await source.history(e164, now, but)
