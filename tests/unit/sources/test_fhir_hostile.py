"""Whatever a FHIR server does, ccd gets patients or a DirectoryError, and never much of its memory."""

import gzip
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from ccd.directory.model import DirectoryError
from ccd.settings.source_fhir import FhirSettings
from ccd.sources.fhir import FhirSource
from ccd.sources.fhir_client import FhirClient
from ccd.sources.fhir_errors import LostError, RefusedError
from tests.testbed.http_manners import Manner
from tests.testbed.http_messages import Asked, Reply
from tests.testbed.http_source import HttpSource
from tests.unit.sources.fhir_world import NOW, NUMBER, answering, answers, bundle


@pytest.fixture
async def service() -> AsyncIterator[HttpSource]:
    async with HttpSource(answering(answers())) as running:
        yield running


def source_of(url: str, **settings: Any) -> FhirSource:
    made = FhirSettings(**{"url": f"{url}/fhir", "request_timeout": 40, **settings})
    return FhirSource("mis", made, "RU", lambda: NOW)


async def found(url: str, **settings: Any) -> list[str]:
    source = source_of(url, **settings)
    try:
        return [one.patient_id for one in await source.patients(NUMBER)]
    finally:
        await source.close()


async def test_a_good_answer_is_patients(service: HttpSource):
    assert await found(service.url) == ["p1", "p2", "d1"]


@pytest.mark.parametrize("manner", sorted(set(Manner) - {Manner.WELL, Manner.SLOW, Manner.DRIPPING}))
async def test_a_bad_answer_is_a_directory_error(service: HttpSource, manner: Manner):
    service.manner = manner
    limits = {"request_timeout": 0.3} if manner is Manner.HUNG else {}
    with pytest.raises(DirectoryError) as caught:
        await found(service.url, **limits)
    assert "hunter2" not in str(caught.value)
    assert service.sent < 30_000_000


@pytest.mark.parametrize(
    ("manner", "sentence"),
    [
        (Manner.HTML, "the FHIR server answers with text/html instead of JSON"),
        (Manner.BOMB, "the FHIR server answers with more than 1,000,000 bytes"),
        (Manner.HUGE, "the FHIR server answers with more than 1,000,000 bytes"),
    ],
)
async def test_a_bad_answer_is_told_as_of_any_service(service: HttpSource, manner: Manner, sentence: str):
    service.manner = manner
    with pytest.raises(DirectoryError) as caught:
        await found(service.url)
    assert str(caught.value) == sentence


async def test_a_packed_answer_is_unpacked(service: HttpSource):
    plain = service.answer

    def packed(asked: Asked) -> Reply:
        body = gzip.compress(json.dumps(plain(asked)).encode())
        kind = ("Content-Type", "application/fhir+json")
        return Reply(body=body, headers=(kind, ("Content-Encoding", "gzip")))

    service.answer = packed
    assert await found(service.url) == ["p1", "p2", "d1"]
    assert {asked.headers["accept-encoding"] for asked in service.asked} == {"gzip"}


async def test_an_answer_is_read_in_the_charset_that_it_names(service: HttpSource):
    """These letters are as good UTF-8 as Windows-1251, and mean something else there."""
    known = answers()
    known["Patient"]["entry"][0]["resource"]["name"] = [{"family": "ВЁ"}]
    plain = answering(known)

    def written(asked: Asked) -> Reply:
        body = json.dumps(plain(asked), ensure_ascii=False).encode("windows-1251")
        return Reply(body=body, headers=(("Content-Type", "application/fhir+json; charset=windows-1251"),))

    service.answer = written
    source = source_of(service.url, ask=[])
    assert [one.full_name for one in await source.patients(NUMBER)] == ["ВЁ"]
    await source.close()


async def test_a_number_that_nobody_can_hold_leaves_nobody_sure(service: HttpSource):
    """Decimals end somewhere, too; an order's answer that holds such a one may still be a yes."""
    body = b'{"resourceType": "Bundle", "total": 1.0e9999999999999999999}'
    service.answer = lambda _: Reply(body=body, headers=(("Content-Type", "application/fhir+json"),))
    with pytest.raises(DirectoryError, match="answer is not JSON"):
        await found(service.url)
    client = FhirClient(FhirSettings(url=f"{service.url}/fhir"), None)
    with pytest.raises(LostError):
        await client.transact([])
    await client.close()


@pytest.mark.parametrize("number", [0, 101])
async def test_what_is_no_status_leaves_nobody_sure(service: HttpSource, number: int):
    whole = json.dumps({"resourceType": "Bundle", "type": "transaction-response"}).encode()
    service.answer = lambda _: Reply(status=number, body=whole)
    client = FhirClient(FhirSettings(url=f"{service.url}/fhir", request_timeout=0.5), None)
    with pytest.raises(LostError):
        await client.transact([])
    await client.close()


@pytest.mark.parametrize("manner", [Manner.SLOW, Manner.DRIPPING])
async def test_a_slow_answer_ends_in_time(service: HttpSource, manner: Manner):
    service.manner = manner
    with pytest.raises(DirectoryError, match="no answer"):
        await found(service.url, request_timeout=0.3)


async def test_a_server_that_is_not_there_is_a_directory_error(service: HttpSource):
    await service.refuse()
    with pytest.raises(
        DirectoryError, match=r"^the FHIR server cannot be reached: nothing listens at its address"
    ):
        await found(service.url)


def test_a_wrong_secret_is_thought_of():
    assert str(RefusedError(401)) == "the FHIR server answers 401 Unauthorized; is the secret right?"


def _linking(link: Any) -> dict[str, Any]:
    known = answers()
    return {**known, "Patient": {**known["Patient"], "link": link}}


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.2:9/fhir/Patient?page=2",
        "http://127.0.0.1@127.0.0.2:9/fhir/Patient",
        "//127.0.0.2:9/fhir/Patient",
        "file:///etc/passwd",
        "../admin",
        "/fhirs/Patient",
        "http://[",
        "http://127.0.0.2:9/?http://127.0.0.1/fhir/",
        7,
    ],
)
async def test_a_next_link_to_elsewhere_is_refused(service: HttpSource, url: Any):
    service.answer = answering(_linking([{"relation": "next", "url": url}]))
    with pytest.raises(DirectoryError, match="link"):
        await found(service.url)
    assert all(asked.target.startswith("/fhir/") for asked in service.asked)


async def test_pages_without_end_are_refused(service: HttpSource):
    def page(asked: Asked) -> dict[str, Any]:
        link = f"{service.url}/fhir/Patient?page={len(service.asked)}"
        return bundle(link=[{"relation": "next", "url": link}])

    service.answer = page
    with pytest.raises(DirectoryError, match="no end"):
        await found(service.url)
    assert len(service.asked) < 100


async def test_a_page_that_leads_to_itself_is_refused(service: HttpSource):
    service.answer = answering(_linking([{"relation": "next", "url": "Patient"}]))
    with pytest.raises(DirectoryError, match="no end"):
        await found(service.url)


async def test_a_link_under_the_servers_other_name_is_followed(service: HttpSource):
    known = _linking([{"relation": "next", "url": "https://outside.example/r4/Organization"}])
    service.answer = answering(known)
    assert "p1" in await found(service.url, aliases=["https://outside.example/r4"])
    assert "/fhir/Organization" in {asked.target for asked in service.asked}


async def test_a_hostile_number_or_id_stays_in_its_place(service: HttpSource):
    """A reference that would lead the next question elsewhere is none."""
    known = answers()
    known["Patient"]["entry"][0]["resource"]["generalPractitioner"] = [
        {"reference": "Practitioner/../../admin"},
        {"reference": "Practitioner/.."},
        {"reference": "http://127.0.0.2:9/fhir/Practitioner/7"},
        {"reference": "Practitioner/7&_elements=secret"},
    ]
    service.answer = answering(known)
    await found(service.url)
    assert not [asked.target for asked in service.asked if "_id" in asked.target]


async def test_an_answer_of_which_no_patient_can_be_read_is_not_nobody(service: HttpSource):
    known = answers()
    known["Patient"]["entry"][0]["resource"]["name"] = "Иванова"
    service.answer = answering(known)
    with pytest.raises(DirectoryError, match="can be read"):
        await found(service.url)


async def test_who_has_another_number_is_nobody(service: HttpSource):
    """A server that finds by less than the whole number."""
    known = answers()
    known["Patient"]["entry"][0]["resource"]["telecom"][0]["value"] = "+74951234567"
    service.answer = answering(known)
    assert await found(service.url, ask=[]) == []


@pytest.mark.parametrize("wrong", [{"resource": {"resourceType": "Patient", "id": ""}}, {}, None])
async def test_however_much_is_left_out_it_is_one_line_of_the_log(service: HttpSource, wrong: Any):
    """A line for each of ten thousand, with every call, would fill the log and hold up the calls."""
    known = answers()
    known["Patient"]["entry"] += [wrong] * 1_000
    service.answer = answering(known)
    with capture_logs() as logs:
        assert await found(service.url, ask=[]) == ["p1"]
    assert [line["left_out"] for line in logs] == [1_000]


async def test_invalid_people_are_told_of_in_one_line(service: HttpSource):
    known = answers()
    wrong = ({"resourceType": "Patient", "id": f"w{n}", "name": "Иванова"} for n in range(1_000))
    known["Patient"]["entry"] += [{"resource": one} for one in wrong]
    service.answer = answering(known)
    with capture_logs() as logs:
        assert await found(service.url, ask=[]) == ["p1"]
    assert [(line["resource"], line["left_out"]) for line in logs] == [("Patient/w0", 1_000)]


async def test_an_answer_of_nothing_but_objects_is_refused_before_it_is_checked(service: HttpSource):
    """In the bytes of some hundred patients there is room for a person of 200,000 names."""
    known = answers()
    known["Patient"]["entry"][0]["resource"]["name"] = [{}] * 50_000
    service.answer = answering(known)
    with pytest.raises(DirectoryError, match="more than 40,000 objects"):
        await found(service.url)
