"""Reading calls back, and the notes that belong to people, not to the call's states."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.event import listen
from structlog.testing import capture_logs

from ccd.calls.ids import LinkedId, Phone, QueueName, UniqueId
from ccd.calls.record import CallRecord, Segment, SegmentKind, State
from ccd.ports.calls import CallArchive, CallSaver, Note
from ccd.settings.database import Place
from ccd.store.calls import CallStore
from ccd.store.database import Database
from ccd.store.errors import StoreError
from tests.unit.store.conftest import kept, running
from tests.unit.store.other_process import execute, locked, select
from tests.unit.store.samples import ENDED, NOON, call

NOTE = Note(
    call_id=LinkedId("1.1"), topic="booking", note="Перенести\n'; DROP TABLE calls; --", by="anna", at=NOON
)


async def save(store: CallStore, *records: CallRecord) -> None:
    async with running(store):
        for record in records:
            store.save(record)
        assert await store.flush(10)


def noted(record: CallRecord | None) -> tuple[str, ...]:
    assert record
    return (record.topic, record.note, record.noted_by)


async def test_more_calls_are_asked_for_than_an_engine_takes_at_once(store: CallStore) -> None:
    await save(store, ENDED)
    asked = [f"{number}.1" for number in range(40_000)]
    assert [record.call_id for record in await store.known([*asked, ENDED.call_id])] == [ENDED.call_id]


@pytest.mark.parametrize("how", ["segments = '[{}]'", "disposition = 'sideways'"])
async def test_a_row_that_was_spoilt_hides_no_other_and_is_told_once(
    place: Place, store: CallStore, how: str
) -> None:
    waiting = [call(call_id=LinkedId(f"{number}.1")) for number in range(3)]
    await save(store, *waiting)
    await asyncio.to_thread(execute, place, f"UPDATE calls SET {how} WHERE call_id = '1.1'")
    with capture_logs() as logs:
        assert {one.call_id for one in await store.open_calls()} == {"0.1", "2.1"}
        assert [one.call_id for one in await store.known(["1.1", "2.1"])] == ["2.1"]
    assert [(one["event"], one["call_id"]) for one in logs] == [("call_unreadable", "1.1")]
    assert [*await store.spoilt(["1.1", "9.9"])] == ["1.1"]


async def test_who_listens_is_told_of_every_state_or_of_those_after_the_end(store: CallStore) -> None:
    every, ended = list[CallRecord](), list[CallRecord]()
    store.listen(every.append)
    store.listen(ended.append, ended=True)
    begun, over = call("1.1"), call("1.1", state=State.ENDED)
    store.save(begun)
    store.tell([over])
    assert (every, ended) == ([begun, over], [over])


async def test_it_is_what_the_ports_ask_for(store: CallStore) -> None:
    saver: CallSaver = store
    archive: CallArchive = store
    async with running(store):
        saver.save(ENDED)
        assert await archive.annotate(NOTE)


async def test_the_newest_calls_come_first_and_can_be_narrowed(store: CallStore) -> None:
    await save(
        store,
        call("1", phone=Phone("PJSIP/101")),
        call("2", arrived_at=NOON + timedelta(hours=1), caller_number="8 916 123-45-67"),
        call("3", arrived_at=NOON + timedelta(hours=2), caller_number="anonymous"),
        call("4", arrived_at=NOON - timedelta(hours=1), caller_number="+74951234567"),
    )

    async def ids(**wanted) -> list[str]:
        return [record.call_id for record in await store.calls(**wanted)]

    assert await ids() == ["3", "2", "1", "4"]
    assert await ids(limit=2) == ["3", "2"]
    assert await ids(since=NOON) == ["3", "2", "1"]
    assert await ids(number="9161234567") == ["2", "1"]
    assert await ids(number="+7 916 123 45 67", phone=Phone("PJSIP/101")) == ["1"]
    assert await ids(number="anonymous") == ["3"]
    assert await ids(number="nobody") == []
    assert await kept(store, "5") is None


async def test_a_call_of_unknown_arrival_stands_where_it_was_first_saved(database: Database) -> None:
    times = iter([NOON, NOON + timedelta(hours=9)])
    store = CallStore(database, now=lambda: next(times))
    unknown = call("0", arrived_at=None)
    await save(store, unknown)
    await save(store, call("1", arrived_at=NOON - timedelta(minutes=1)), unknown)
    assert [record.call_id for record in await store.calls()] == ["0", "1"]
    assert await kept(store, "0") == unknown


def talk(phone: str, kind: SegmentKind = SegmentKind.TALKING) -> Segment:
    return Segment(kind=kind, queue=QueueName("operators"), phone=Phone(phone), began_at=NOON)


async def test_a_call_belongs_to_every_phone_that_talked(store: CallStore, path: Path) -> None:
    offered, first, second = talk("C", SegmentKind.OFFERED), talk("A"), talk("B")
    passed_on = call("1", phone=Phone("B"), segments=(offered, first, second))
    await save(store, call("1", phone=Phone("A"), segments=(offered, first)), call("2", arrived_at=None))
    await save(store, passed_on, replace(passed_on, state=State.ENDED))
    await save(store, call("3", phone=Phone("A"), arrived_at=NOON + timedelta(1), segments=(first,)))

    async def ids(phone: str, **wanted) -> list[str]:
        return [record.call_id for record in await store.calls(phone=Phone(phone), **wanted)]

    assert await ids("A") == ["3", "1"]
    assert await ids("A", limit=1) == ["3"]
    assert await ids("A", since=NOON + timedelta(hours=1)) == ["3"]
    assert await ids("B") == ["1"]
    assert await ids("C") == []
    assert len(select(path, "SELECT * FROM call_phones")) == 3


async def test_the_calls_of_a_phone_are_found_by_index(path: Path, database: Database) -> None:
    statements: list[str] = []
    listen(database._readers.sync_engine, "before_cursor_execute", lambda *said: statements.append(said[2]))
    await CallStore(database).calls(phone=Phone("A"), since=NOON)
    plan = select(path, "EXPLAIN QUERY PLAN " + re.sub(r"\?", "''", statements[-1]))
    assert "ix_call_phones_phone_listed_at (phone=? AND listed_at>?)" in str(plan)
    assert "B-TREE" not in str(plan)


async def test_open_calls_are_those_not_ended_oldest_first(store: CallStore) -> None:
    await save(store, ENDED, call("3", arrived_at=NOON + timedelta(1)), call("2", state=State.HELD))
    assert [record.call_id for record in await store.open_calls()] == ["2", "3"]


async def test_another_connection_reads_while_one_writes(store: CallStore, path: Path) -> None:
    await save(store, ENDED)
    other = await Database.open(path)
    with locked(path):
        assert await CallStore(other).calls() == [ENDED]
    await other.close()


async def test_a_note_survives_every_later_state(store: CallStore) -> None:
    async with running(store):
        store.save(call())
        await store.flush(10)
        assert await store.annotate(NOTE)
        store.save(ENDED)
        await store.flush(10)
    assert await kept(store) == replace(
        ENDED, topic=NOTE.topic, note=NOTE.note, noted_by=NOTE.by, noted_at=NOON
    )


async def test_a_note_after_the_end_replaces_the_one_before(store: CallStore) -> None:
    await save(store, ENDED)
    assert await store.annotate(NOTE)
    assert await store.annotate(Note(call_id=NOTE.call_id, topic="", note="иначе", by="olga", at=NOON))
    assert noted(await kept(store)) == ("", "иначе", "olga")


async def test_every_change_is_kept_with_who_and_when(store: CallStore) -> None:
    await save(store, ENDED)
    later = replace(NOTE, topic="", outcome="booked", by="olga", at=NOON + timedelta(minutes=1))
    assert await store.annotate(NOTE)
    assert await store.annotate(NOTE)
    assert await store.annotate(later)
    assert await store.annotate(replace(later, outcome=None))
    found = [(one.field, one.before, one.after, one.by, one.at) for one in await store.edits([NOTE.call_id])]
    assert found == [
        ("topic", "", NOTE.topic, NOTE.by, NOTE.at),
        ("note", "", NOTE.note, NOTE.by, NOTE.at),
        ("topic", NOTE.topic, "", "olga", later.at),
        ("outcome", "", "booked", "olga", later.at),
    ]
    record = await kept(store)
    assert record is not None
    assert (record.topic, record.outcome, record.noted_by) == ("", "booked", "olga")
    assert await store.edits([LinkedId("another")]) == []


async def test_an_old_note_in_a_resumed_record_does_not_overwrite_a_newer_one(store: CallStore) -> None:
    await save(store, call(topic="old", note="old", noted_by="old", noted_at=NOON))
    (resumed,) = await store.open_calls()
    assert noted(resumed) == ("old", "old", "old")
    assert await store.annotate(NOTE)
    await save(store, resumed)
    assert noted(await kept(store)) == (NOTE.topic, NOTE.note, NOTE.by)


async def test_a_note_waits_for_the_first_state_of_its_call(store: CallStore) -> None:
    store.save(call())
    annotating = asyncio.create_task(store.annotate(NOTE))
    async with running(store):
        assert await annotating
    assert noted(await kept(store)) == (NOTE.topic, NOTE.note, NOTE.by)


async def test_a_first_state_written_right_after_the_note_looked_is_not_missed(
    store: CallStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    annotate = store._annotate

    async def annotate_then_written(note: Note) -> bool:
        done = await annotate(note)
        assert await store.flush(10)
        return done

    monkeypatch.setattr(store, "_annotate", annotate_then_written)
    store.save(call())
    annotating = asyncio.create_task(store.annotate(NOTE))
    await asyncio.sleep(0)
    async with running(store):
        assert await annotating
    assert noted(await kept(store)) == (NOTE.topic, NOTE.note, NOTE.by)


async def test_notes_and_states_at_once_lose_neither(store: CallStore) -> None:
    async with running(store):
        for number in range(30):
            call_id = f"{number}"
            store.save(call(call_id))
            note = Note(call_id=LinkedId(call_id), topic="t", note=call_id, by="anna", at=NOON)
            annotating = asyncio.create_task(store.annotate(note))
            store.save(call(call_id, state=State.ENDED))
            assert await annotating
        await store.flush(10)
    records = await store.calls()
    assert {(record.state, record.note) for record in records} == {(State.ENDED, f"{n}") for n in range(30)}


async def test_a_note_on_no_call_is_told(store: CallStore) -> None:
    assert not await store.annotate(NOTE)


async def test_a_note_that_cannot_be_durable_is_an_error_and_not_written(path: Path) -> None:
    impatient = Database(path, patience=0.1)
    store = CallStore(impatient)
    await save(store, ENDED)
    with locked(path), pytest.raises(StoreError, match="locked"):
        await store.annotate(NOTE)
    store.save(call("2"))
    with pytest.raises(StoreError, match="not written yet"):
        await store.annotate(replace(NOTE, call_id=LinkedId("2")))
    assert noted(await kept(store)) == ("", "", "")
    await impatient.close()


async def test_writes_in_one_process_take_turns(database: Database) -> None:
    async with database.writing():
        with pytest.raises(StoreError, match="another write"):
            async with database.writing(0.0):
                pass
    async with database.writing(0.0):
        pass


async def test_a_call_is_found_by_its_callers_channel(store: CallStore) -> None:
    await save(store, call("1", caller_leg=UniqueId("1.7")), call("2", caller_leg=UniqueId("1.8")))
    found = await store.of_channel(LinkedId("1.8"))
    assert found is not None
    assert found.call_id == "2"
    assert await store.of_channel(LinkedId("1.9")) is None
