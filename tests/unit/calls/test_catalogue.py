"""The shapes' captures, replayed: the core makes of them the records that they must leave."""

import pytest

from tests.catalogue import SHAPES
from tests.catalogue.checking import WRONG, wrong
from tests.catalogue.replay import agents, events, names, read, records

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
