"""The journal on disk: what was written comes back, an outcome is final, each order has its audit row."""

from dataclasses import replace
from pathlib import Path

from ccd.directory.model import Visit
from ccd.directory.orders import OrderKind, Why, done, refused, unsure
from ccd.store.audit import Audit
from ccd.store.database import Database
from ccd.store.orders import OrderStore
from tests.unit.store.other_process import select
from tests.unit.store.samples import NOON
from tests.unit.test_bookings import wish

MADE = Visit(starts_at=NOON, doctor="Ким\0", specialty="", place="", status="booked", visit_id="v")


async def test_an_order_comes_back(database: Database) -> None:
    store, placed = OrderStore(database), wish(phone="PJSIP/101", call_id="1.1")
    assert await store.add(placed)
    assert not await store.add(replace(placed, slot_id="s2"))
    assert (await store.get("k"), await store.open(), await store.get("x")) == (placed, [placed], None)


async def test_an_outcome_is_final(database: Database) -> None:
    store = OrderStore(database)
    await store.add(wish())
    assert await store.settle(unsure(wish()))
    after = done(wish(), MADE, NOON)
    assert await store.settle(after)
    assert not await store.settle(refused(wish(), Why.LOST, NOON))
    found = await store.get("k")
    assert (found, await store.open()) == (after, [])
    assert found
    assert found.made
    assert found.made.visit_id == "v"


async def test_each_order_and_what_it_did_are_in_the_trail_once(database: Database, path: Path) -> None:
    store = OrderStore(database)
    for kind in OrderKind:
        await store.add(wish(kind.value, kind=kind))
        await store.add(wish(kind.value, kind=kind))
    assert [row[0] for row in select(path, "SELECT action FROM audit")] == ["visit-ordered"] * 3
    for kind in OrderKind:
        placed = wish(kind.value, kind=kind)
        await store.settle(done(placed, None, NOON))
        await store.settle(done(placed, None, NOON))
    entries = await Audit(database).entries(patient_ids=["mis:17"])
    done_now = {"visit-booked", "visit-moved", "visit-cancelled"}
    assert {one.action for one in entries} == {"visit-ordered"} | done_now
    assert select(path, "SELECT count(*) FROM audit") == [(6,)]


async def test_the_call_in_which_a_visit_was_booked_is_counted_anew(database: Database, path: Path) -> None:
    store = OrderStore(database)
    for after in (refused(wish(call_id="1.1"), Why.TAKEN, NOON), done(wish("k2", call_id="1.2"), MADE, NOON)):
        await store.add(wish(after.key, call_id=after.call_id))
        await store.settle(after)
    assert select(path, "SELECT call_id FROM report_changes") == [("1.2",)]


async def test_an_order_that_was_refused_is_no_booking_in_the_trail(database: Database) -> None:
    store = OrderStore(database)
    await store.add(wish())
    await store.settle(refused(wish(), Why.TAKEN, NOON))
    assert [entry.action for entry in await Audit(database).entries(patient_ids=["mis:17"])] == [
        "visit-ordered"
    ]
