"""Whatever a source says: people whom the card can show, or DirectoryError; and nothing else happens."""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccd.desk.card import dump
from ccd.desk.clinic import Clinic
from ccd.desk.patient import patient_json
from ccd.directory.model import Patient
from tests.golden import filling, into_fhir, into_json
from tests.golden.any_answer import CELLS, spoilt
from tests.golden.asking_one import AskingOne
from tests.golden.reading import world
from tests.testbed.http_messages import Asked
from tests.testbed.http_source import HttpSource
from tests.testbed.in_thread import InThread

NUMBER = "+79163080001"
CLINIC = Clinic(now=lambda: world().now)
PEOPLE = [one for one in world().people.values() if one.behind(NUMBER)]
GOOD = into_json.Service(PEOPLE)(Asked(method="GET", target="/?phone=%2B79163080001", headers={}, body=b""))
RESOURCES = into_fhir.resources(PEOPLE)
TABLE = (
    *("patient_id", "full_name", "birth_date", "language", "tags", "doctor", "debt", "reach", "phones"),
    *("relationship", "through"),
)


def shown(patients: tuple[Patient, ...]) -> None:
    """The card takes them: JSON in UTF-8 that says the same when it is read."""
    for patient in patients:
        card = patient_json(patient, CLINIC)
        assert json.loads(dump(card).encode()) == json.loads(json.dumps(card))


@pytest.fixture(scope="module")
def service() -> Iterator[tuple[HttpSource, AskingOne]]:
    with (
        InThread(HttpSource(lambda _: GOOD)) as running,
        AskingOne(filling.source("service", running.service.url)) as asking,
    ):
        yield running.service, asking


@pytest.fixture(scope="module")
def fhir() -> Iterator[tuple[HttpSource, AskingOne]]:
    with (
        InThread(HttpSource(_bundle(RESOURCES))) as running,
        AskingOne(filling.source("fhir", f"{running.service.url}/fhir")) as asking,
    ):
        yield running.service, asking


def _bundle(resources: Sequence[Mapping[str, Any]]) -> Any:
    """A server that answers a search with its resources of that type."""

    def answer(asked: Asked) -> Any:
        kind = asked.target.removeprefix("/fhir/").partition("?")[0]
        entries = [{"resource": one} for one in resources if one.get("resourceType", kind) == kind]
        return {"resourceType": "Bundle", "type": "searchset", "entry": entries}

    return answer


def test_the_good_answers_are_good(service, fhir):
    for _, asking in (service, fhir):
        (patient,) = asking.people(NUMBER)
        assert patient.full_name == "<script>alert(1)</script>"
        shown((patient,))


@given(answer=spoilt(GOOD))
def test_any_json_of_a_service(service, answer):
    running, asking = service
    running.answer = lambda _: answer
    shown(asking.people(NUMBER))


@given(resources=spoilt(RESOURCES))
def test_any_resources_of_a_fhir_server(fhir, resources):
    running, asking = fhir
    listed = resources if isinstance(resources, list) else [resources]
    running.answer = _bundle([one if isinstance(one, dict) else {"resource": one} for one in listed])
    shown(asking.people(NUMBER))


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, AskingOne]]:
    file = tmp_path_factory.mktemp("sqlite") / "mis.db"
    with closing(sqlite3.connect(file)) as made:
        made.execute(f"CREATE TABLE people ({', '.join(TABLE)})")
    columns = ", ".join(TABLE)
    written = (
        f"[{{name: mis, sql: {{url: 'sqlite:///{file}', "
        f"queries: {{patients: \"SELECT {columns} FROM people WHERE :e164 <> ''\"}}}}}}]"
    )
    with AskingOne(written) as asking:
        yield file, asking


@given(row=st.tuples(*(CELLS,) * len(TABLE)))
def test_any_row_of_a_database(database, row):
    file, asking = database
    with closing(sqlite3.connect(file)) as made:
        made.execute("DELETE FROM people")
        made.execute(f"INSERT INTO people VALUES ({', '.join('?' * len(TABLE))})", row)
        made.commit()
    shown(asking.people(NUMBER))
