"""The lookup: all sources at once, one hard deadline, everyone who failed named."""

import asyncio
import gc
from typing import Any

import pytest

from ccd.directory.cache import Cache
from ccd.directory.caller import Caller, NumberKind
from ccd.directory.guarded import Guarded
from ccd.directory.lookup import Lookup
from ccd.directory.model import DirectoryError, Patient, Policy
from ccd.directory.source import Source

NUMBER = "+79161234567"
MARIA = Patient(
    patient_id="1",
    full_name="Мария",
    tags=frozenset({"vip"}),
    policies=(Policy(insurer="A", programme="", number="1"),),
)
IVAN = Patient(patient_id="2", full_name="Иван")


class Knows:
    """A source that answers at once, and remembers what it was asked."""

    def __init__(self, name: str, *patients: Patient) -> None:
        self.name = name
        self._patients = patients
        self.asked: list[str] = []

    async def patients(self, e164: str) -> tuple[Patient, ...]:
        self.asked.append(e164)
        return self._patients


class Fails(Knows):
    def __init__(self, name: str, error: BaseException) -> None:
        super().__init__(name)
        self._error = error

    async def patients(self, e164: str) -> tuple[Patient, ...]:
        self.asked.append(e164)
        raise self._error


class FailsBeforeAwait(Fails):
    def patients(self, e164: str) -> Any:
        self.asked.append(e164)
        raise self._error


class Hangs(Knows):
    """A source that never answers by itself."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.cancelled = asyncio.Event()

    async def patients(self, e164: str) -> tuple[Patient, ...]:
        try:
            self.asked.append(e164)
            return await asyncio.Future()
        except asyncio.CancelledError:
            self.cancelled.set()
            raise


class Rude(Hangs):
    """A source that swallows its cancellation and goes on waiting until released."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.release = asyncio.Event()

    async def patients(self, e164: str) -> tuple[Patient, ...]:
        self.asked.append(e164)
        while not self.release.is_set():
            try:
                await self.release.wait()
            except asyncio.CancelledError:
                self.cancelled.set()
        raise OSError("late and broken")


class Slow(Knows):
    """A source that answers when it is told to."""

    def __init__(self, name: str, *patients: Patient) -> None:
        super().__init__(name, *patients)
        self.go, self.done = asyncio.Event(), asyncio.Event()

    async def patients(self, e164: str) -> tuple[Patient, ...]:
        await self.go.wait()
        self.done.set()
        return await super().patients(e164)


def lookup(*sources: Source, deadline: float = 60.0) -> Lookup:
    return Lookup(sources, "RU", deadline, merge=("id",))


async def test_one_source_that_knows():
    caller = await lookup(Knows("a", MARIA, IVAN)).find("8 916 123-45-67")
    assert caller.number.e164 == NUMBER
    assert caller.patients == (MARIA, IVAN)
    assert caller.failed == ()


async def test_nobody_knows_is_not_a_failure():
    caller = await lookup(Knows("a"), Knows("b")).find(NUMBER)
    assert (caller.known, caller.failed) == (False, ())


@pytest.mark.parametrize(
    ("raw", "presentation", "kind"),
    [
        ("anonymous", "", NumberKind.ANONYMOUS),
        (NUMBER, "prohib", NumberKind.ANONYMOUS),
        ("101", "", NumberKind.SHORT),
        ("ivan", "", NumberKind.OTHER),
    ],
)
async def test_who_sent_no_number_is_not_looked_up(raw, presentation, kind):
    source = Knows("a", MARIA)
    caller = await lookup(source).find(raw, presentation)
    assert (caller.number.kind, caller.patients, source.asked) == (kind, (), [])


async def test_no_sources_know_nobody():
    assert await lookup().find(NUMBER) == Caller(number=(await lookup().find(NUMBER)).number)


async def test_all_sources_are_asked_at_once():
    """Each of the two answers only once the other has been asked."""
    first, second = asyncio.Event(), asyncio.Event()

    class Meets(Knows):
        async def patients(self, e164: str) -> tuple[Patient, ...]:
            self.asked.append(e164)
            mine, other = (first, second) if self.name == "a" else (second, first)
            mine.set()
            await other.wait()
            return self._patients

    caller = await lookup(Meets("a", MARIA), Meets("b", IVAN)).find(NUMBER)
    assert caller.patients == (MARIA, IVAN)


async def test_one_patient_in_two_sources_is_one_patient():
    other = Patient(
        patient_id="1",
        full_name="Мария П.",
        language="uk",
        tags=frozenset({"debtor"}),
        policies=(*MARIA.policies, Policy(insurer="B", programme="", number="2")),
    )
    (patient,) = (await lookup(Knows("a", MARIA), Knows("b", other)).find(NUMBER)).patients
    assert (patient.full_name, patient.language) == ("Мария", "uk")
    assert patient.tags == {"vip", "debtor"}
    assert [policy.insurer for policy in patient.policies] == ["A", "B"]


@pytest.mark.parametrize("broken", [Fails, FailsBeforeAwait])
@pytest.mark.parametrize("error", [DirectoryError("locked"), ValueError("a bug"), asyncio.CancelledError()])
async def test_a_source_that_fails_is_named_and_the_others_count(broken, error):
    caller = await lookup(broken("a", error), Knows("b", IVAN)).find(NUMBER)
    assert (caller.patients, caller.failed) == ((IVAN,), ("a",))


async def test_a_late_source_is_named_and_cancelled():
    late = Hangs("late")
    caller = await lookup(late, Knows("b", IVAN), deadline=0.15).find(NUMBER)
    assert (caller.patients, caller.failed) == ((IVAN,), ("late",))
    await late.cancelled.wait()


async def test_a_source_that_swallows_its_cancellation_cannot_hold_the_caller():
    rude = Rude("rude")
    caller = await lookup(rude, Knows("b", IVAN), deadline=0.15).find(NUMBER)
    assert (caller.patients, caller.failed) == ((IVAN,), ("rude",))
    await rude.cancelled.wait()
    rude.release.set()


async def test_what_a_rude_source_says_in_the_end_disturbs_nobody():
    """No "exception was never retrieved", and the task is forgotten."""
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: complaints.append(context))
    rude = Rude("rude")
    asked = lookup(rude, deadline=0.15)
    await asked.find(NUMBER)
    await rude.cancelled.wait()
    assert asked.conditions()[0].asking == 1
    rude.release.set()
    async with asyncio.timeout(10):
        while asked.conditions()[0].asking:
            await asyncio.sleep(0)
    gc.collect()
    assert complaints == []


async def test_a_cancelled_lookup_leaves_no_question_running_beyond_its_time():
    late = Hangs("late")
    finding = asyncio.create_task(lookup(late, deadline=0.15).find(NUMBER))
    await asyncio.sleep(0)
    finding.cancel()
    with pytest.raises(asyncio.CancelledError):
        await finding
    await late.cancelled.wait()


async def test_a_late_source_fills_in_what_was_not_there_in_time():
    slow = Slow("slow", MARIA)
    asked = Lookup([Knows("b", IVAN), Guarded(slow, timeout=60)], "RU", 0.01)
    caller = await asked.find(NUMBER)
    assert (caller.patients, caller.failed, caller.asking) == ((IVAN,), ("slow",), ("slow",))
    assert asked.unfinished(caller)
    later = asyncio.create_task(all_of(asked, caller))
    slow.go.set()
    (newer,) = await later
    assert (newer.patients, newer.failed, newer.asking) == ((IVAN, MARIA), (), ())


async def test_what_came_before_anybody_listened_is_told_too():
    slow = Slow("slow", MARIA)
    asked = Lookup([Guarded(slow, timeout=60)], "RU", 0.01)
    caller = await asked.find(NUMBER)
    slow.go.set()
    await slow.done.wait()
    assert [one.patients for one in await all_of(asked, caller)] == [(MARIA,)]


async def test_a_late_answer_is_not_lost_when_somebody_else_looks_the_number_up_meanwhile():
    slow = Slow("slow", MARIA)
    cache = Cache(fresh=60, stale=60, nobody=60)
    asked = Lookup([Guarded(slow, timeout=60, cache=cache)], "RU", 0.01)
    caller = await asked.find(NUMBER)
    slow.go.set()
    await slow.done.wait()
    while not (await asked.find(NUMBER)).known:
        await asyncio.sleep(0)
    assert asked.unfinished(caller)
    (newer,) = await all_of(asked, caller)
    assert (newer.patients, newer.asking) == ((MARIA,), ())


async def test_a_caller_is_forgotten_once_all_was_told():
    """A thousand of them are kept, each with all that was said."""
    first, second = Slow("first", MARIA), Slow("second", IVAN)
    asked = Lookup([Guarded(one, timeout=60) for one in (first, second)], "RU", 0.01)
    caller = await asked.find(NUMBER)
    told = [caller]
    following = asked.late(caller)
    for slow in (first, second):
        slow.go.set()
        told.append(await anext(following))
    assert told[-1].patients == (MARIA, IVAN)
    assert not any(map(asked.unfinished, told))


async def test_the_rest_may_be_followed_from_any_late_answer():
    first, second = Slow("first", MARIA), Slow("second", IVAN)
    asked = Lookup([Guarded(one, timeout=60) for one in (first, second)], "RU", 0.01)
    first.go.set()
    caller = await asked.find(NUMBER)
    while not caller.known:
        caller = await anext(asked.late(caller))
    assert (caller.patients, caller.asking) == ((MARIA,), ("second",))
    assert asked.unfinished(caller)
    second.go.set()
    (newer,) = await all_of(asked, caller)
    assert (newer.patients, newer.asking) == ((MARIA, IVAN), ())


async def test_a_late_source_that_fails_after_all_is_waited_for_no_more():
    asked = Lookup([Guarded(Hangs("late"), timeout=1.0)], "RU", 0.01)
    caller = await asked.find(NUMBER)
    assert (caller.failed, caller.asking) == (("late",), ("late",))
    (newer,) = await all_of(asked, caller)
    assert (newer.failed, newer.asking) == (("late",), ())


async def test_a_caller_whom_all_told_of_in_time_is_finished():
    asked = lookup(Knows("a", MARIA))
    caller = await asked.find(NUMBER)
    assert not asked.unfinished(caller)
    assert await all_of(asked, caller) == []


async def all_of(asked: Lookup, caller: Caller) -> list[Caller]:
    async with asyncio.timeout(10):
        return [newer async for newer in asked.late(caller)]
