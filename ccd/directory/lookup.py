"""Who is calling, asked of every source at once, under one hard deadline.

The rule: the caller never waits for a source.  When the time is up, whoever has not answered is
named in :attr:`Caller.failed`, its task is cancelled and never awaited: a source that swallows the
cancellation keeps a task busy, not a call.  (A source that blocks the event loop itself is beyond
help from here; sources do their I/O asynchronously or in a thread.)
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace

import structlog

from ccd.directory.model import Caller, DirectoryError, Number, NumberKind, Patient, Source
from ccd.directory.phones import normalise

_log = structlog.get_logger(__name__)

_Patients = tuple[Patient, ...]


class Lookup:
    """Asks ``sources``, the most trusted first, for at most ``deadline`` seconds in all.

    ``region`` is the ISO 3166 code that local numbers belong to.
    """

    def __init__(self, sources: Sequence[Source], region: str, deadline: float) -> None:
        self._sources = tuple(sources)
        self._region = region
        self._deadline = deadline
        self._running: set[asyncio.Task[_Patients]] = set()

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
        tasks = [self._ask(source, number.e164) for source in self._sources]
        try:
            await asyncio.wait(tasks, timeout=self._deadline)
        finally:
            for task in tasks:
                task.cancel()
        answers = [self._result(*pair) for pair in zip(self._sources, tasks, strict=True)]
        return Caller(
            number=number,
            patients=_merged(patient for answer in answers for patient in answer or ()),
            failed=tuple(
                source.name for source, answer in zip(self._sources, answers, strict=True) if answer is None
            ),
        )

    def _ask(self, source: Source, e164: str) -> asyncio.Task[_Patients]:
        """Start one question; the set keeps the task alive, the callback takes its exception."""
        task = asyncio.get_running_loop().create_task(_patients(source, e164))
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[_Patients]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()

    def _result(self, source: Source, task: asyncio.Task[_Patients]) -> _Patients | None:
        """One source's answer; None, and a line in the log, when there is none."""
        if not task.done() or task.cancelled():
            _log.warning("directory source gave no answer in time", source=source.name)
            return None
        error = task.exception()
        if error is None:
            return task.result()
        if isinstance(error, DirectoryError):
            _log.warning("directory source failed", source=source.name, error=str(error))
        else:
            _log.error("directory source broke", source=source.name, exc_info=error)
        return None


async def _patients(source: Source, e164: str) -> _Patients:
    """The source's answer; a source that raises before its first await fails inside the task too."""
    return await source.patients(e164)


def _merged(patients: Iterable[Patient]) -> _Patients:
    """One record for each patient, in the order in which the sources named them."""
    people: dict[str, Patient] = {}
    for patient in patients:
        known = people.get(patient.patient_id)
        people[patient.patient_id] = patient if known is None else _joined(known, patient)
    return tuple(people.values())


def _joined(known: Patient, other: Patient) -> Patient:
    """Two sources on one person: the first is believed, the second adds what the first lacks."""
    return replace(
        known,
        birth_date=known.birth_date or other.birth_date,
        language=known.language or other.language,
        tags=known.tags | other.tags,
        policies=tuple(dict.fromkeys(known.policies + other.policies)),
        visits=tuple(dict.fromkeys(known.visits + other.visits)),
        doctor=known.doctor or other.doctor,
        debt=other.debt if known.debt is None else known.debt,
    )
