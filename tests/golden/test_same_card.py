"""Whatever the source: the same people behind the same call, with the same facts."""

from collections.abc import Iterator, Mapping

import pytest

from ccd.directory.caller import Caller
from ccd.directory.model import Patient
from tests.golden import asking, filling
from tests.golden.limits import LIMITS, Limit, without
from tests.golden.reading import world
from tests.golden.same import plain
from tests.golden.world import GoldenCaller

CALLERS = world().callers
pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module", params=filling.KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def answers(
    kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, Caller]]:
    """Of every golden caller, as a ccd finds them that asks this kind of source alone."""
    with filling.filled(kind, request.getfixturevalue) as sources, pytest.MonkeyPatch.context() as patch:
        patch.setenv(filling.PASSWORD_IN, filling.PASSWORD)
        config = asking.write(tmp_path_factory.mktemp(kind), sources)
        if not sources:
            filling.built_in(config)
        yield asking.answers(config)


def found(caller: GoldenCaller, answers: Mapping[str, Caller]) -> list[Patient]:
    """Without the source's name before each id."""
    patients = answers[caller.who].patients
    return in_order(caller, [plain(one, one.patient_id.rpartition(":")[2]) for one in patients])


def wanted(caller: GoldenCaller, limits: tuple[Limit, ...]) -> list[Patient]:
    return in_order(caller, list(map(plain, without(world().expected(caller), limits))))


def in_order(caller: GoldenCaller, patients: list[Patient]) -> list[Patient]:
    return sorted(patients, key=lambda one: one.patient_id) if caller.any_order else patients


@pytest.mark.parametrize("caller", CALLERS, ids=str)
def test_the_card_is_the_one_that_is_written(kind: str, answers: Mapping[str, Caller], caller: GoldenCaller):
    assert answers[caller.who].failed == ()
    assert answers[caller.who].number.kind is caller.kind
    assert found(caller, answers) == wanted(caller, LIMITS[kind])


def test_no_limit_is_written_that_is_none(kind: str, answers: Mapping[str, Caller]):
    for limit in LIMITS[kind]:
        others = tuple(one for one in LIMITS[kind] if one is not limit)
        assert any(found(one, answers) != wanted(one, others) for one in CALLERS), f"{kind} holds {limit}"
