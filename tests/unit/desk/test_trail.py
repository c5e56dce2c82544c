"""The audit trail is written in order, and nothing is lost while the disk refuses."""

import asyncio

from ccd.desk import trail as module
from ccd.desk.trail import Trail
from ccd.people import AuditEntry
from tests.unit.desk.fakes import FakeAudit
from tests.unit.desk.samples import ANNA, MARIA, NOW, Story, caller, past


def entry(number: int) -> AuditEntry:
    return AuditEntry(at=NOW, user=str(number), action="card")


async def test_it_waits_for_the_disk(monkeypatch):
    monkeypatch.setattr(module, "_RETRY", 0.001)
    audit = FakeAudit(failing=True)
    trail = Trail(audit)
    writing = asyncio.create_task(trail.run())
    trail.note(entry(1))
    trail.note(entry(2))
    assert not await trail.flush()
    audit.failing = False
    async with asyncio.timeout(10):
        while len(audit.entries) < 2:
            await asyncio.sleep(0.001)
    writing.cancel()
    assert [one.user for one in audit.entries] == ["1", "2"]


async def test_what_is_noted_while_others_are_written_is_written_too(monkeypatch):
    audit = FakeAudit()
    trail, append = Trail(audit), audit.append

    async def slowly(*entries):
        if not audit.entries:
            trail.note(entry(2))
        await append(*entries)

    monkeypatch.setattr(audit, "append", slowly)
    trail.note(entry(1))
    assert await trail.flush()
    assert [one.user for one in audit.entries] == ["1", "2"]


async def test_its_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(module, "_BACKLOG", 2)
    monkeypatch.setattr(module, "_REMEMBERED", 1)
    audit = FakeAudit()
    trail = Trail(audit)
    for number in range(3):
        trail.note(entry(number))
    await trail.flush()
    assert len(audit.entries) == 2
    for call_id in ("a", "b", "a"):
        trail.seen("anna", Story(call_id=call_id, who=caller(MARIA)).ringing())
    await trail.flush()
    assert [one.call_id for one in audit.entries[2:]] == ["a", "b"]


async def test_a_list_counts_each_patient_once_a_day():
    audit = FakeAudit()
    trail = Trail(audit)
    calls = [past(1, patient_ids=("p1",)), past(2, patient_ids=("p1", "p2")), past(3)]
    for some in (calls[:1], calls, calls, []):
        trail.listed("anna", "today", ANNA, some)
    trail.listed("oleg", "today", ANNA, calls[:1])
    await trail.flush()
    assert [(one.user, one.patient_ids) for one in audit.entries] == [
        ("anna", ("p1",)),
        ("anna", ("p2",)),
        ("oleg", ("p1",)),
    ]
