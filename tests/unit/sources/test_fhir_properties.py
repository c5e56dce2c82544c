"""Any answer at all gives patients or a DirectoryError."""

import asyncio
from contextlib import suppress
from typing import Any
from unittest import mock

from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from ccd.directory.model import DirectoryError, Patient
from ccd.settings.source_fhir import FhirSettings
from ccd.sources.fhir import FhirSource
from ccd.sources.fhir_client import FhirClient, resource
from tests.integration.fhir import clinic
from tests.unit.sources.fhir_world import JSON, NOW, NUMBER, answers, change, places, text

_ALL = [way for way in places(answers()) if len(way) > 1]


def _asked(known: dict[str, Any]) -> tuple[Patient, ...]:
    async def send(_client: FhirClient, _method: str, url: URL) -> dict[str, Any]:
        return resource(text(known[url.path.rsplit("/", 1)[-1]]))

    settings = FhirSettings(url="http://mis/fhir", services_extension=clinic.SERVICES, pages=3)
    with mock.patch.object(FhirClient, "_send", send):
        return asyncio.run(FhirSource("mis", settings, "RU", lambda: NOW).patients(NUMBER))


def test_unchanged_it_is_everybody():
    assert [one.patient_id for one in _asked(answers())] == ["p1", "p2", "d1"]


@given(st.lists(st.tuples(st.sampled_from(_ALL), JSON), min_size=1, max_size=3))
def test_any_changed_answer_gives_patients_or_a_directory_error(changes: list[tuple[tuple[Any, ...], Any]]):
    try:
        patients = _asked(change(answers(), changes))
    except DirectoryError:
        return
    for one in patients:
        assert isinstance(one, Patient)
        repr(one).encode()


@given(st.text(max_size=200) | st.sampled_from(["[" * 100_000, '{"a":' * 100_000, "1" * 5_000, "NaN"]))
def test_any_text_is_a_resource_or_a_directory_error(body: str):
    with suppress(DirectoryError):
        assert isinstance(resource(body)["resourceType"], str)
