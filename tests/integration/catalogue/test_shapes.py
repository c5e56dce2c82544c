"""Every shape, played by real phones on the real Asterisk, leaves the record that it must."""

import asyncio
from collections.abc import Mapping

import pytest

from tests.catalogue import SHAPES
from tests.catalogue.checking import SOMETIMES, WRONG, wrong
from tests.catalogue.left import Played
from tests.catalogue.playing import play

pytestmark = [pytest.mark.asterisk, pytest.mark.timeout(500)]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Played]:
    """All of them at once: what each left behind."""
    return asyncio.run(play(tmp_path_factory.mktemp("catalogue"), list(SHAPES.values())))


@pytest.mark.parametrize("name", SHAPES)
def test_asterisks_own_logs_tell_the_same(played, name):
    """``ccd verify`` finds nothing."""
    found = played[name].disagreements
    assert not found, "\n".join(map(str, [*found, *played[name].records]))


@pytest.mark.parametrize("name", SHAPES)
def test_the_record_of_a_shape(played, name, request):
    if reason := WRONG.get(name, SOMETIMES.get(name)):
        request.applymarker(pytest.mark.xfail(reason=reason, strict=name in WRONG))
    assert not played[name].failure, played[name].failure
    assert not (found := wrong(SHAPES[name], played[name].records)), "\n".join(found)
