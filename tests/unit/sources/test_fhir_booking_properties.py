"""Whatever a FHIR server answers to an order, it is a visit or one of the port's own errors."""

import asyncio
from copy import deepcopy
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from ccd.directory.booking import NotBookedError, NotReachedError, Order, SlotTakenError, UnsureError
from ccd.directory.model import DirectoryError, Visit
from ccd.settings.source_fhir import FhirSettings
from ccd.sources.fhir_booking import FhirBooking
from ccd.sources.fhir_client import FhirClient, resource
from ccd.sources.fhir_errors import LostError, RefusedError
from ccd.sources.http_errors import UnreachedError
from tests.integration.fhir import clinic
from tests.unit.sources.fhir_world import JSON, NOW, bundle, change, places, text

_META: dict[str, Any] = {"meta": {"versionId": "1"}}
_ORDER = Order(key="k", slot_id="s2", patient_id="p1")
_DONE = {"response": {"status": "200 OK"}}


def _known() -> dict[str, Any]:
    """By the last part of the address."""
    visit = clinic.appointment(
        "a1", "p1", "2026-05-02T10:00:00Z", slot=[{"reference": "Slot/s1"}],
        identifier=[{"system": "urn:ccd:order", "value": "k"}], **_META,
    )  # fmt: skip
    return {
        "s1": {**clinic.slot("s1", NOW, "h", "busy"), **_META},
        "s2": {**clinic.slot("s2", NOW, "h"), **_META},
        "h": {**clinic.schedule("h", "d1", "ЛОР", "Каб. 1"), **_META},
        "a1": {**visit, "identifier": []},
        "Appointment": bundle(visit),
        "Practitioner": bundle(clinic.practitioner("d1", "Орлов")),
        "Location": bundle(),
        "fhir": {"resourceType": "Bundle", "type": "transaction-response", "entry": [_DONE, _DONE, _DONE]},
    }


_PLACES = [way for way in places(_known()) if len(way) > 1]
_TOLD = (NotBookedError, SlotTakenError, UnsureError)


def _booking() -> FhirBooking:
    return FhirBooking("mis", FhirSettings(url="http://mis/fhir", booking=True), "RU", lambda: NOW)


async def _orders(known: dict[str, Any]) -> list[Any]:
    async def send(_client: FhirClient, _method: str, url: URL, data: Any = None) -> dict[str, Any]:
        if data and len(data["entry"]) == 1:
            raise RefusedError(412)
        answer = deepcopy(known[url.path.rsplit("/", 1)[-1]])
        if data and answer == _known()["fhir"]:
            answer["entry"] = [_DONE] * len(data["entry"])
        return resource(text(answer))

    with mock.patch.object(FhirClient, "_send", send):
        source = _booking()
        work = (source.book(_ORDER), source.move("a1", _ORDER), source.cancel("a1", "c"), source.booked("k"))
        return [await asyncio.gather(one, return_exceptions=True) for one in work]


def test_unchanged_all_is_done():
    (booked,), (moved,), (cancelled,), (asked,) = asyncio.run(_orders(_known()))
    assert isinstance(booked, Visit)
    assert booked == moved == asked
    assert cancelled is None


@pytest.mark.parametrize(("status", "reached"), [(500, False), (401, False), (404, True), (410, True)])
async def test_a_server_that_shows_no_visit_said_nothing_of_it(status: int, reached: bool):
    refusing = mock.AsyncMock(side_effect=RefusedError(status))
    with mock.patch.object(FhirClient, "_send", refusing), pytest.raises(NotBookedError) as caught:
        await _booking().cancel("a1", "c")
    assert isinstance(caught.value, NotReachedError) is not reached


@given(st.lists(st.tuples(st.sampled_from(_PLACES), JSON), min_size=1, max_size=3))
def test_any_changed_answer_is_a_visit_or_told(changes: list[tuple[tuple[Any, ...], Any]]):
    (booked,), (moved,), (cancelled,), (asked,) = asyncio.run(_orders(change(_known(), changes)))
    assert isinstance(booked, (Visit, *_TOLD))
    assert isinstance(moved, (Visit, *_TOLD))
    assert isinstance(cancelled, (NotBookedError, UnsureError)) or cancelled is None
    assert isinstance(asked, (Visit, DirectoryError)) or asked is None


@pytest.mark.parametrize("status", [301, 302, 303, 408, 500])
async def test_after_a_status_that_may_follow_what_was_done_nobody_is_sure(status: int):
    async def send(_client: FhirClient, _method: str, url: URL, data: Any = None) -> dict[str, Any]:
        if data:
            raise RefusedError(412 if len(data["entry"]) == 1 else status)
        return resource(text(_known()[url.path.rsplit("/", 1)[-1]]))

    with mock.patch.object(FhirClient, "_send", send), pytest.raises(UnsureError):
        await _booking().cancel("a1", "c")


async def test_a_refused_cancellation_that_cannot_be_looked_at_leaves_nobody_sure():
    """A server that undoes nothing may have cancelled it first."""
    refused = list[int]()

    async def send(_client: FhirClient, _method: str, url: URL, data: Any = None) -> dict[str, Any]:
        if data:
            refused.append(len(data["entry"]))
            raise RefusedError(412)
        if 2 in refused:
            raise LostError("the line was cut")
        return resource(text(_known()[url.path.rsplit("/", 1)[-1]]))

    with mock.patch.object(FhirClient, "_send", send), pytest.raises(UnsureError):
        await _booking().cancel("a1", "c")


@pytest.mark.parametrize("lost", [1, 3], ids=["the trial", "the order"])
async def test_an_order_that_could_not_be_sent_never_reached_the_server(lost: int):
    """Who asks again about it must not hear that the clinic refused it: it may have been done before."""

    async def send(_client: FhirClient, _method: str, url: URL, data: Any = None) -> dict[str, Any]:
        if data:
            raise UnreachedError("down") if len(data["entry"]) == lost else RefusedError(412)
        return resource(text(_known()[url.path.rsplit("/", 1)[-1]]))

    with mock.patch.object(FhirClient, "_send", send), pytest.raises(NotReachedError, match=r"^down$"):
        await _booking().move("a1", _ORDER)
