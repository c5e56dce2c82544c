"""Whatever texts ccd's own directory holds: the card has them as they are, and nothing else happens."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccd.directory.model import Answer, Coverage, Patient, Policy, Remark, Visit
from ccd.store.patients import BuiltinDirectory
from tests.bench.clinic import opened
from tests.golden.any_answer import TEXTS as ANY
from tests.golden.reading import world
from tests.golden.same import plain
from tests.golden.test_any_answer import shown
from tests.unit.directory_rows import DirectoryRows
from tests.unit.import_rows import import_rows

NUMBER = "+79163080001"
TEXTS = ANY.filter(lambda text: "\ud800" not in text)
"""No file in UTF-8 has half a letter."""
COLUMNS = frozenset({"full_name", "tags", "doctor", "notes", "medical", "kind", "phones"})
COVERAGE = st.builds(Coverage, service=TEXTS, answer=st.just(Answer.COVERED), clause=TEXTS)
POLICIES = st.builds(
    Policy, insurer=TEXTS, programme=TEXTS, number=TEXTS, kind=TEXTS, coverage=st.tuples(COVERAGE)
)
VISITS = st.builds(
    Visit, starts_at=st.just(world().now), doctor=TEXTS, specialty=TEXTS, place=TEXTS, preparation=TEXTS,
    status=st.just("booked"),
)  # fmt: skip
PEOPLE = st.builds(
    Patient, patient_id=st.just("x"), full_name=TEXTS, tags=st.frozensets(TEXTS, max_size=3), doctor=TEXTS,
    policies=st.tuples(POLICIES), visits=st.tuples(VISITS), remarks=st.tuples(st.builds(Remark, text=TEXTS)),
)  # fmt: skip
OTHER = Patient(patient_id="other", full_name="Ким")


class Own:
    """The directory, open in a loop of its own; somebody else is in it who must not change."""

    def __init__(self, runner: asyncio.Runner, directory: BuiltinDirectory) -> None:
        self._runner, self._directory = runner, directory
        self.write(OTHER, "+79163089999")

    def write(self, patient: Patient, number: str) -> None:
        one = patient.patient_id
        rows = DirectoryRows(
            patients=(patient,), columns=COLUMNS, phones={one: (number,)},
            policies={one: patient.policies}, visits={one: patient.visits},
        )  # fmt: skip
        self._runner.run(import_rows(self._directory, rows))

    def people(self, number: str) -> tuple[Patient, ...]:
        return self._runner.run(self._directory.patients(number))


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Own]:
    path = tmp_path_factory.mktemp("own") / "ccd.db"
    stack = AsyncExitStack()

    async def begin() -> Any:
        database = await stack.enter_async_context(opened(path))
        return await stack.enter_async_context(BuiltinDirectory.open(database))

    with asyncio.Runner() as runner:
        yield Own(runner, runner.run(begin()))
        runner.run(stack.aclose())


@settings(max_examples=20)
@given(patient=PEOPLE)
def test_any_text_of_an_import(own: Own, patient: Patient):
    own.write(patient, NUMBER)
    found = own.people(NUMBER)
    assert list(map(plain, found)) == [plain(patient)]
    shown(found)
    assert own.people("+79163089999") == (OTHER,)
