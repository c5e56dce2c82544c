"""Who is calling, asked of a FHIR server that others wrote."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from structlog.testing import capture_logs

from ccd.directory.model import Answer, DirectoryError, Reach, RemarkKind
from ccd.settings.source_fhir import FhirSettings
from ccd.sources.fhir import FhirSource
from tests.integration.fhir import clinic
from tests.testbed.fhir_server import FhirServer, running_fhir_server

NOW = datetime(2026, 5, 1, 9, tzinfo=UTC)


def source_of(url: str, **settings: Any) -> FhirSource:
    given = FhirSettings(url=url, request_timeout=60, **settings)
    return FhirSource("mis", given, "RU", lambda: NOW)


@pytest.fixture
async def source(fhir_server: FhirServer) -> AsyncIterator[FhirSource]:
    made = source_of(
        fhir_server.url,
        services_extension=clinic.SERVICES,
        debt_extension=clinic.DEBT,
        words={"US-ABD": "УЗИ", "394579002": "Кардиология"},
    )
    yield made
    await made.close()


@pytest.mark.parametrize(
    "written",
    [
        "+79161230001",
        "89161230001",
        "8 (916) 123-00-01",
        "+7 (916) 123-00-01",
        "9161230001",
        "+7 916 123-00-01",
    ],
)
async def test_a_number_is_found_however_it_is_written(
    fhir_server: FhirServer, source: FhirSource, written: str
):
    fhir_server.put(clinic.patient("written", written))
    (found,) = await source.patients("+79161230001")
    assert (found.patient_id, found.full_name, found.reach) == (
        "written",
        "Иванова Мария Петровна",
        Reach.OWN,
    )


async def test_the_clinics_own_form_is_asked_for(fhir_server: FhirServer):
    fhir_server.put(clinic.patient("own-form", "8/916/123.00.02"))
    usual, own = source_of(fhir_server.url), source_of(fhir_server.url, number_forms=["8/###/###.##.##"])
    assert await usual.patients("+79161230002") == ()
    assert [one.patient_id for one in await own.patients("+79161230002")] == ["own-form"]
    await usual.close()
    await own.close()


async def test_a_number_given_up_reaches_nobody(fhir_server: FhirServer, source: FhirSource):
    fhir_server.put(
        clinic.patient("old", "", telecom=clinic.phone("+79161230003", use="old")),
        clinic.patient("ended", "", telecom=clinic.phone("+79161230003", period={"end": "2026-04"})),
        clinic.patient("merged", "+79161230003", active=False),
        clinic.patient("today", "", telecom=clinic.phone("+79161230003", period={"end": "2026-05"})),
    )
    assert [one.patient_id for one in await source.patients("+79161230003")] == ["today"]


async def test_all_that_is_said_of_a_patient(fhir_server: FhirServer, source: FhirSource):
    fhir_server.put(
        clinic.practitioner("gp", "Смирнов"),
        clinic.patient(
            "all",
            "+79161230004",
            birthDate="1980-05-17",
            communication=[{"language": {"coding": [{"code": "uk-UA"}]}}],
            generalPractitioner=[{"reference": "Practitioner/gp"}],
            meta={"tag": [{"code": "vip"}]},
            extension=[{"url": clinic.DEBT, "valueMoney": {"value": 1500.5}}],
        ),
        clinic.flag("flag-1", "all", "Коляска", "admin"),
        clinic.flag("flag-2", "all", "Аллергия на йод", "clinical"),
    )
    (found,) = await source.patients("+79161230004")
    assert (found.birth_date, found.language, found.doctor) == (date(1980, 5, 17), "uk", "Смирнов Олег")
    assert (found.tags, found.debt) == (frozenset({"vip"}), Decimal("1500.5"))
    assert {(one.text, one.kind) for one in found.remarks} == {
        ("Коляска", RemarkKind.NOTE),
        ("Аллергия на йод", RemarkKind.MEDICAL),
    }
    assert (found.origin.source, found.origin.at) == ("mis", NOW)


async def test_relatives_lead_to_their_patients(fhir_server: FhirServer, source: FhirSource):
    fhir_server.put(
        clinic.patient("child", "+79160009999", "Петров"),
        clinic.patient("aunt", "+79160009998", "Сидорова"),
        clinic.patient("mother", "+79161230005", "Петрова"),
        clinic.related("rel-1", "child", "8 (916) 123-00-05", "MTH", "мать"),
        clinic.related("rel-2", "aunt", "+79161230005", "NIECE", "племянница"),
        clinic.related("rel-3", "mother", "+79161230005", "ONESELF", "сама"),
        clinic.practitioner("doctor", "Орлов", "+79161230005"),
    )
    found = await source.patients("+79161230005")
    assert {(one.patient_id, one.reach, one.relationship, one.through) for one in found} == {
        ("mother", Reach.OWN, "", ""),
        ("child", Reach.GUARDIAN, "мать", "Петрова Анна"),
        ("aunt", Reach.RELATIVE, "племянница", "Петрова Анна"),
        ("doctor", Reach.STAFF, "", ""),
    }


async def test_a_policy_says_what_it_pays(fhir_server: FhirServer, source: FhirSource):
    money = {"value": 500, "currency": "RUB"}
    fhir_server.put(
        clinic.patient("insured", "+79161230006"),
        {"resourceType": "Organization", "id": "payor", "name": "РЕСО"},
        clinic.coverage(
            "cov-1", "insured",
            payor=[{"reference": "Organization/payor"}], subscriberId="77-1",
            type={"text": "dms"}, period={"start": "2026-01", "end": "2026"},
            **{"class": [{"type": {"coding": [{"code": "plan"}]}, "value": "p1", "name": "Премиум"}]},
            extension=[
                clinic.part("МРТ", "copay", percent={"valueInteger": 20}, clause={"valueString": "3.2"}),
                clinic.part("Приём", "copay", amount={"valueMoney": money}),
                clinic.part("Стоматология", "excluded"),
                clinic.part("Массаж", "maybe"),
            ],
            costToBeneficiary=[
                {"type": {"coding": [{"code": "US-ABD"}]}, "valueQuantity": {"value": 10, "code": "%"}},
                {"type": {"text": "Анализы"}, "valueMoney": {"value": 0}},
                {"type": {"text": "КТ"}, "valueMoney": money, "exception": [{"type": {"text": "пенсионер"}}]},
            ],
        ),
        clinic.coverage("cov-2", "insured", status="cancelled"),
    )  # fmt: skip
    ((policy, cancelled),) = [one.policies for one in await source.patients("+79161230006")]
    assert (policy.insurer, policy.programme, policy.number, policy.kind) == (
        "РЕСО",
        "Премиум",
        "77-1",
        "dms",
    )
    assert (policy.valid_from, policy.valid_until) == (date(2026, 1, 1), date(2026, 12, 31))
    assert policy.active
    assert not cancelled.active
    said = {
        one.service: (one.answer, one.copay_percent, one.copay_amount, one.clause) for one in policy.coverage
    }
    assert said == {
        "МРТ": (Answer.COPAY, 20, None, "3.2"),
        "Приём": (Answer.COPAY, None, Decimal(500), ""),
        "Стоматология": (Answer.NOT_COVERED, None, None, ""),
        "Массаж": (Answer.UNKNOWN, None, None, ""),
        "УЗИ": (Answer.COPAY, 10, None, ""),
        "Анализы": (Answer.COVERED, None, None, ""),
        "КТ": (Answer.COPAY, None, None, "пенсионер"),
    }


@pytest.mark.parametrize("include", [True, False])
async def test_visits_past_and_coming(fhir_server: FhirServer, include: bool):
    source = source_of(fhir_server.url, include=include, words={"394579002": "Кардиология"})
    with_doctor = [
        {"actor": {"reference": "Patient/visitor"}, "status": "accepted"},
        {"actor": {"reference": "Practitioner/cardio"}, "status": "accepted"},
        {"actor": {"reference": "Location/room"}, "status": "accepted"},
    ]
    fhir_server.put(
        clinic.patient("visitor", "+79161230007"),
        clinic.practitioner("cardio", "Орлова"),
        {"resourceType": "Location", "id": "room", "name": "Каб. 12"},
        clinic.appointment(
            "v-1", "visitor", "2026-05-02T10:00:00+03:00",
            participant=with_doctor, specialty=[{"coding": [{"code": "394579002"}]}],
            patientInstruction="Не есть 8 часов",
        ),
        clinic.appointment("v-2", "visitor", "2026-04-02T10:00:00Z", "noshow"),
        clinic.appointment("v-3", "visitor", "2026-05-01T08:00:00Z", "checked-in"),
        clinic.appointment("v-4", "visitor", "2026-06-01T08:00:00Z", "proposed"),
        clinic.appointment("v-5", "visitor", "2019-06-01T08:00:00Z", "fulfilled"),
    )  # fmt: skip
    (found,) = await source.patients("+79161230007")
    await source.close()
    assert [(one.visit_id, one.status) for one in found.visits] == [
        ("v-2", "noshow"),
        ("v-3", "arrived"),
        ("v-1", "booked"),
    ]
    coming = found.visits[-1]
    assert (coming.doctor, coming.place, coming.specialty) == ("Орлова Олег", "Каб. 12", "Кардиология")
    assert (coming.starts_at, coming.preparation) == (datetime(2026, 5, 2, 7, tzinfo=UTC), "Не есть 8 часов")


async def test_every_page_is_read(fhir_server: FhirServer):
    source = source_of(fhir_server.url, page=3)
    fhir_server.put(
        clinic.patient("pages", "+79161230008"),
        *(clinic.appointment(f"page-{n}", "pages", f"2026-05-{n:02}T08:00:00Z") for n in range(1, 12)),
    )
    (found,) = await source.patients("+79161230008")
    await source.close()
    assert len(found.visits) == 11


async def test_more_pages_than_the_bound_are_no_answer(fhir_server: FhirServer):
    source = source_of(fhir_server.url, page=1, pages=2)
    fhir_server.put(*(clinic.patient(f"crowd-{n}", "+79161230009") for n in range(4)))
    with pytest.raises(DirectoryError, match="no end"):
        await source.patients("+79161230009")
    await source.close()


async def test_what_is_invalid_is_left_out_and_told(fhir_server: FhirServer, source: FhirSource):
    fhir_server.put(
        clinic.patient("sound", "+79161230010"),
        clinic.appointment("good", "sound", "2026-05-02T10:00:00Z"),
        clinic.appointment("bad", "sound", "2026-05-02T10:00:00Z", specialty="Хирургия"),
    )
    with capture_logs() as logs:
        (found,) = await source.patients("+79161230010")
    assert [one.visit_id for one in found.visits] == ["good"]
    assert [line["resource"] for line in logs] == ["Appointment/bad"]
    assert "Хирургия" not in str(logs)


async def test_the_token_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CCD_FHIR_TOKEN", "s3cret")
    with running_fhir_server("s3cret") as server:
        server.put(clinic.patient("secret", "+79161230011"))
        inside, outside = source_of(server.url, token_env="CCD_FHIR_TOKEN"), source_of(server.url)
        assert [one.patient_id for one in await inside.patients("+79161230011")] == ["secret"]
        with pytest.raises(DirectoryError, match="401"):
            await outside.patients("+79161230011")
        await inside.close()
        await outside.close()
