"""The buffer between reader and handler: order, bound, gaps declared."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from ccd.ami import intake as module
from ccd.ami.intake import BATCH, Intake
from ccd.calls.events import AsteriskEvent, Held, LinkLost, Resynchronised
from ccd.calls.ids import LinkedId, UniqueId
from ccd.calls.snapshot import Snapshot

NOW = datetime.now(UTC)
SNAPSHOT = Snapshot(at=NOW, channels=(), waiting=(), members=())
FIRST = Resynchronised(at=NOW, snapshot=SNAPSHOT)
LOST = LinkLost(at=NOW)


def event(number: int) -> Held:
    return Held(at=NOW, linked_id=LinkedId("1"), unique_id=UniqueId(str(number)))


class Handler:
    """Whoever gets the events; ``fails`` on some."""

    def __init__(self, limit: int = 1_000) -> None:
        self.got: list[AsteriskEvent] = []
        self.gaps = 0
        self.intake = Intake(self.deliver, limit, self.on_gap)

    def deliver(self, event: AsteriskEvent) -> None:
        self.got.append(event)
        if isinstance(event, Held) and event.unique_id == "13":
            raise ValueError("a bug in the handler")

    def on_gap(self) -> None:
        self.gaps += 1

    def put(self, *numbers: int) -> None:
        for number in numbers:
            self.intake.put(event(number))

    async def settle(self) -> None:
        for _ in range(100):
            await asyncio.sleep(0)


@pytest.fixture(autouse=True)
def however_slow_the_machine_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine may take a whole slice for one event; tests of slices and lateness set their own."""
    monkeypatch.setattr(module, "SLICE", 3600)
    monkeypatch.setattr(module, "LATE", 3600)


@pytest.fixture
async def live() -> Handler:
    handler = Handler()
    await handler.intake.hold()
    handler.intake.release(FIRST)
    assert handler.got == [FIRST]
    handler.got.clear()
    return handler


async def test_an_event_is_delivered_in_the_turn_that_read_it(live: Handler):
    live.put(1)
    live.intake.drain()
    assert live.got == [event(1)]


async def test_the_snapshot_comes_first_and_held_events_after_it():
    handler = Handler()
    await handler.intake.hold()
    handler.put(1, 2)
    handler.intake.drain()
    assert handler.got == []
    assert handler.intake.release(FIRST)
    assert handler.got == [FIRST, event(1), event(2)]


async def test_a_turn_delivers_one_batch_and_the_loop_runs_between(
    live: Handler,
):
    live.put(*range(100, 100 + BATCH * 2 + 1))
    live.intake.drain()
    seen = [len(live.got)]
    live.intake.drain()
    while len(live.got) < BATCH * 2 + 1:
        await asyncio.sleep(0)
        seen.append(len(live.got))
    assert seen == [BATCH, BATCH * 2, BATCH * 2 + 1]
    assert live.got == [event(number) for number in range(100, 100 + BATCH * 2 + 1)]


async def test_a_slow_handler_gives_the_loop_back_before_the_batch_is_over(
    live: Handler,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(module, "SLICE", -1)
    live.put(1, 2, 3)
    live.intake.drain()
    assert len(live.got) == 1
    await live.settle()
    assert len(live.got) == 3


async def test_a_raising_handler_is_logged_and_stops_nothing(live: Handler):
    live.put(13, 14)
    with capture_logs() as logs:
        live.intake.drain()
    assert live.got == [event(13), event(14)]
    assert [(log["event"], log["exc_info"]) for log in logs] == [("ami_delivery_failed", True)]


async def test_overflow_is_a_gap_declared_once_and_closed_by_a_snapshot():
    handler = Handler(limit=3)
    await handler.intake.hold()
    handler.intake.release(FIRST)
    with capture_logs() as logs:
        handler.put(1, 2, 3, 4, 5)
    assert (handler.gaps, handler.intake.gaps, handler.intake.dropped) == (1, 1, 2)
    assert [(log["event"], log["log_level"]) for log in logs] == [("ami_gap", "error")]
    handler.intake.drain()
    await handler.intake.hold()
    handler.put(6)
    assert handler.intake.release(FIRST)
    await handler.settle()
    assert handler.got == [FIRST, event(1), event(2), event(3), FIRST, event(6)]


async def test_overflow_while_the_snapshot_is_taken_makes_it_useless():
    handler = Handler(limit=2)
    await handler.intake.hold()
    handler.put(1, 2, 3)
    assert not handler.intake.release(FIRST)
    await handler.intake.hold()
    handler.put(4)
    assert handler.intake.release(FIRST)
    assert handler.got == [FIRST, event(4)]
    assert handler.gaps == 1


async def test_after_a_gap_the_backlog_goes_first(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "SLICE", -1)
    handler = Handler(limit=3)
    await handler.intake.hold()
    handler.intake.release(FIRST)
    handler.put(1, 2, 3, 4)
    handler.intake.drain()
    await handler.intake.hold()
    assert handler.got == [FIRST, event(1), event(2), event(3)]


async def test_the_loss_of_the_link_comes_after_what_was_heard_before(live: Handler):
    live.put(1)
    live.intake.lost(LOST)
    live.put(2)
    live.intake.drain()
    assert live.got == [event(1), LOST]


async def test_a_link_that_was_never_in_step_is_not_lost():
    handler = Handler()
    handler.intake.lost(LOST)
    handler.put(1)
    handler.intake.lost(LOST)
    assert handler.got == []


async def test_flush_delivers_what_is_ready(live: Handler):
    live.put(1, 2)
    live.intake.flush()
    assert live.got == [event(1), event(2)]


async def test_late_events_are_measured_and_warned_of_once(live: Handler, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "LATE", 8)
    fresh = Held(at=datetime.now(UTC), linked_id=LinkedId("1"), unique_id=UniqueId("1"))
    old = replace(fresh, at=fresh.at - timedelta(seconds=9))
    with capture_logs() as logs:
        for found in (fresh, old, old, old):
            live.intake.put(found)
            live.intake.drain()
    assert live.intake.lag >= 9
    assert [log["event"] for log in logs] == ["ami_events_late"]
