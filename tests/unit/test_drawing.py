"""The picture for supervisors: drawn beside the loop, once at a time, kept for a while."""

import asyncio
import threading
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from ccd.calls.record import CallRecord
from ccd.desk.words import of_picture
from ccd.drawing import Drawing
from ccd.routing.rules import Routing
from ccd.routing.ruleset import RuleSet
from ccd.routing.tally import tally
from tests.unit.store.samples import NOON, call

DAY = timedelta(days=1)
EN, RU = of_picture("en"), of_picture("ru")


class Archive:
    def __init__(self) -> None:
        self.asked = 0
        self.at_once = 0
        self.most = 0

    async def calls(self, **_wanted: Any) -> Sequence[CallRecord]:
        self.asked += 1
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        return [call(rule="vip")]


class Desk:
    def __init__(self) -> None:
        self.archive = Archive()
        self.rules = RuleSet(Routing())
        self.now = 0.0
        self.draw = Drawing(lambda: self.rules, self.archive, lambda: self.now)  # type: ignore[arg-type]


async def test_a_picture_is_kept_for_half_a_minute_for_each_period_and_these_rules():
    desk = Desk()
    first = await desk.draw(NOON, None, EN)
    desk.now = 29
    assert await desk.draw(NOON, None, EN) is first
    assert desk.archive.asked == 1
    await desk.draw(NOON - DAY, NOON, EN)
    assert desk.archive.asked == 2
    assert "Маршруты" in await desk.draw(NOON, None, RU)
    assert desk.archive.asked == 3
    desk.now = 31
    await desk.draw(NOON, None, EN)
    assert desk.archive.asked == 4
    desk.rules = RuleSet(Routing())
    await desk.draw(NOON, None, EN)
    assert desk.archive.asked == 5


async def test_one_picture_is_drawn_at_a_time_beside_the_loop(monkeypatch: pytest.MonkeyPatch):
    threads: list[int] = []

    def counted(records: Any) -> Any:
        threads.append(threading.get_ident())
        return tally(records)

    monkeypatch.setattr("ccd.drawing.tally", counted)
    desk = Desk()
    await asyncio.gather(*(desk.draw(NOON - n * DAY, None, EN) for n in range(4)))
    assert (desk.archive.most, len(threads)) == (1, 4)
    assert threading.get_ident() not in threads
