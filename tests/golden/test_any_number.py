"""Whatever a caller sends in place of a number: no source is led elsewhere, and nothing is changed."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccd.directory.lookup import Lookup
from tests.golden import filling
from tests.golden.any_answer import TEXTS
from tests.golden.asking_one import AskingOne
from tests.testbed.http_source import HttpSource
from tests.testbed.in_thread import InThread

NOBODY = {"resourceType": "Bundle", "type": "searchset", "result": []}
DIGITS = st.text(alphabet="0123456789+ ()-", min_size=1, max_size=20)
NUMBERS = TEXTS | DIGITS | st.builds("{}{}".format, st.sampled_from(["+79161234567", "89161234567"]), TEXTS)
PATHS = {"/v1/callers", "/fhir/Patient", "/fhir/RelatedPerson", "/fhir/Practitioner"}


@pytest.fixture(scope="module")
def world_outside(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[HttpSource, Path, list[AskingOne]]]:
    file = tmp_path_factory.mktemp("sqlite") / "mis.db"
    with closing(sqlite3.connect(file)) as made:
        made.execute("CREATE TABLE people (id, name, phone)")
        made.execute("INSERT INTO people VALUES ('1', 'Ким', '+79161234567')")
        made.commit()
    query = "SELECT id AS patient_id, name AS full_name FROM people WHERE phone = :e164 OR phone = :digits"
    mis = f"[{{name: mis, sql: {{url: 'sqlite:///{file}', queries: {{patients: '{query}'}}}}}}]"
    with (
        InThread(HttpSource(lambda _: NOBODY)) as running,
        AskingOne(filling.source("service", running.service.url)) as service,
        AskingOne(filling.source("fhir", f"{running.service.url}/fhir")) as fhir,
        AskingOne(mis) as database,
    ):
        yield running.service, file, [service, fhir, database]


@given(sent=NUMBERS, presentation=st.sampled_from(["", "allowed_not_screened", "prohib_not_screened"]))
def test_only_numbers_are_asked_for_and_only_where_it_is_written(world_outside, sent, presentation):
    service, file, sources = world_outside
    service.asked.clear()
    before = file.read_bytes()
    for asking in sources:
        caller = asking.run(lambda one=asking: Lookup([one.source], "RU", 60).find(sent, presentation))
        assert caller.failed == ()
        assert len(caller.patients) == (asking is sources[2] and caller.number.e164 == "+79161234567")
    assert file.read_bytes() == before
    for asked in service.asked:
        url = urlsplit(asked.target)
        assert (url.path in PATHS, url.netloc, url.fragment) == (True, "", "")
        assert asked.headers["host"] == service.url.removeprefix("http://")
        for name, value in parse_qsl(url.query, keep_blank_values=True):
            assert name != "phone" or all(set(one) <= set("0123456789+ ().-") for one in value.split(","))
