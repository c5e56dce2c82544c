"""Who the calls in progress are from, asked anew after a booking: nobody leaves the card in silence."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

from ccd.callers import Callers
from ccd.calls.ids import LinkedId
from ccd.directory.cache import Cache
from ccd.directory.caller import Caller
from ccd.directory.guarded import Guarded
from ccd.directory.lookup import Lookup
from ccd.directory.model import DirectoryError, Patient, Policy, Visit
from tests.unit.directory.sources import MARIA, NUMBER, Told, saying

CALL = LinkedId("1.1")
IVAN = Patient(patient_id="2", full_name="Иван")
POLICY = Policy(insurer="A", programme="", number="1")
VISIT = Visit(
    starts_at=datetime(2026, 11, 23, 9, tzinfo=UTC), doctor="", specialty="", place="", status="booked"
)


class Screen:
    """Two sources on a card: ``mis`` that books, and ``insurer``, which may fail."""

    def __init__(self) -> None:
        self.shown = asyncio.Queue[Caller]()
        self.insured: tuple[Patient, ...] = (replace(MARIA, policies=(POLICY,)), IVAN)
        self.works = asyncio.Event()
        self.works.set()
        self.broken = False
        self.mis = saying(MARIA)
        sources = [self.guarded(self.mis), self.guarded(Told(self._insurer, "insurer"))]
        self.lookup = Lookup(sources, "RU", 0.05, merge=("id",))
        self.callers = Callers(self.lookup, lambda _call, caller: self.shown.put_nowait(caller))

    def guarded(self, source: Told) -> Guarded:
        return Guarded(source, timeout=20, cache=Cache(fresh=60, stale=60, nobody=60))

    async def _insurer(self) -> tuple[Patient, ...]:
        await self.works.wait()
        if self.broken:
            raise DirectoryError("down")
        return self.insured

    async def begin(self) -> Caller:
        caller = await self.lookup.find(NUMBER)
        self.callers.remember(CALL, caller)
        return caller

    async def after_booking(self) -> Caller:
        self.mis.answer = saying(replace(MARIA, visits=(VISIT,))).answer
        self.callers.look_again(NUMBER)
        return await self.next()

    async def next(self) -> Caller:
        async with asyncio.timeout(20):
            return await self.shown.get()


def facts(caller: Caller) -> tuple[list[str], bool, bool]:
    """Whom the card names; whether Maria has her visit and her policy."""
    maria = next(one for one in caller.patients if one.patient_id == MARIA.patient_id)
    return [one.full_name for one in caller.patients], bool(maria.visits), bool(maria.policies)


async def test_what_comes_late_of_a_question_before_the_booking_is_not_shown():
    screen = Screen()
    screen.works.clear()
    await screen.begin()
    assert facts(await screen.after_booking()) == (["Мария"], True, False)
    screen.works.set()
    assert facts(await screen.next()) == (["Мария", "Иван"], True, True)
    await asyncio.wait(screen.callers._following)
    assert screen.shown.empty()


async def test_a_source_that_fails_after_a_booking_keeps_what_it_said():
    screen = Screen()
    before = await screen.begin()
    screen.broken = True
    after = await screen.after_booking()
    assert facts(after) == (["Мария", "Иван"], True, True)
    assert (after.failed, after.asking) == (("insurer",), ())
    origins = [one.patients[0].policies[0].origin for one in (before, after)]
    assert origins[0].at is not None
    assert origins[0] == origins[1]
    assert facts(await screen.after_booking()) == (["Мария", "Иван"], True, True)  # a second booking, too


async def test_a_source_that_is_late_after_a_booking_is_believed_when_it_answers():
    screen = Screen()
    await screen.begin()
    screen.works.clear()
    asked = asyncio.ensure_future(screen.after_booking())
    await asyncio.sleep(0)  # it is being asked anew
    assert (await screen.lookup.find(NUMBER)).asking == ("insurer",)
    assert screen.shown.empty()
    screen.insured = (replace(MARIA, policies=()),)
    screen.works.set()
    newer = await asked
    assert facts(newer) == (["Мария"], True, False)  # it answered: that is true now
    assert newer.failed == ()


async def test_a_source_that_answers_is_believed_at_once():
    screen = Screen()
    await screen.begin()
    screen.insured = ()
    assert facts(await screen.after_booking()) == (["Мария"], True, False)


async def test_who_was_not_on_the_card_does_not_come_from_an_old_answer():
    screen = Screen()
    await screen.lookup.find(NUMBER)
    screen.lookup.forget(NUMBER)
    screen.broken = True
    assert (await screen.begin()).failed == ("insurer",)
    assert facts(await screen.after_booking())[0] == ["Мария"]


async def test_a_new_call_is_not_told_old_facts():
    screen = Screen()
    await screen.begin()
    screen.broken = True
    await screen.after_booking()
    assert facts(await screen.lookup.find(NUMBER))[0] == ["Мария"]
