"""A source with its limits, the same for every kind: whatever it does, it harms nobody else.

- One question for each number at a time: fifty calls of one number ask once.
- A time-out of its own.  One that swallows its cancellation keeps a task busy and a place among those
  that may be asked at once, nothing else; what it says afterwards is not heard.
- A breaker leaves it alone while it fails; a cache answers in its place.
- What it answers is checked and marked (``outside``) before anybody sees it.

A source that blocks the event loop itself is beyond help from here: sources do their I/O
asynchronously or in a thread.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from math import inf

import structlog

from ccd.directory.breaker import Breaker, State
from ccd.directory.cache import Cache
from ccd.directory.model import Origin, Patient
from ccd.directory.outside import checked, marked, own_ids
from ccd.directory.questions import Questions
from ccd.directory.sentences import sentence
from ccd.directory.source import Source

_log = structlog.get_logger(__name__)

Said = tuple[Patient, ...] | None
"""An answer; None where there is none."""
_NEVER = 1_000_000_000
_REMEMBERED = 1_000, 50_000
"""Numbers and facts of the last answers that are kept, for calls that go on."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known at once, and what comes (it never raises; None is a failure).

    ``before`` was true once: it stands in while there is no answer.
    """

    said: Said
    coming: asyncio.Future[Said] | None
    before: Said = None

    @property
    def now(self) -> Said:
        """The newest answer at this moment."""
        newer = self.coming.result() if self.coming and self.coming.done() else None
        return self.said if newer is None else newer

    @property
    def running(self) -> bool:
        """Whether the source may still answer."""
        return self.coming is not None and not self.coming.done()


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """How a source does, for whoever looks after it.  ``failures`` are in a row."""

    name: str
    state: State
    failures: int
    error: str
    """The last one, a sentence; empty when there was none."""
    failed_at: datetime | None
    asking: int
    cached: int


class Guarded:
    """Guards one source.  ``outside``: it is not ccd's own, so it is neither believed nor named unseen.

    ``timeout`` is in seconds; ``at_once`` questions at most are asked of it together (None: any number).
    """

    def __init__(
        self,
        source: Source,
        *,
        timeout: float,
        name: str = "",
        outside: bool = False,
        breaker: Breaker | None = None,
        cache: Cache | None = None,
        at_once: int | None = None,
    ) -> None:
        self.name = name or source.name
        self._source = source
        self._outside = outside
        self._breaker = breaker or Breaker(_NEVER, 0)
        self._cache = cache
        numbers, facts = _REMEMBERED
        self._last = Cache(fresh=inf, stale=0, nobody=inf, size=numbers, facts=facts)
        self._places = asyncio.Semaphore(at_once) if at_once else None
        self._questions = Questions[tuple[Patient, ...]](timeout)
        self._running: dict[str, asyncio.Future[Said]] = {}
        self._error = ""
        self._failed_at: datetime | None = None

    @property
    def timeout(self) -> float:
        """Seconds after which a question has surely ended."""
        return self._questions.timeout

    def ask(self, e164: str) -> Asked:
        """Ask, unless the answer is at hand, on its way, or the source left alone.  Never raises."""
        now = asyncio.get_running_loop().time()
        kept = self._cache.get(e164, now) if self._cache is not None else None
        if kept and kept.fresh:
            return Asked(kept.patients, None)
        return Asked(kept.patients if kept else None, self._running.get(e164) or self._begin(e164, now))

    def last(self, e164: str) -> Said:
        """What it said last of this number, true or not by now; None when nobody remembers."""
        kept = self._last.get(e164, 0)
        return kept.patients if kept else None

    def forget(self, e164: str) -> None:
        """What was said of this number, or is being said, is no longer true: the next question is new."""
        self._running.pop(e164, None)
        if self._cache is not None:
            self._cache.forget(e164)

    def condition(self) -> Condition:
        """How the source does at this moment."""
        return Condition(
            name=self.name,
            state=self._breaker.state(asyncio.get_running_loop().time()),
            failures=self._breaker.failures,
            error=self._error,
            failed_at=self._failed_at,
            asking=len(self._questions),
            cached=len(self._cache) if self._cache is not None else 0,
        )

    def _begin(self, e164: str, now: float) -> asyncio.Future[Said] | None:
        ticket = self._breaker.admit(now)
        if ticket is None:
            return None
        coming = self._running[e164] = asyncio.get_running_loop().create_future()
        self._questions.begin(partial(self._patients, e164), partial(self._ended, e164, coming, ticket))
        return coming

    async def _patients(self, e164: str) -> tuple[Patient, ...]:
        if self._places is None:
            answer = await self._source.patients(e164)
        else:
            async with self._places:
                answer = await self._source.patients(e164)
        if self._outside:
            answer = checked(answer)
        named = marked(answer, Origin(self.name, datetime.now(UTC)))
        return own_ids(named, self.name) if self._outside else named

    def _ended(
        self, e164: str, coming: asyncio.Future[Said], ticket: int, what: tuple[Patient, ...] | BaseException
    ) -> None:
        newest = self._running.get(e164) is coming
        if newest:
            del self._running[e164]
        if isinstance(what, BaseException):
            self._failed(ticket, e164, what)
        else:
            self._answered(ticket)
            if newest:
                self._keep(e164, what)
        if not coming.done():
            coming.set_result(None if isinstance(what, BaseException) else what)

    def _keep(self, e164: str, answer: tuple[Patient, ...]) -> None:
        self._last.put(e164, answer, 0)
        if self._cache is not None:
            self._cache.put(e164, answer, asyncio.get_running_loop().time())

    def _answered(self, ticket: int) -> None:
        was = self._breaker.open
        self._breaker.succeeded(ticket)
        if was and not self._breaker.open:
            _log.warning("directory source works again", source=self.name)

    def _failed(self, ticket: int, e164: str, error: BaseException) -> None:
        was = self._breaker.open
        self._breaker.failed(ticket, asyncio.get_running_loop().time())
        self._error, self._failed_at = sentence(error, e164), datetime.now(UTC)
        _log.warning("directory source failed", source=self.name, error=self._error)
        if self._breaker.open and not was:
            failures = self._breaker.failures
            _log.error("directory source is left alone for a while", source=self.name, failures=failures)
