"""Orders: nothing twice, nothing lost, whatever answer is lost and whenever ccd dies."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from structlog.testing import capture_logs

from ccd.bookings import placing
from ccd.bookings.journal import KeyUsedError
from ccd.bookings.owner import Owner
from ccd.bookings.placing import Bookings
from ccd.directory.booking import NotBookedError, NotReachedError, Order, UnsureError
from ccd.directory.model import DirectoryError, Visit
from ccd.directory.orders import OrderKind, OrderState, Placed, Why
from tests.fakes.booking import NOON, FakeJournal, FakeSchedule

LATE = 30


def wish(key: str = "k", slot_id: str = "s1", **fields: Any) -> Placed:
    known: dict[str, Any] = {
        "kind": OrderKind.BOOK, "source": "mis", "known_as": "17", "patient_id": "mis:17",
        "number": "+79161234567", "user": "anna", "asked_at": NOON,
    }  # fmt: skip
    return Placed(key=key, slot_id=slot_id, **(known | fields))


class Clinic:
    """A schedule, a journal, and one ccd after the other."""

    def __init__(self) -> None:
        self.schedule, self.journal, self.now = FakeSchedule(), FakeJournal(), NOON
        self.changed: list[Placed] = []
        self.start()

    def start(self) -> None:
        """Ccd begins anew; of the last one only the journal is left."""
        self.bookings = Bookings(
            [Owner(self.schedule, late=LATE)],
            self.journal,
            clock=lambda: self.now,
            changed=self.changed.append,
            patience=0.01,
            outages=(ConnectionError,),
        )

    async def later(self, seconds: float = LATE + 1) -> None:
        self.now += timedelta(seconds=seconds)
        await self.bookings.settle()


@pytest.fixture
def clinic() -> Clinic:
    return Clinic()


async def test_a_visit_is_booked_and_told(clinic: Clinic) -> None:
    placed = await clinic.bookings.place(wish())
    assert (placed.state, placed.made) == (OrderState.DONE, clinic.schedule.made["k"])
    assert clinic.journal.orders["k"] == placed
    assert clinic.changed == [placed]


async def test_the_order_is_written_before_the_source_is_asked(clinic: Clinic) -> None:
    clinic.journal.down = True
    with pytest.raises(OSError, match="disk"):
        await clinic.bookings.place(wish())
    assert clinic.schedule.asked == []


async def test_a_taken_slot_is_refused(clinic: Clinic) -> None:
    await clinic.bookings.place(wish())
    placed = await clinic.bookings.place(wish("k2"))
    assert (placed.state, placed.why) == (OrderState.REFUSED, Why.TAKEN)
    assert len(clinic.changed) == 1


async def test_the_same_order_again_is_placed_once(clinic: Clinic) -> None:
    first, again = await asyncio.gather(clinic.bookings.place(wish()), clinic.bookings.place(wish()))
    assert (first, clinic.schedule.asked) == (again, ["k"])
    with pytest.raises(KeyUsedError):
        await clinic.bookings.place(wish(slot_id="s2"))


async def test_an_order_that_has_just_been_written_is_not_taken_for_a_lost_one(clinic: Clinic) -> None:
    written, told = asyncio.Event(), asyncio.Event()
    add = clinic.journal.add

    async def add_slowly(placed: Placed) -> bool:
        added = await add(placed)
        written.set()
        await told.wait()
        return added

    clinic.journal.add = add_slowly  # type: ignore[method-assign]
    placing = asyncio.create_task(clinic.bookings.place(wish()))
    await written.wait()
    await clinic.later()  # the source says truly that it did nothing
    told.set()
    assert (await placing).state is OrderState.DONE
    assert clinic.journal.orders["k"].made == clinic.schedule.made["k"]


@pytest.mark.parametrize(("lost", "state"), [("before", OrderState.REFUSED), ("after", OrderState.DONE)])
async def test_a_lost_answer_is_found_out(clinic: Clinic, lost: str, state: OrderState) -> None:
    clinic.schedule.lose = lost
    assert (await clinic.bookings.place(wish())).state is OrderState.UNSURE
    await clinic.later()
    assert clinic.journal.orders["k"].state is state
    assert len(clinic.changed) == (state is OrderState.DONE)
    assert clinic.schedule.asked == ["k"]


async def test_i_did_not_counts_only_when_it_cannot_be_late(clinic: Clinic) -> None:
    clinic.schedule.lose = "before"
    await clinic.bookings.place(wish())
    await clinic.later(LATE - 10)
    assert clinic.journal.orders["k"].open


async def test_who_asks_a_source_that_is_down_is_told_at_once_that_nothing_was_done(clinic: Clinic) -> None:
    made = (await clinic.bookings.place(wish())).made
    assert made is not None
    clinic.schedule.refusal = NotReachedError("down")
    for order in (wish("b", "s2"), wish("c", "", kind=OrderKind.CANCEL, visit_id=made.visit_id)):
        placed = await clinic.bookings.place(order)
        assert (placed.state, placed.why) == (OrderState.REFUSED, Why.REFUSED)


@pytest.mark.parametrize("kind", [NotBookedError, UnsureError, DirectoryError])
async def test_what_a_source_says_of_an_order_shows_no_telephone_numbers(
    clinic: Clinic, kind: type[Exception]
) -> None:
    async def fail(*_asked: object) -> Visit:
        raise kind("+79161234567 8 (916) 123-45-67" + "!" * 10_000)

    clinic.schedule.book = clinic.schedule.booked = fail  # type: ignore[assignment, method-assign]
    with capture_logs() as logs:
        await clinic.bookings.place(wish())
        await clinic.later()
    assert logs
    assert "123" not in str(logs)
    assert len(str(logs)) < 2_000


NO_VISIT = [
    None,
    "booked",
    Visit(starts_at=NOON.replace(tzinfo=None), doctor="", specialty="", place="", status="booked"),
]


@pytest.mark.parametrize("answer", NO_VISIT)
async def test_what_is_no_visit_is_not_taken_for_one(clinic: Clinic, answer: Any) -> None:
    async def book(_order: Order) -> Any:
        return answer

    clinic.schedule.book = book  # type: ignore[assignment, method-assign]
    assert (await clinic.bookings.place(wish())).state is OrderState.UNSURE
    clinic.schedule.made["k"] = answer
    await clinic.later()
    assert clinic.journal.orders["k"].state is (OrderState.REFUSED if answer is None else OrderState.UNSURE)


async def test_a_slow_source_has_its_time_after_ccd_gave_up_or_was_killed(clinic: Clinic) -> None:
    async def book(order: Order) -> Visit:
        clinic.now += timedelta(seconds=60)
        raise UnsureError(order.key)

    clinic.schedule.book = book  # type: ignore[method-assign]
    await clinic.bookings.place(wish())
    await clinic.bookings.settle()
    assert clinic.journal.orders["k"].open
    clinic.now += timedelta(seconds=60)
    clinic.start()
    await clinic.bookings.settle()
    assert clinic.journal.orders["k"].open
    await clinic.later()
    assert clinic.journal.orders["k"].why == Why.LOST


async def test_a_source_that_is_silent_is_waited_for_in_the_background(clinic: Clinic) -> None:
    clinic.schedule.lose = "hang"
    assert (await clinic.bookings.place(wish())).state is OrderState.UNSURE
    clinic.start()
    await clinic.later(1)
    assert clinic.journal.orders["k"].state is OrderState.DONE


async def test_a_source_that_is_down_is_asked_again(clinic: Clinic) -> None:
    clinic.schedule.lose, clinic.schedule.down = "after", True
    await clinic.bookings.place(wish())
    await clinic.later()
    assert clinic.journal.orders["k"].open
    clinic.schedule.down = False
    await clinic.later()
    assert clinic.journal.orders["k"].state is OrderState.DONE


async def test_a_journal_that_is_away_is_told_once_and_asked_again(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placing, "BEAT", 0)
    away, asked = [ConnectionError("away")] * 3, asyncio.Event()

    async def open_orders() -> list[Placed]:
        if away:
            raise away.pop()
        asked.set()
        return []

    monkeypatch.setattr(clinic.journal, "open", open_orders)
    with capture_logs() as logs:
        looking = asyncio.create_task(clinic.bookings.run())
        await asyncio.wait_for(asked.wait(), 10)
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
    assert [(entry["event"], entry["reason"]) for entry in logs] == [("orders wait", "away")]


async def test_an_outcome_that_could_not_be_written_is_found_out_again(clinic: Clinic) -> None:
    settle = clinic.journal.settle

    async def full(after: Placed) -> bool:
        raise OSError("disk full")

    clinic.journal.settle = full  # type: ignore[method-assign]
    assert (await clinic.bookings.place(wish())).state is OrderState.UNSURE
    clinic.journal.settle = settle  # type: ignore[method-assign]
    await clinic.later(1)
    assert clinic.journal.orders["k"].state is OrderState.DONE


async def test_a_cancelled_visit_whose_answer_was_lost_is_cancelled_again(clinic: Clinic) -> None:
    made = (await clinic.bookings.place(wish())).made
    assert made is not None
    clinic.schedule.lose = "before"
    cancel = wish("c", "", kind=OrderKind.CANCEL, visit_id=made.visit_id)
    assert (await clinic.bookings.place(cancel)).state is OrderState.UNSURE
    await clinic.later(1)
    assert clinic.journal.orders["c"].state is OrderState.DONE
    assert clinic.schedule.taken == {}


async def test_a_cancelled_visit_is_not_called_refused_while_its_source_is_down(clinic: Clinic) -> None:
    cancel = await cancelled_unheard(clinic)
    clinic.schedule.refusal = NotReachedError("down")
    await clinic.later()
    assert clinic.journal.orders["c"].open
    clinic.start()
    await clinic.later()
    assert clinic.journal.orders["c"].open
    clinic.schedule.refusal = None
    await clinic.later(60)
    assert clinic.journal.orders["c"].state is OrderState.DONE
    assert [one.key for one in clinic.changed] == ["k", cancel.key]


async def test_a_no_to_what_is_cancelled_again_counts_only_when_it_cannot_be_late(clinic: Clinic) -> None:
    await cancelled_unheard(clinic)
    clinic.schedule.refusal = NotBookedError("too late")
    await clinic.later(LATE - 10)
    assert clinic.journal.orders["c"].open
    await clinic.later(11)
    assert clinic.journal.orders["c"].state is OrderState.REFUSED


async def cancelled_unheard(clinic: Clinic) -> Placed:
    """The visit is cancelled, but the answer is lost."""
    made = (await clinic.bookings.place(wish())).made
    assert made is not None
    clinic.schedule.lose = "after"
    placed = await clinic.bookings.place(wish("c", "", kind=OrderKind.CANCEL, visit_id=made.visit_id))
    assert (placed.state, clinic.schedule.taken) == (OrderState.UNSURE, {})
    return placed


class Orders(RuleBasedStateMachine):
    """Bookings, moves, lost answers, deaths in any order: the schedule and the journal agree in the end."""

    def __init__(self) -> None:
        super().__init__()
        self.clinic = Clinic()
        self.count = 0

    def place(self, **fields: Any) -> None:
        self.count += 1
        asyncio.run(self.clinic.bookings.place(wish(f"k{self.count}", asked_at=self.clinic.now, **fields)))

    @rule(slot=st.sampled_from(["s1", "s2", "s3"]), patient=st.sampled_from("ab"))
    def book(self, slot: str, patient: str) -> None:
        self.place(slot_id=slot, known_as=patient)

    @rule(data=st.data(), slot=st.sampled_from(["s1", "s2", "s3"]))
    def move(self, data: st.DataObject, slot: str) -> None:
        if taken := list(self.clinic.schedule.taken.values()):
            visit_id, patient = data.draw(st.sampled_from(taken))
            self.place(kind=OrderKind.MOVE, slot_id=slot, visit_id=visit_id, known_as=patient)

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        if taken := list(self.clinic.schedule.taken.values()):
            visit_id, patient = data.draw(st.sampled_from(taken))
            self.place(kind=OrderKind.CANCEL, slot_id="", visit_id=visit_id, known_as=patient)

    @rule(lost=st.sampled_from(["before", "after", "hang", ""]))
    def lose(self, lost: str) -> None:
        self.clinic.schedule.lose = lost

    @rule(key=st.integers(1, 30))
    def again(self, key: int) -> None:
        if known := self.clinic.journal.orders.get(f"k{key}"):
            asked = len(self.clinic.schedule.asked)
            asyncio.run(self.clinic.bookings.place(known))
            assert len(self.clinic.schedule.asked) == asked

    @rule()
    def die(self) -> None:
        self.clinic.start()

    @rule()
    def settle(self) -> None:
        asyncio.run(self.clinic.later())

    @invariant()
    def what_is_said_to_be_done_is_done(self) -> None:
        for placed in self.clinic.journal.orders.values():
            if placed.kind is not OrderKind.CANCEL and not placed.open:
                assert (placed.state is OrderState.DONE) == (placed.key in self.clinic.schedule.made)

    def teardown(self) -> None:
        self.clinic.schedule.lose = ""
        self.clinic.start()
        asyncio.run(self.clinic.later())
        assert not [one for one in self.clinic.journal.orders.values() if one.open]
        self.what_is_said_to_be_done_is_done()


TestOrders = Orders.TestCase
TestOrders.settings = settings(max_examples=25, stateful_step_count=15, deadline=None)
