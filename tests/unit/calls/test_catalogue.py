"""The shapes' captures, replayed: the core makes of them the records that they must leave."""

from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccd.calls import events as ev
from tests.catalogue import SHAPES
from tests.catalogue.checking import WRONG, wrong
from tests.catalogue.replay import agents, events, names, read, records
from tests.catalogue.shape import Shape

LATE = (ev.QueueLeft, ev.AgentMissed, ev.AgentCompleted, ev.BridgeLeft, ev.PhoneMissed)
"""What Asterisk has been seen to tell later than it happened."""
UNTOLD = {name for name, shape in SHAPES.items() if shape.alone or shape.slow}
"""What ccd alone knows, and what happens while it hears nothing, is in no capture."""


def test_every_shape_has_its_capture():
    assert set(names()) == SHAPES.keys() - UNTOLD


@pytest.mark.parametrize("name", names())
def test_the_record_of_a_captured_shape(name, request):
    if name in WRONG:
        request.applymarker(pytest.mark.xfail(reason=WRONG[name], strict=True))
    shape, frames = read(name)
    found = wrong(shape, records(events(shape, frames), agents(shape)))
    assert not found, "\n".join(found)


@cache
def captured(name: str) -> tuple[Shape, Sequence[ev.AsteriskEvent]]:
    shape, frames = read(name)
    return shape, tuple(events(shape, frames))


@settings(max_examples=300)
@given(name=st.sampled_from([name for name in names() if name not in WRONG]), data=st.data())
def test_the_order_of_late_events_changes_nothing(name, data):
    """Each of them comes up to seven events later than it did."""
    shape, in_order = captured(name)
    latest = st.lists(st.integers(1, 7), min_size=len(in_order), max_size=len(in_order))
    delays = [
        delay if isinstance(event, LATE) else 0
        for delay, event in zip(data.draw(latest), in_order, strict=True)
    ]
    arrival = sorted(range(len(in_order)), key=lambda place: (place + delays[place], -delays[place]))
    found = wrong(shape, records([in_order[place] for place in arrival], agents(shape)))
    assert not found, "\n".join(found)


@settings(max_examples=200)
@given(name=st.sampled_from(names()), data=st.data())
def test_no_order_and_no_loss_of_events_raises_or_leaves_anything_open(name, data):
    """Whatever is lost on the way, of a call that is over nothing goes on."""
    shape, in_order = captured(name)
    mixed = data.draw(st.permutations(in_order)) if data.draw(st.booleans()) else list(in_order)
    lost = data.draw(st.integers(0, len(mixed) - 1))
    for record in records([*mixed[:lost], *mixed[lost + 1 :]], agents(shape)):
        over = record["state"] == "ended"
        assert not (over and any(not one["result"] for one in record["segments"]))
