"""Whatever a service answers is people or an error; whatever a number is, it leads nowhere else."""

import gzip
import json
from contextlib import suppress
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccd.directory.model import DirectoryError, Patient
from ccd.settings.answer_fields import PatientFields, SlotFields
from ccd.settings.source_http import HttpSettings
from ccd.sources.http_answers import Reader
from ccd.sources.http_bodies import Body
from ccd.sources.http_requests import Filling, of_number
from tests.unit.sources.http_world import EVERYTHING, MOSCOW, NOW, PERSON

READER = Reader("mis", MOSCOW, lambda: NOW)
FIELDS = PatientFields.model_validate(EVERYTHING | {"relatives": EVERYTHING | {"each": "insurance"}})
NESTED = PatientFields.model_validate(EVERYTHING)
SLOTS = SlotFields.model_validate({"slot_id": "id", "starts_at": "at", "doctor": "who", "specialty": "room"})

_KEYS = """at born company data done family given id insurance kind lang marks no notes owes pays people
percent room services show state sum text till visits who"""
_keys = st.sampled_from(_KEYS.split())
_scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["2026-11-18", "2026-11-18T10:00", "0001-01-01T00:00:00+23:59", "full", "\ud800", "on"])
)
_json = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_keys | st.text(), inner, max_size=6),
)


@st.composite
def _nearly_right(draw: st.DrawFn) -> Any:
    """A good answer with one value in it replaced."""
    whole = json.loads(json.dumps({"data": {"people": [PERSON, PERSON]}}))
    place: Any = whole
    while True:
        at = draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not isinstance(place[at], (dict, list)) or not place[at] or draw(st.booleans()):
            place[at] = draw(_json)
            return whole
        place = place[at]


@given(_json | _nearly_right() | st.builds(lambda person: {"data": {"people": person}}, _json))
def test_any_json_is_people_or_an_error(answer):
    for fields in (FIELDS, NESTED):
        try:
            people = READER.patients(answer, fields)
        except DirectoryError:
            continue
        for one in people:
            assert isinstance(one, Patient)
            assert one.patient_id
            assert one.full_name.isprintable()
            str(one).encode()
    with suppress(DirectoryError):
        READER.slots(answer, SLOTS)


@given(
    st.binary() | st.builds(gzip.compress, st.binary()) | _json.map(lambda value: json.dumps(value).encode()),
    st.sampled_from(["", "gzip", "br", "\x00"]),
    st.sampled_from(
        [
            "",
            "application/json",
            "application/fhir+json; charset=UTF-8",
            "text/html",
            ";",
            "text/json;charset",
        ]
    )
    | st.text(),
    st.integers(1, 50),
)
def test_any_body_is_json_or_an_error_and_never_more_than_allowed(sent, encoding, kind, cut):
    with suppress(DirectoryError):
        body = Body({"Content-Type": kind, "Content-Encoding": encoding}, 1_000)
        for at in range(0, len(sent), cut):
            with suppress(DirectoryError):
                body.add(sent[at : at + cut])
            assert len(body._bytes) <= 1_000
        json.dumps(body.json())


REQUESTS = HttpSettings.model_validate(
    {
        "patients": {
            "url": "https://mis.clinic.ru:8443/api/{national}/x{digits}?phone={e164}",
            "answer": {"patient_id": "id", "full_name": "name"},
        }
    }
)
_tricks = st.sampled_from(
    [
        "..",
        ".",
        "/",
        "//evil.ru/",
        "\\",
        "@evil.ru",
        "?x=1",
        "#",
        "%2e%2e",
        "\r\nHost: x",
        "+7916 1234567",
        "٣",
    ]
)


@given(st.text() | st.lists(_tricks).map("".join))
def test_no_caller_number_changes_host_or_path(number):
    fill = Filling(REQUESTS, {})
    try:
        url = urlsplit(fill(REQUESTS.patients, of_number(number)).url)
    except DirectoryError:
        return
    assert (url.scheme, url.netloc, url.fragment) == ("https", "mis.clinic.ru:8443", "")
    _, api, folder, last = url.path.split("/")
    assert (api, last[0], unquote(last[1:])) == ("api", "x", number.removeprefix("+"))
    assert folder not in {"", ".", ".."}
    assert url.query.isascii()
    assert unquote(url.query) == f"phone={number}"
    assert url.query.count("&") == 0


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_a_folder_of_dots_is_no_value(value):
    fill = Filling(REQUESTS, {})
    with pytest.raises(
        DirectoryError, match=r"^was not asked: a value cannot stand in the path of an address$"
    ):
        fill(REQUESTS.patients, {"national": value, "digits": "", "e164": ""})
