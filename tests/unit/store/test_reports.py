"""Reports equal a slow count over the records, whatever was changed in which order."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from unittest.mock import Mock

import pytest
from sqlalchemy import insert
from structlog.testing import capture_logs

from ccd.callbacks import promise as change
from ccd.callbacks.promise import Promise
from ccd.calls.ids import LinkedId, QueueName
from ccd.calls.record import CallRecord, Direction, Disposition, Segment, SegmentKind, State
from ccd.metrics.dimensions import Dimension, Part
from ccd.metrics.formulas import METRICS, How, served
from ccd.metrics.hours import bounds
from ccd.metrics.report import CannotTellError, Question
from ccd.metrics.rules import Rules
from ccd.metrics.service_level import ServiceLevel
from ccd.ports.calls import Note
from ccd.set_aside import Work
from ccd.settings.database import Place
from ccd.store import set_aside
from ccd.store.callbacks import CallbackStore
from ccd.store.calls import CallStore
from ccd.store.database import Database
from ccd.store.errors import StoreError
from ccd.store.report_keeper import ReportKeeper
from ccd.store.report_rows import fact_rows, to_totals
from ccd.store.reports import Reports
from ccd.store.set_aside import SetAsideCount
from ccd.store.staffed import StaffedStore
from ccd.store.tables.reports import SUMMED, report_hours
from tests.unit.metrics import slow
from tests.unit.metrics.made_up import BEGIN, call
from tests.unit.metrics.test_slowly import HOW, KYIV, RULES, same
from tests.unit.store.conftest import running
from tests.unit.store.other_process import execute, locked, select

PERIOD = date(2026, 10, 24), date(2026, 10, 27)
PICKED = [(Dimension.QUEUE, "operators"), (Dimension.AGENT, "Анна"), (Dimension.TOPIC, "price")]
NOW = datetime(2026, 10, 26, 15, 20, tzinfo=UTC)
"""In the period: its last hours are not yet."""
TIMES = [one for one in Dimension if one.timely]


def records(seed: int, count: int) -> list[CallRecord]:
    random = Random(seed)
    return [call(random, number) for number in range(count)]


@pytest.fixture
def keeper(database: Database) -> ReportKeeper:
    return ReportKeeper(database, RULES, KYIV, batch=25)


@pytest.fixture
def reports(database: Database) -> Reports:
    return Reports(database, RULES, KYIV, clock=lambda: NOW)


async def saved(store: CallStore, calls: list[CallRecord]) -> None:
    async with running(store):
        for one in calls:
            store.save(one)
        assert await store.flush(10)


async def compare(
    reports: Reports, world: slow.World, begin: date = PERIOD[0], end: date = PERIOD[1]
) -> None:
    for by, where in [*((by, None) for by in Dimension), *((by, where) for by in TIMES for where in PICKED)]:
        found = await reports.report(Question(begin=begin, end=end, by=by, where=where))
        expected = slow.rows(world, begin, end, by, KYIV, where)
        if by in TIMES:
            quiet = slow.times(world, begin, end, by, KYIV, NOW) - expected.keys()
            expected |= {key: slow.figures(world, (), *(where or (by, key))) for key in quiet}
        assert {row.key for row in found.rows} == expected.keys(), (by, where)
        for row, figures in zip(found.rows, found.figures(HOW), strict=True):
            same(figures, expected[row.key])
        if everything := slow.rows(world, begin, end, "all", KYIV, where):
            same(found.in_all(HOW), everything[""])


async def test_every_figure_is_the_slow_counts_after_every_kind_of_change(database, store, keeper, reports):
    calls = records(1, 60)
    await keeper.progress.begin()
    await saved(store, calls[:30])
    await keeper.catch_up()
    await compare(reports, slow.World(calls=tuple(calls[:30])))
    await saved(store, calls[30:])
    calls = [await noted(store, one) if place % 3 else one for place, one in enumerate(calls)]
    promises = await promised(CallbackStore(database), calls[::5])
    await keeper.catch_up()
    world = slow.World(calls=tuple(calls), promises=promises)
    await compare(reports, world)
    await compare(reports, world, date(2026, 10, 25), date(2026, 10, 25))


async def noted(store: CallStore, record: CallRecord) -> CallRecord:
    topic = "result" if record.topic else "price"
    assert await store.annotate(Note(call_id=record.call_id, topic=topic, note="", by="anna", at=BEGIN))
    return replace(record, topic=topic)


async def promised(promises: CallbackStore, calls: list[CallRecord]) -> dict[str, str]:
    given: dict[str, str] = {}
    for place, one in enumerate(calls):
        promise = await promises.give(
            Promise(
                call_id=one.call_id,
                number=f"+7916000000{place}",
                name="",
                called_number="",
                queue=QueueName("operators"),
                joined_at=BEGIN,
                promised_at=BEGIN,
                due_by=BEGIN,
            )
        )
        after = [promise, change.kept(promise, LinkedId("9.9")), change.expired(promise, BEGIN)][place % 3]
        await promises.change(promise, after)
        given[one.call_id] = after.state.value
    return given


def kept(place: Place) -> list[object]:
    return [sorted(select(place, f"SELECT * FROM {name}")) for name in ("report_hours", "report_days")]


async def test_refused_at_any_moment_figures_end_as_they_should(path, database, store, keeper, monkeypatch):
    """A write fails before it is done, or it is done and its answer lost: what is marked is made again."""
    random, put, faults = Random(9), database.in_background, 0

    async def unsure(work, *patience):
        nonlocal faults
        when = random.random()
        if when > 0.2:
            await put(work, *patience)
        if when < 0.4 and faults < 40:
            faults += 1
            raise StoreError("the answer is lost")

    await keeper.progress.begin()
    await saved(store, records(9, 12))
    monkeypatch.setattr(database, "in_background", unsure)
    while True:
        with suppress(StoreError):
            await keeper.catch_up()
            break
    monkeypatch.undo()
    assert faults > 5
    before = kept(path)
    await keeper.progress.begin(again=True)
    await keeper.catch_up()
    assert kept(path) == before


async def test_made_again_from_the_records_they_are_the_same(place, store, keeper):
    await keeper.progress.begin()
    await saved(store, records(2, 40))
    await keeper.catch_up()
    before = kept(place)
    assert all(before)
    await keeper.progress.begin(again=True)
    assert not await keeper.progress.complete()
    assert not await keeper.catch_up()
    assert kept(place) == before
    assert await keeper.progress.complete()


async def test_other_rules_make_all_facts_anew(place, database, store, keeper):
    calls = records(3, 40)
    await keeper.progress.begin()
    await saved(store, calls)
    await keeper.catch_up()
    rules = Rules(answer_within=0.5, short_below=0, doctors_queue=QueueName("night"))
    other = Reports(database, rules, KYIV)
    question = Question(begin=PERIOD[0], end=PERIOD[1])
    assert not (await other.report(question)).complete
    changed = ReportKeeper(database, rules, KYIV)
    await changed.progress.begin()
    await changed.catch_up()
    report = await other.report(question)
    assert report.complete
    assert report.whole.abandoned_short == 0
    assert select(place, "SELECT count(*) FROM report_stale") == [(0,)]


async def test_the_running_keeper_follows_what_ends_and_what_is_noted(store, database, reports, monkeypatch):
    monkeypatch.setattr("ccd.store.report_keeper.TICK", 0.01)
    monkeypatch.setattr("ccd.store.report_keeper._SHARE", 0)
    question = Question(begin=PERIOD[0], end=PERIOD[1], by=Dimension.TOPIC, where=None)
    (one,) = (one for one in records(4, 1))
    task = asyncio.create_task(ReportKeeper(database, RULES, KYIV).run())
    await saved(store, [replace(one, state=State.ENDED, topic="")])
    async with asyncio.timeout(40):
        while [row.key for row in (await reports.report(question)).rows] != [""]:
            await asyncio.sleep(0.01)
        await store.annotate(Note(call_id=one.call_id, topic="price", note="", by="", at=BEGIN))
        while [row.key for row in (await reports.report(question)).rows] != ["price"]:
            await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_what_changes_while_facts_are_made_is_made_again(database, store, keeper, monkeypatch):
    await keeper.progress.begin()
    (one,) = records(5, 1)
    await saved(store, [replace(one, state=State.ENDED, topic="")])
    put = database.in_background

    async def meanwhile(work, patience=None):
        monkeypatch.setattr(database, "in_background", put)
        await store.annotate(Note(call_id=one.call_id, topic="price", note="", by="", at=BEGIN))
        await put(work, patience)

    monkeypatch.setattr(database, "in_background", meanwhile)
    await keeper.catch_up()
    report = await Reports(database, RULES, KYIV).report(
        Question(begin=PERIOD[0], end=PERIOD[1], by=Dimension.TOPIC)
    )
    assert [row.key for row in report.rows] == ["price"]


async def test_a_locked_database_delays_the_figures(place, store, keeper, reports, monkeypatch):
    await keeper.progress.begin()
    await saved(store, records(6, 5))
    monkeypatch.setattr("ccd.store.report_keeper._PATIENCE", 0.05)
    with locked(place), pytest.raises(StoreError):
        await keeper.catch_up()
    await keeper.catch_up()
    assert (await reports.report(Question(begin=PERIOD[0], end=PERIOD[1]))).whole.inbound


async def test_behind_a_figure_are_its_calls(store, keeper, reports):
    calls = records(7, 60)
    await keeper.progress.begin()
    await saved(store, calls)
    await keeper.catch_up()
    world = slow.World(calls=tuple(calls))
    for by in (Dimension.QUEUE, Dimension.DISPOSITION, Dimension.HOUR, Dimension.WEEKDAY, Dimension.DAY):
        question = Question(begin=PERIOD[0], end=PERIOD[1], by=by)
        rows = (await reports.report(question)).rows
        assert rows
        for row in rows:
            found = await reports.behind(question, row.key, METRICS["abandoned"], 100)
            assert await reports.behind(question, row.key, METRICS["abandon_rate"], 100) == found
            abandoned = [
                one.call_id
                for one in calls
                if one.state.value == "ended" and row.key in slow.keys(world, one, by, KYIV)
                if (told := slow.tell(world, one, by, row.key))["abandoned"] and not told["short"]
            ]
            assert sorted(found) == sorted(abandoned)


@pytest.mark.parametrize("formula", ServiceLevel)
async def test_behind_the_service_level_are_those_not_in_time_or_those_in_time(
    store, keeper, reports, formula
):
    calls = records(9, 60)
    await keeper.progress.begin()
    await saved(store, calls)
    await keeper.catch_up()
    world = slow.World(calls=tuple(calls))
    question = Question(begin=PERIOD[0], end=PERIOD[1], by=Dimension.QUEUE)
    report, in_all = await reports.report(question), 0
    for row, figures in zip(report.rows, report.figures(How(service_level=formula)), strict=True):
        late, served_ones = [
            set(await reports.behind(question, row.key, served(formula, in_time=in_time), 100))
            for in_time in (False, True)
        ]
        assert not late & served_ones
        told = {
            one.call_id: slow.tell(world, one, "queue", row.key)
            for one in calls
            if one.state.value == "ended" and row.key in slow.keys(world, one, "queue", KYIV)
        }
        assert all(told[one]["answered"] or told[one]["abandoned"] for one in late | served_ones)
        assert not any(told[one]["answered_in"] for one in late)
        level = figures["service_level"]
        counted = len(late) + len(served_ones)
        assert level == (pytest.approx(len(served_ones) / counted) if counted else None)
        in_all += counted
    assert in_all


async def test_many_hours_are_added_up_by_the_database_and_not_by_the_loop(database, reports, monkeypatch):
    first, last = date(2026, 3, 15), date(2026, 4, 13)
    begin, end = (int(one.timestamp()) for one in bounds(first, last, KYIV))
    known = {"dimension": "all", "value": "", "day": first.toordinal(), **dict.fromkeys(SUMMED, 1)}
    rows = [known | {"hour": hour} for hour in range(begin, end, 3600)]
    await database.in_background(lambda connection: connection.execute(insert(report_hours), rows))
    made = Mock(wraps=to_totals)
    monkeypatch.setattr("ccd.store.reports.to_totals", made)
    found = await reports.report(Question(begin=first, end=last, by=Dimension.HOUR))
    assert {row.key: row.totals.offered for row in found.rows} == {
        f"{hour:02d}": 29 if hour == 3 else 30 for hour in range(24)
    }
    assert made.call_count < 50


async def test_a_question_that_totals_cannot_answer_is_refused():
    first, last = PERIOD
    with pytest.raises(CannotTellError, match=r"ends .* before it begins"):
        Question(begin=last, end=first - timedelta(days=1))
    with pytest.raises(CannotTellError, match="not by agent"):
        Question(begin=first, end=last, by=Dimension.AGENT, where=(Dimension.QUEUE, "operators"))


async def test_staffed_time_is_added_up_and_survives_a_rebuild(database, keeper, reports):
    await keeper.progress.begin()
    staffed = StaffedStore(database, KYIV)
    for _ in range(3):
        await staffed.add(BEGIN, {(Part.AGENT, "Анна"): (30.0, 0.0), (Part.AGENT, "Oleg"): (0.0, 30.0)})
    await keeper.catch_up()
    await keeper.progress.begin(again=True)
    await keeper.catch_up()
    found = await reports.report(Question(begin=PERIOD[0], end=PERIOD[1], by=Dimension.AGENT))
    assert {row.key: (row.totals.staffed_ms, row.totals.paused_ms) for row in found.rows} == {
        "Анна": (90_000, 0),
        "Oleg": (0, 90_000),
    }


async def test_a_call_of_a_month_is_counted_as_long_as_it_was(store, keeper, reports):
    """32 bits hold 24.8 days of milliseconds."""
    month = 30 * 24 * 3600.0
    talk = Segment(kind=SegmentKind.TALKING, queue=QueueName(""), began_at=BEGIN, seconds=month)
    (one,) = records(8, 1)
    one = replace(one, state=State.ENDED, waited=month, segments=(talk,), direction=Direction.INBOUND)
    await keeper.progress.begin()
    await saved(store, [replace(one, disposition=Disposition.ANSWERED)])
    await keeper.catch_up()
    whole = (await reports.report(Question(begin=PERIOD[0], end=PERIOD[1]))).whole
    assert (whole.wait_longest, whole.talk_ms) == (2_592_000_000, 2_592_000_000)


SPOILT = (
    "disposition = 'sideways'",
    "segments = '{'",
    "segments = '[{}]'",
    "ended_at = 'yesterday'",
    "waited = 1e300",
)


async def spoil(place: Place, call_id: str, values: str) -> None:
    change = f"UPDATE calls SET {values} WHERE call_id = '{call_id}'"
    await asyncio.to_thread(execute, place, change)


async def counted(reports: Reports, calls: list[CallRecord], without: list[CallRecord]) -> None:
    """The figures are those of all calls but these."""
    world = slow.World(calls=tuple(one for one in calls if one not in without))
    found = await reports.report(Question(begin=PERIOD[0], end=PERIOD[1]))
    same(found.in_all(HOW), slow.rows(world, *PERIOD, "all", KYIV, None)[""])
    assert found.uncounted == len(without)
    later = await reports.report(Question(begin=date(2026, 12, 1), end=date(2026, 12, 1)))
    assert later.uncounted == 0


def ended(seed: int) -> list[CallRecord]:
    return [replace(one, caller_number="", state=State.ENDED) for one in records(seed, 20)]


async def test_calls_of_which_no_figures_can_be_made_stop_no_other(place, database, store, keeper, reports):
    calls = ended(9)
    bad = calls[3 : 3 + len(SPOILT)]
    await keeper.progress.begin()
    await saved(store, calls)
    for one, how in zip(bad, SPOILT, strict=True):
        await spoil(place, one.call_id, how)
    for _ in range(2):
        with capture_logs() as logs:
            assert not await keeper.catch_up()
        told = {(one["event"], one["call_id"]) for one in logs}
        assert told == {("call_set_aside", one.call_id) for one in bad}
        await counted(reports, calls, bad)
        await keeper.progress.begin(again=True)
    count = SetAsideCount(database)
    await count.look()
    assert count.counts == {Work.FIGURES: len(bad), Work.RECOVERY: 0, Work.CALLBACKS: 0}


async def test_a_call_with_figures_again_is_set_aside_no_more(place, store, keeper, reports):
    calls = ended(10)
    await keeper.progress.begin()
    await saved(store, calls)
    await spoil(place, calls[0].call_id, "waited = 1e300")
    await keeper.catch_up()
    await saved(store, calls)
    await keeper.catch_up()
    assert select(place, "SELECT * FROM set_aside") == []
    await counted(reports, calls, [])


async def test_facts_that_the_database_refuses_stop_no_other(place, store, keeper, reports, monkeypatch):
    calls = ended(11)

    def refused(record, *arguments):
        made = fact_rows(record, *arguments)
        return [*made, *made] if record == calls[5] else made  # the same key twice

    monkeypatch.setattr("ccd.store.report_making.fact_rows", refused)
    await keeper.progress.begin()
    await saved(store, calls)
    await keeper.catch_up()
    await counted(reports, calls, [calls[5]])
    assert select(place, "SELECT call_id FROM set_aside") == [(calls[5].call_id,)]


async def test_a_newer_ccd_tries_again(place, database, store, keeper, reports, monkeypatch):
    calls = ended(12)
    with monkeypatch.context() as older:
        older.setattr(set_aside, "VERSION", "0.0.1")
        older.setattr("ccd.store.report_making.facts", lambda *_: 1 / 0)
        await keeper.progress.begin()
        await saved(store, calls)
        await keeper.catch_up()
    assert select(place, "SELECT count(*) FROM set_aside") == [(len(calls),)]
    await set_aside.again_in_figures(database)
    await keeper.catch_up()
    assert select(place, "SELECT count(*) FROM set_aside") == [(0,)]
    await counted(reports, calls, [])
