"""What the database did not take is there after the next start."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from ccd.calls.record import State
from ccd.store.calls import CallStore
from ccd.store.spool import Spool
from tests.unit.store.conftest import kept, running
from tests.unit.store.samples import ENDED, NOON, call

ANY = call("any", caller_name="'; \0\udcff␛\u2028\n", arrived_at=None, noted_at=NOON, hangup_cause=2**40)


@pytest.fixture
def spool(path: Path) -> Spool:
    return Spool(path)


async def given_back(spool: Spool, store: CallStore) -> None:
    await spool.give_back(store)
    async with running(store):
        await spool.settle(store)


async def test_records_come_back_as_they_were(store: CallStore, spool: Spool) -> None:
    spool.keep([ENDED, ANY])
    assert stat.S_IMODE(spool.path.stat().st_mode) == 0o600
    await given_back(spool, store)
    assert not spool.path.exists()
    assert [await kept(store), await kept(store, "any")] == [ENDED, ANY]


async def test_the_last_word_of_several_stops_counts(store: CallStore, spool: Spool) -> None:
    spool.keep([call(state=State.WAITING), call("2.1")])
    spool.keep([call(state=State.OFFERED)])
    await given_back(spool, store)
    assert {record.call_id: record.state for record in await store.calls()} == {
        "1.1": State.OFFERED,
        "2.1": State.ARRIVED,
    }


@pytest.mark.parametrize(
    ("row", "record", "stays"),
    [
        (ENDED, call(state=State.WAITING), True),
        (ENDED, replace(ENDED, segments=()), True),
        (ENDED, replace(ENDED, talked=60.0), False),
        (call(), ENDED, False),
    ],
)
async def test_only_what_is_newer_is_written(store: CallStore, spool: Spool, row, record, stays) -> None:
    async with running(store):
        store.save(row)
        assert await store.flush(10)
    spool.keep([record])
    await given_back(spool, store)
    assert await kept(store) == (row if stays else record)


async def test_what_ccd_heard_meanwhile_is_newer(store: CallStore, spool: Spool) -> None:
    spool.keep([call()])
    store.save(ENDED)
    await given_back(spool, store)
    assert await kept(store) == ENDED


async def test_a_line_cut_off_costs_no_other(store: CallStore, spool: Spool) -> None:
    spool.keep([call("1.0"), call()])
    spool.path.write_bytes(spool.path.read_bytes()[:-10])
    spool.keep([ENDED])
    with capture_logs() as logs:
        await given_back(spool, store)
    assert {record.call_id for record in await store.calls()} == {"1.0", "1.1"}
    assert [entry["event"] for entry in logs] == ["kept_call_unreadable", "kept_calls_written"]


def test_a_spool_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with capture_logs() as logs:
        Spool(tmp_path / "missing" / "ccd.db").keep([ENDED])
    assert [(entry["event"], entry["count"]) for entry in logs] == [("calls_lost", 1)]


def test_nothing_waiting_makes_no_file(spool: Spool) -> None:
    spool.keep([])
    assert not spool.path.exists()
