"""Who is calling, asked of every source at once, under one hard deadline.

The rule: the caller never waits for a source.  When the time is up, whoever has not answered is
named in :attr:`Caller.failed`; while it may still answer, in :attr:`Caller.asking` too, and ``late``
gives the caller again when it did.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from ccd.directory.caller import Caller, Number, NumberKind
from ccd.directory.guarded import Asked, Condition, Guarded
from ccd.directory.merging import merged
from ccd.directory.phones import normalise
from ccd.directory.ranking import ranked
from ccd.directory.source import Source

KEPT = 1_000
"""Callers remembered of whom a source had not answered; more than wait for one together."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Lookup:
    """Asks ``sources``, the most trusted first, for at most ``deadline`` seconds in all.

    ``region`` is the ISO 3166 code that local numbers belong to; ``merge`` are the keys of
    ``directory.merge``.  A source without limits of its own gets the deadline as its time-out.
    """

    def __init__(
        self,
        sources: Sequence[Source | Guarded],
        region: str,
        deadline: float,
        *,
        merge: Collection[str] = (),
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._sources = tuple(
            one if isinstance(one, Guarded) else Guarded(one, timeout=deadline) for one in sources
        )
        self._region = region
        self._patience = deadline if any(one.timeout > deadline for one in self._sources) else None
        self._merge = frozenset(merge)
        self._clock = clock
        self._unfinished: OrderedDict[int, tuple[Caller, tuple[Asked, ...]]] = OrderedDict()

    def number(self, raw: str, presentation: str = "") -> Number:
        """What the caller ID is, asked of nobody.  Never raises."""
        return normalise(raw, self._region, presentation)

    async def find(self, raw: str, presentation: str = "") -> Caller:
        """Everyone behind a caller ID.  Never raises; no later than the deadline.

        Only a real telephone number is looked up: anonymous, short and other callers cannot be
        told apart by what they sent.
        """
        number = self.number(raw, presentation)
        if number.kind is not NumberKind.E164 or not self._sources:
            return Caller(number=number)
        return await self._answered(number, tuple(source.ask(number.e164) for source in self._sources))

    async def find_again(self, caller: Caller) -> Caller:
        """The same caller with what is new.  Never raises; no later than the deadline.

        A source that told of him and gives no answer now is named in ``failed``, and what it said stays,
        until it answers.
        """
        e164 = caller.number.e164
        told = {source for one in caller.patients for source, _ in one.known_as}
        asked = (
            replace(source.ask(e164), before=source.last(e164) if source.name in told else None)
            for source in self._sources
        )
        return await self._answered(caller.number, tuple(asked))

    async def _answered(self, number: Number, asked: tuple[Asked, ...]) -> Caller:
        waited_for = [one.coming for one in asked if one.coming and one.said is None]
        if waited_for:
            await asyncio.wait(waited_for, timeout=self._patience)
        caller = self._caller(number, asked)
        if any(one.running for one in asked):
            self._remember(caller, asked)
        return caller

    def unfinished(self, caller: Caller) -> bool:
        """Whether something came, or may come, after ``find`` gave this caller."""
        return id(caller) in self._unfinished

    async def late(self, caller: Caller) -> AsyncIterator[Caller]:
        """The caller anew whenever a source that was late has answered, or failed; ends with the last.

        Asked with the very object that ``find`` gave, or that this gave before; all are forgotten at the end.
        """
        _, asked = self._unfinished.get(id(caller), (caller, ()))
        told = [caller]
        while True:
            newer = self._caller(caller.number, asked) if asked else caller
            running = [one.coming for one in asked if one.coming and one.running]
            if not running:
                self._forget(told)
            if newer != told[-1]:
                if running:
                    self._remember(newer, asked)
                told.append(newer)
                yield newer
            if not running:
                return
            await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)

    def forget(self, e164: str) -> None:
        """The facts of this number have just been changed: the next question asks every source anew."""
        for source in self._sources:
            source.forget(e164)

    def conditions(self) -> tuple[Condition, ...]:
        """How each source does."""
        return tuple(source.condition() for source in self._sources)

    def _remember(self, caller: Caller, asked: tuple[Asked, ...]) -> None:
        """By the object, which is kept: another question about its number may go another way."""
        self._unfinished[id(caller)] = caller, asked
        if len(self._unfinished) > KEPT:
            self._unfinished.popitem(last=False)

    def _forget(self, callers: Iterable[Caller]) -> None:
        for one in callers:
            self._unfinished.pop(id(one), None)

    def _caller(self, number: Number, asked: tuple[Asked, ...]) -> Caller:
        """What is known at this moment."""
        said = [one.now for one in asked]
        believed = [one.before if answer is None else answer for one, answer in zip(asked, said, strict=True)]
        patients = merged([one for one in believed if one], self._merge)
        if len(patients) > 1:
            patients = ranked(patients, self._clock())
        if None not in said:
            return Caller(number=number, patients=patients)
        silent = [
            (source.name, one.running)
            for source, one, answer in zip(self._sources, asked, said, strict=True)
            if answer is None
        ]
        return Caller(
            number=number,
            patients=patients,
            failed=tuple(name for name, _ in silent),
            asking=tuple(name for name, running in silent if running),
        )
