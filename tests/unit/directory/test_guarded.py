"""One source behind its limits: it is asked no more than needed, and can do no harm."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Any

import pytest
from structlog.testing import capture_logs

from ccd.directory.breaker import Breaker, State
from ccd.directory.cache import Cache
from ccd.directory.guarded import Guarded, Said
from ccd.directory.model import Answer, Coverage, DirectoryError, Origin, Patient, Policy, Visit
from tests.unit.directory.sources import MARIA, NUMBER, Told, raising, saying

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def guarded(source: Told, **limits: Any) -> Guarded:
    return Guarded(source, **{"timeout": 60.0, "outside": True} | limits)


async def said(source: Guarded, number: str = NUMBER) -> Said:
    asked = source.ask(number)
    return await asked.coming if asked.coming and asked.said is None else asked.said


async def test_fifty_calls_of_one_number_ask_once():
    source = saying(MARIA)
    guard = guarded(source)
    answers = await asyncio.gather(*(said(guard) for _ in range(50)))
    assert (source.asked, {bool(answer) for answer in answers}) == (1, {True})
    assert await said(guard)
    assert source.asked == 2


async def test_a_person_of_an_outside_source_is_told_from_all_others():
    (patient,) = await said(guarded(saying(MARIA))) or ()
    assert (patient.patient_id, patient.known_as) == ("mis:1", (("mis", "1"),))


async def test_an_outside_source_says_nothing_of_who_somebody_is_in_another():
    """Else a visit would be booked there for whoever has that id, and the audit trail name him."""
    theirs = replace(MARIA, known_as=(("built-in", "42"),), borrowed=(("debt", Origin("built-in")),))
    (patient,) = await said(guarded(saying(theirs))) or ()
    assert (patient.known_as, patient.borrowed) == ((("mis", "1"),), ())


async def test_every_fact_says_where_it_is_from_and_one_that_said_so_is_left_alone():
    theirs = Origin("archive", NOON)
    coverage = (Coverage(service="МРТ", answer=Answer.COVERED),)
    policies = (Policy(insurer="A", programme="", number="1", coverage=coverage),)
    visit = Visit(starts_at=NOON, doctor="", specialty="", place="", status="booked", origin=theirs)
    (patient,) = await said(guarded(saying(replace(MARIA, policies=policies, visits=(visit,))))) or ()
    (policy,) = patient.policies
    assert {patient.origin.source, policy.origin.source, policy.coverage[0].origin.source} == {"mis"}
    assert patient.origin.at
    assert patient.visits[0].origin == theirs


class Nowhere(tzinfo):
    """A zone that does not know where it is."""

    def utcoffset(self, _at: datetime | None) -> None:
        return None

    dst = tzname = utcoffset


def visit_at(at: datetime) -> Visit:
    return Visit(starts_at=at, doctor="", specialty="", place="", status="booked")


NONSENSE: list[Any] = [
    None,
    "Мария",
    7,
    {"patient_id": "1"},
    (None,),
    ("Мария",),
    iter(()),
    [replace(MARIA, full_name=None)],  # type: ignore[arg-type]
    [replace(MARIA, patient_id="")],
    [replace(MARIA, policies=(1,))],  # type: ignore[arg-type]
    [replace(MARIA, debt=Decimal("sNaN"))],
    [replace(MARIA, policies=(Policy(insurer="A", programme="", number=7),))],  # type: ignore[arg-type]
    [
        replace(
            MARIA,
            visits=(
                Visit(starts_at=datetime(2026, 1, 1), doctor="", specialty="", place="", status="booked"),  # noqa: DTZ001
            ),
        )
    ],
    [MARIA] * 1_001,
    [replace(MARIA, visits=(visit_at(datetime.max.replace(tzinfo=UTC)),))],
    [replace(MARIA, visits=(visit_at(NOON.replace(tzinfo=Nowhere())),))],
    [replace(MARIA, origin=Origin("mis", datetime.min.replace(tzinfo=UTC)))],
    [replace(MARIA, debt=Decimal("1E+999999"))],
    [replace(MARIA, full_name="half a letter \ud800")],
    [replace(MARIA, full_name="М" * 4_001)],
    [replace(MARIA, visits=(visit_at(NOON),) * 20_000)],
    [replace(MARIA, tags=frozenset(map(str, range(20_000))))],
]


@pytest.mark.parametrize("answer", NONSENSE)
async def test_what_is_no_patients_is_no_answer(answer):
    async def nonsense() -> Any:
        return answer

    guard = guarded(Told(nonsense))
    assert await said(guard) is None
    assert "Мария" not in guard.condition().error != ""


async def test_people_in_a_list_are_people_too():
    async def listed() -> Any:
        return [replace(MARIA, visits=[])]  # type: ignore[arg-type]

    (patient,) = await said(guarded(Told(listed))) or ()
    assert patient.visits == ()


class Unspeakable(Exception):  # noqa: N818
    def __str__(self) -> str:
        raise ValueError

    def __bool__(self) -> bool:
        return False


@pytest.mark.parametrize(
    "error",
    [
        DirectoryError("down"),
        ValueError("a bug"),
        Unspeakable(),
        asyncio.CancelledError(),
        SystemExit(1),
        KeyboardInterrupt(),
        GeneratorExit(),
        BaseExceptionGroup("two", [SystemExit(1), ValueError()]),
        StopIteration(),
    ],
)
async def test_whatever_a_source_raises_is_a_failure_of_its_own(error):
    guard = guarded(raising(error))
    assert await said(guard) is None
    assert guard.condition().error


async def test_errors_show_no_telephone_numbers():
    guard = guarded(raising(OSError(f"SELECT ... [{NUMBER}, 89161234567, 8 (916) 123-45-67]")))
    with capture_logs() as logs:
        await said(guard)
    assert "123" not in str(logs) + guard.condition().error
    assert len(guarded(raising(OSError("x" * 10_000))).condition().error) < 400


async def test_a_source_that_hangs_is_given_up_and_asked_anew():
    never = Told(asyncio.Event().wait)
    guard = guarded(never, timeout=0.01)
    assert await said(guard) is None
    assert guard.condition().error == "no answer within 0.01 s"
    assert await said(guard) is None
    assert never.asked == 2


async def test_only_so_many_questions_are_asked_together():
    go, together = asyncio.Event(), 0
    most = 0

    async def slow() -> Any:
        nonlocal together, most
        together += 1
        most = max(most, together)
        await go.wait()
        together -= 1
        return ()

    guard = guarded(Told(slow), at_once=3)
    asked = [asyncio.create_task(said(guard, f"+7916123456{number}")) for number in range(10)]
    for _ in range(10):
        await asyncio.sleep(0)
    go.set()
    assert await asyncio.gather(*asked) == [()] * 10
    assert most == 3


async def test_a_breaker_opens_tries_one_question_and_closes():
    source = raising(DirectoryError("down"))
    guard = guarded(source, breaker=Breaker(2, 0.05))
    with capture_logs() as logs:
        for _ in range(5):
            await said(guard)
        assert (source.asked, guard.condition().state, guard.condition().failures) == (2, State.OPEN, 2)
        source.answer = saying(MARIA).answer
        async with asyncio.timeout(10):
            while not await said(guard):
                await asyncio.sleep(0.01)
    assert (source.asked, guard.condition().state, guard.condition().failures) == (3, State.CLOSED, 0)
    assert [entry["event"] for entry in logs][-2:] == [
        "directory source is left alone for a while",
        "directory source works again",
    ]


async def test_an_old_answer_is_shown_at_once_and_asked_anew():
    source = saying(MARIA)
    guard = guarded(source, cache=Cache(fresh=0, stale=60, nobody=0))
    await said(guard)
    source.answer = saying(replace(MARIA, full_name="Мария П.")).answer
    asked = guard.ask(NUMBER)
    assert asked.said
    assert asked.coming
    assert [one.full_name for one in asked.said] == ["Мария"]
    await asked.coming
    assert [one.full_name for one in asked.now or ()] == ["Мария П."]


async def test_a_fresh_answer_asks_nobody_and_an_error_is_never_kept():
    source = raising(DirectoryError("down"))
    guard = guarded(source, cache=Cache(fresh=60, stale=0, nobody=60))
    assert await said(guard) is None
    source.answer = saying(MARIA).answer
    assert await said(guard)
    assert await said(guard)
    assert (source.asked, guard.condition().cached) == (2, 1)


async def test_what_was_changed_is_not_hidden_by_what_was_said_before():
    """Neither by what is kept nor by what is on its way."""
    old: asyncio.Future[tuple[Patient, ...]] = asyncio.get_running_loop().create_future()

    async def answer() -> tuple[Patient, ...]:
        return await old

    source = Told(answer)
    guard = guarded(source, cache=Cache(fresh=60, stale=60, nobody=60))
    asked = guard.ask(NUMBER)
    await asyncio.sleep(0)
    guard.forget(NUMBER)
    source.answer = saying(replace(MARIA, full_name="Мария П.")).answer
    assert [one.full_name for one in await said(guard) or ()] == ["Мария П."]
    old.set_result((MARIA,))
    assert asked.coming
    assert await asked.coming
    assert [one.full_name for one in await said(guard) or ()] == ["Мария П."]
