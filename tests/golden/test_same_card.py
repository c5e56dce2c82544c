"""Whatever the source: the same people behind the same call, with the same facts."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from ccd.directory.model import Caller, Patient
from tests.golden import asking
from tests.golden.limits import LIMITS, Limit, without
from tests.golden.reading import world
from tests.golden.same import plain
from tests.golden.world import GoldenCaller

CALLERS = world().callers
SOURCES: dict[str, Callable[[Path], Path]] = {"built-in": asking.built_in}
"""Each puts the people where that source finds them; the configuration of a ccd that asks it alone."""


@pytest.fixture(scope="module", params=SOURCES)
def source(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def answers(source: str, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Caller]:
    return asking.answers(SOURCES[source](tmp_path_factory.mktemp(source)))


def found(caller: GoldenCaller, answers: Mapping[str, Caller]) -> list[Patient]:
    return sorted(map(plain, answers[caller.who].patients), key=lambda one: one.patient_id)


def wanted(caller: GoldenCaller, limits: tuple[Limit, ...]) -> list[Patient]:
    people = without(world().expected(caller), limits)
    return sorted(map(plain, people), key=lambda one: one.patient_id)


@pytest.mark.parametrize("caller", CALLERS, ids=str)
def test_the_card_is_the_one_that_is_written(
    source: str, answers: Mapping[str, Caller], caller: GoldenCaller
):
    assert answers[caller.who].failed == ()
    assert answers[caller.who].number.kind is caller.kind
    assert found(caller, answers) == wanted(caller, LIMITS[source])


def test_no_limit_is_written_that_is_none(source: str, answers: Mapping[str, Caller]):
    for limit in LIMITS[source]:
        others = tuple(one for one in LIMITS[source] if one is not limit)
        assert any(found(one, answers) != wanted(one, others) for one in CALLERS), f"{source} holds {limit}"
