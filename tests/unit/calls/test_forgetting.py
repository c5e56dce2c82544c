"""Calls of every captured shape come and go for months: what the book remembers of them does not grow."""

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import pytest

from ccd.calls import shelf
from ccd.calls.book import CallBook
from ccd.calls.events import AsteriskEvent
from ccd.calls.ids import Phone
from tests.catalogue.replay import agents, events, names, read

IDS = {"linked_id", "unique_id", "leg", "swapped", "second", "transferee", "bridge"}


def as_call(number: int, event: AsteriskEvent) -> AsteriskEvent:
    """The same event of another call: Asterisk never gives an id twice."""
    told = {one.name: getattr(event, one.name) for one in fields(event) if one.name in IDS}
    others: dict[str, Any] = {name: f"{said}-{number}" for name, said in told.items() if said}
    return replace(event, **others)


def kept_after(calls: int, told: Sequence[AsteriskEvent], book: CallBook) -> int:
    for number in range(calls):
        for event in told:
            book.apply(as_call(number, event))
    return sum(map(len, vars(book._shelf).values()))


@pytest.mark.parametrize("name", names())
def test_no_more_is_kept_of_many_calls_than_of_a_few(name, monkeypatch):
    monkeypatch.setattr(shelf, "KEEP_ENDED", 2)
    shape, frames = read(name)
    told, few, many = list(events(shape, frames)), CallBook(), CallBook()
    few.agents = many.agents = {Phone(phone): name for phone, name in agents(shape).items()}
    assert kept_after(6, told, few) == kept_after(12, told, many)
