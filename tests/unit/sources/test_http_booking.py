"""Booking through a clinic's HTTP service: done, surely not done, or nobody knows."""

import asyncio
import gzip
import json
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import pytest

from ccd.directory.booking import (
    NotBookedError,
    NotReachedError,
    Order,
    SlotQuery,
    SlotTakenError,
    UnsureError,
)
from ccd.directory.model import DirectoryError
from ccd.settings.source_http import HttpSettings
from ccd.sources.http_booking import HttpBooking
from tests.testbed.http_manners import Manner
from tests.testbed.http_messages import Asked, Reply
from tests.testbed.http_source import HttpSource
from tests.unit.sources.http_world import booking, written

VISIT = {"id": "v1", "at": "2026-11-21T10:00:00+03:00", "state": "booked"}
OF_VISIT = {"starts_at": "at", "status": "state", "visit_id": "id"}
ORDER = Order(key="k1", slot_id="s/1", patient_id="17", comment="№ 5")
DAY = SlotQuery(since=datetime(2026, 11, 21, tzinfo=UTC), until=datetime(2026, 11, 22, tzinfo=UTC))


def schedule(url: str, cancel: Mapping[str, Any] = MappingProxyType({}), /, **keys: Any) -> HttpSettings:
    """Settings of a service with a schedule; ``keys`` are those of ``book`` and ``move``."""
    taking = {"answer": OF_VISIT} | keys
    slot = {"slot_id": "id", "starts_at": "at", "doctor": "who", "specialty": "what"}
    of_visit = f"{url}/visits/{{visit_id}}"
    return written(
        url,
        slots={"url": f"{url}/slots?from={{since}}&to={{until}}", "answer": slot},
        book={"url": f"{url}/slots/{{slot_id}}/visit", "body": {"who": "{patient_id}", "note": "{comment}"}}
        | taking,
        move={"url": of_visit, "method": "PUT", "body": {"slot": "{slot_id}"}} | taking,
        cancel={"url": of_visit, "method": "DELETE", **cancel},
        booked={"url": f"{url}/orders/{{key}}", "nobody": 404, "answer": OF_VISIT},
    )


def status(number: int, body: Any = None, *headers: tuple[str, str]) -> Callable[[Asked], Reply]:
    written = b"" if body is None else json.dumps(body).encode()
    return lambda _asked: Reply(
        status=number, body=written, headers=(("Content-Type", "application/json"), *headers)
    )


async def test_an_order_is_sent_once_with_its_key():
    async with HttpSource(lambda _: VISIT) as service, booking(schedule(service.url)) as source:
        visit = await source.book(ORDER)
    (asked,) = service.asked
    assert (visit.visit_id, visit.starts_at) == ("v1", datetime(2026, 11, 21, 7, tzinfo=UTC))
    assert (asked.method, asked.target, asked.headers["idempotency-key"]) == (
        "POST",
        "/slots/s%2F1/visit",
        "k1",
    )
    assert json.loads(asked.body) == {"who": "17", "note": "№ 5"}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (status(409), SlotTakenError),
        (status(412, {}), SlotTakenError),
        (status(200, {"error": "TAKEN"}), SlotTakenError),
        (status(500, {"error": "TAKEN"}), SlotTakenError),
        (status(200, {"ok": False}), NotBookedError),
        (status(400), NotBookedError),
        (status(404), NotBookedError),
        (status(307, None, ("Location", "/other")), NotBookedError),
        (status(303, None, ("Location", "/other")), UnsureError),
        (status(408), UnsureError),
        (status(0, VISIT), UnsureError),
        (status(500), UnsureError),
        (status(503), UnsureError),
        (status(200, {}), UnsureError),
        (status(200, []), UnsureError),
        (status(200, [VISIT, VISIT]), UnsureError),
        (status(204), UnsureError),
        (lambda _: Reply(body=b"<html>", headers=(("Content-Type", "text/html"),)), UnsureError),
    ],
)
async def test_what_an_answer_means(answer, error):
    keys = {"taken_if": "error == 'TAKEN'", "refused_if": "ok == `false`"}
    async with HttpSource(answer) as service, booking(schedule(service.url, **keys)) as source:
        for asked in (source.book(ORDER), source.move("v1", ORDER)):
            with pytest.raises(error):
                await asked
    assert len(service.asked) == 2


_JSON = ("Content-Type", "application/json")
UNREADABLE = [
    Reply(body=b"<html>", headers=(("Content-Type", "text/html"),)),
    Reply(body=b'{"ok": tr', headers=(_JSON,)),
    Reply(body=gzip.compress(b'{"ok": true}')[:10], headers=(_JSON, ("Content-Encoding", "gzip"))),
    Reply(body=b"\x0b\x02", headers=(_JSON, ("Content-Encoding", "br"))),
]


@pytest.mark.parametrize("answer", UNREADABLE)
async def test_an_answer_that_cannot_be_read_says_neither_no_nor_taken_nor_done(answer):
    """What is not there is equal to nothing that was expected."""
    keys = {"taken_if": "slot == `null`", "refused_if": "ok != `true`"}
    async with HttpSource(lambda _: answer) as service:
        settings = schedule(service.url, {"refused_if": keys["refused_if"]}, **keys)
        async with booking(settings) as source:
            for asked in (source.book(ORDER), source.move("v1", ORDER), source.cancel("v1", "k2")):
                with pytest.raises(UnsureError):
                    await asked


async def test_a_cancellation_that_is_answered_with_nothing_is_done():
    async with (
        HttpSource(status(200)) as service,
        booking(schedule(service.url, {"refused_if": "!ok"})) as source,
    ):
        await source.cancel("v1", "k2")
    assert len(service.asked) == 1


@pytest.mark.parametrize("manner", [Manner.CUT, Manner.GARBAGE, Manner.HUGE, Manner.HUNG])
async def test_an_answer_that_was_lost_leaves_nobody_sure_and_is_not_asked_for_again(manner):
    async with HttpSource(lambda _: VISIT, manner) as service:
        settings = schedule(service.url).model_copy(update={"write_timeout": 0.2})
        async with booking(settings) as source:
            for asked in (source.book(ORDER), source.move("v1", ORDER)):
                with pytest.raises(UnsureError):
                    await asked
        assert len(service.asked) == 2


async def test_a_service_that_hangs_up_is_not_asked_twice():
    async with HttpSource(lambda _: VISIT) as service, booking(schedule(service.url)) as source:

        def hang_up(_asked: Asked) -> Any:
            raise EOFError

        service.answer = hang_up
        for asked in (source.book(ORDER), source.move("v1", ORDER), source.cancel("v1", "k2")):
            with pytest.raises(UnsureError):
                await asked
    assert [one.method for one in service.asked] == ["POST", "PUT", "DELETE"]


async def test_a_service_that_was_not_reached_changed_nothing():
    async with HttpSource(lambda _: VISIT) as service, booking(schedule(service.url)) as source:
        await service.refuse()
        for asked in (source.book(ORDER), source.move("v1", ORDER), source.cancel("v1", "k2")):
            with pytest.raises(NotReachedError, match=r"^the service cannot be reached: "):
                await asked


@pytest.fixture
def deaf() -> Iterator[str]:
    """A port on which connections are neither taken nor refused: its queue is full."""
    with socket.socket() as listening, ExitStack() as stack:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for _ in range(6):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            with suppress(BlockingIOError):
                waiting.connect(listening.getsockname())
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


async def test_who_does_not_take_the_connection_changed_nothing(deaf):
    settings = schedule(deaf).model_copy(update={"write_timeout": 0.2})
    async with booking(settings) as source:
        with pytest.raises(NotBookedError, match=r"^the service cannot be reached: no connection in time$"):
            await source.book(ORDER)


async def test_an_id_that_would_lead_elsewhere_is_not_sent():
    async with HttpSource(lambda _: VISIT) as service, booking(schedule(service.url)) as source:
        with pytest.raises(NotBookedError):
            await source.move("..", ORDER)
    assert service.asked == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (status(204), None),
        (status(200), None),
        (status(410), None),
        (status(404), NotBookedError),
        (status(500), UnsureError),
    ],
)
async def test_cancelling(answer, error):
    async with HttpSource(answer) as service, booking(schedule(service.url)) as source:
        if error is None:
            await source.cancel("v1", "k2")
        else:
            with pytest.raises(error):
                await source.cancel("v1", "k2")


async def test_what_the_settings_do_not_have_is_refused():
    settings = schedule("http://127.0.0.1:1").model_copy(update={"move": None, "cancel": None})
    async with booking(settings) as source:
        with pytest.raises(NotBookedError):
            await source.move("v1", ORDER)
        with pytest.raises(NotBookedError):
            await source.cancel("v1", "k2")


async def test_only_the_hours_that_were_asked_for_the_soonest_first():
    def slot(number: int, hours: int, what: str = "ЛОР") -> Any:
        at = (DAY.since + timedelta(hours=hours)).isoformat()
        return {"id": number, "at": at, "who": "Сидорова", "what": what}

    everything = [slot(1, 5), slot(2, -1), slot(3, 2), slot(4, 24), slot(5, 3, "Хирург"), slot(6, 4)]
    async with HttpSource(lambda _: everything) as service, booking(schedule(service.url)) as source:
        wanted = SlotQuery(since=DAY.since, until=DAY.until, specialty="лор", most=2)
        assert [one.slot_id for one in await source.slots(wanted)] == ["3", "6"]
        typed = SlotQuery(since=DAY.since, until=DAY.until, text="хир", most=1)
        assert [one.slot_id for one in await source.slots(typed)] == ["5"], "not the first hour of anybody"
    assert service.asked[0].target == "/slots?from=2026-11-21T00%3A00%3A00Z&to=2026-11-22T00%3A00%3A00Z"


async def test_what_became_of_an_order():
    answers: dict[str, Any] = {
        "/orders/k1": VISIT,
        "/orders/k2": Reply(status=404),
        "/orders/k3": [VISIT] * 2,
    }
    async with (
        HttpSource(lambda asked: answers[asked.target]) as service,
        booking(schedule(service.url)) as source,
    ):
        assert (await source.booked("k1")) is not None
        assert await source.booked("k2") is None
        with pytest.raises(DirectoryError):
            await source.booked("k3")


async def test_fifty_operators_and_ten_hours():
    taken: dict[str, str] = {}

    def answer(asked: Asked) -> Any:
        slot, key = asked.target.split("/")[2], asked.headers["idempotency-key"]
        return VISIT | {"id": slot} if taken.setdefault(slot, key) == key else Reply(status=409)

    async with HttpSource(answer) as service, booking(schedule(service.url)) as source:
        orders = [Order(key=f"k{n}", slot_id=f"s{n % 10}", patient_id="17") for n in range(50)]
        booked = await asyncio.gather(*(_tried(source, order) for order in orders))
    assert sorted(filter(None, booked)) == [f"s{n}" for n in range(10)]


async def _tried(source: HttpBooking, order: Order) -> str | None:
    try:
        return (await source.book(order)).visit_id
    except SlotTakenError:
        return None
