"""A clinic's HTTP service, asked who is calling."""

import json
import re
from contextlib import nullcontext
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

import pytest

from ccd.directory.model import (
    Answer,
    Coverage,
    DirectoryError,
    Origin,
    Patient,
    Policy,
    Reach,
    Remark,
    RemarkKind,
    Visit,
)
from ccd.settings.problems import SettingsError
from tests.testbed.certificates import certificate
from tests.testbed.http_messages import Asked, Reply
from tests.testbed.http_source import HttpSource
from tests.unit.sources.http_world import (
    ANSWER,
    BOY,
    EVERYTHING,
    NOW,
    NUMBER,
    PERSON,
    answering,
    asking,
    written,
)


async def test_everything_that_a_service_may_say():
    async with (
        HttpSource(answering({"data": {"people": [PERSON]}})) as service,
        asking(written(service.url, patients={"answer": EVERYTHING})) as source,
    ):
        (patient,) = await source.patients(NUMBER)
    assert patient == Patient(
        patient_id="17",
        full_name="Иванов Пётр",
        birth_date=date(2019, 5, 1),
        language="uk",
        tags=frozenset({"vip"}),
        doctor="Сидорова",
        debt=Decimal("1200.50"),
        policies=(
            Policy(
                insurer="СОГАЗ",
                number="123",
                programme="Премиум",
                valid_from=date(2026, 1, 1),
                valid_until=date(2026, 12, 31),
                kind="dms",
                active=False,
                coverage=(
                    Coverage(service="МРТ", answer=Answer.COPAY, copay_percent=30, clause="3.2"),
                    Coverage(service="УЗИ", answer=Answer.COVERED),
                    Coverage(service="КТ", answer=Answer.UNKNOWN, copay_amount=Decimal(500)),
                ),
            ),
        ),
        visits=(
            Visit(
                starts_at=datetime(2026, 11, 18, 13, 30, tzinfo=UTC),
                doctor="Сидорова",
                specialty="",
                place="7",
                status="booked",
            ),
            Visit(
                starts_at=datetime(2026, 11, 1, 8, tzinfo=UTC),
                doctor="",
                specialty="",
                place="",
                status="fulfilled",
            ),
        ),
        remarks=(Remark(text="аллергия на йод", kind=RemarkKind.MEDICAL),),
    )
    assert patient.visits[0].visit_id == "v1"
    facts: tuple[Any, ...] = (
        patient,
        patient.policies[0],
        patient.policies[0].coverage[0],
        *patient.visits,
        *patient.remarks,
    )
    assert {one.origin for one in facts} == {Origin("mis", NOW)}


async def test_the_number_in_every_writing_and_the_secret_reach_the_service():
    patients: dict[str, Any] = {
        "url": "{url}/find/{digits}/?n={national}&key={secret:MIS_KEY}",
        "method": "POST",
        "headers": {"X-Token": "{secret:MIS_TOKEN}"},
        "body": {"phone": "{e164}", "several": ["{{as it is}}", 1, None]},
    }
    async with HttpSource(answering({"people": []})) as service:
        patients["url"] = patients["url"].replace("{url}", service.url)
        settings = written(
            service.url, patients=patients, headers={"Authorization": "Bearer {secret:MIS_TOKEN}"}
        )
        async with asking(settings, {"MIS_TOKEN": "hunter2", "MIS_KEY": "a/b&c"}) as source:
            assert await source.patients(NUMBER) == ()
    (asked,) = service.asked
    assert (asked.method, asked.target) == ("POST", "/find/79161234567/?n=9161234567&key=a%2Fb%26c")
    assert (asked.headers["authorization"], asked.headers["x-token"]) == ("Bearer hunter2", "hunter2")
    assert json.loads(asked.body) == {"phone": NUMBER, "several": ["{as it is}", 1, None]}
    assert "hunter2" not in repr(settings)


def test_a_secret_that_is_nowhere_is_named():
    settings = written("https://mis.clinic.ru", headers={"Authorization": "Bearer {secret:MIS_TOKEN}"})
    with pytest.raises(SettingsError, match=r"MIS_TOKEN: this secret is nowhere"):
        asking_now(settings)


def asking_now(settings: Any) -> Any:
    from ccd.sources.http import HttpSource as Source

    return Source("mis", settings, UTC, environ={})


async def test_facts_asked_for_apart():
    def answer(asked: Asked) -> Any:
        if asked.target.startswith("/patients"):
            return {"people": [BOY, BOY | {"id": "a/../b"}]}
        who = unquote(asked.target.split("/")[2])
        if asked.target.endswith("visits"):
            return Reply(status=404) if who == "17" else {"at": "2026-11-18 10:00", "state": "booked"}
        return [{"company": "СОГАЗ", "no": f"of {who}"}]

    async with HttpSource(answer) as service:
        apart = {
            "policies": {
                "url": f"{service.url}/of/{{patient_id}}/policies",
                "answer": {"insurer": "company", "number": "no"},
            },
            "visits": {
                "url": f"{service.url}/of/{{patient_id}}/visits",
                "nobody": 404,
                "answer": {"starts_at": "at", "status": "state"},
            },
        }
        async with asking(written(service.url, **apart)) as source:
            first, second = await source.patients(NUMBER)
    assert [one.number for one in first.policies + second.policies] == ["of 17", "of a/../b"]
    assert (first.visits, [one.status for one in second.visits]) == ((), ["booked"])
    assert "/of/a%2F..%2Fb/visits" in {one.target for one in service.asked}


async def test_one_fact_that_cannot_be_had_is_no_answer():
    answers = {"/patients": {"people": [BOY]}, "/visits": Reply(status=503)}

    async with HttpSource(lambda asked: answers[asked.target.partition("?")[0]]) as service:
        visits = {"url": f"{service.url}/visits?{{patient_id}}", "answer": {"starts_at": "at", "status": "s"}}
        async with asking(written(service.url, visits=visits)) as source:
            with pytest.raises(DirectoryError, match=r"^visits: answers 503 Service Unavailable$"):
                await source.patients(NUMBER)


async def test_whom_a_person_s_own_entry_names():
    relatives = {"each": "children", "patient_id": "id", "full_name": "name", "reach": "'guardian'"}
    relatives |= {"relationship": "'mother'"}
    mother = {"id": None, "name": "Иванова Мария", "children": [BOY, BOY | {"id": 18}]}
    async with (
        HttpSource(answering({"people": [mother, {"id": 5, "name": "Другой", "children": []}]})) as service,
        asking(written(service.url, patients={"answer": ANSWER | {"relatives": relatives}})) as source,
    ):
        found = await source.patients(NUMBER)
    assert [(one.patient_id, one.reach, one.relationship, one.through) for one in found] == [
        ("17", Reach.GUARDIAN, "mother", "Иванова Мария"),
        ("18", Reach.GUARDIAN, "mother", "Иванова Мария"),
        ("5", Reach.OWN, "", ""),
    ]


@pytest.mark.parametrize(
    ("nobody", "expected"),
    [
        (404, ()),
        ([204, 404], ()),
        (
            [],
            'patients: answers 404 Not Found; is the address right? If it means "nobody", write nobody: 404',
        ),
    ],
)
async def test_a_status_may_mean_nobody(nobody, expected):
    async with (
        HttpSource(answering(Reply(status=404, body=b"<html>none</html>"))) as service,
        asking(written(service.url, patients={"nobody": nobody})) as source,
    ):
        if expected == ():
            assert await source.patients(NUMBER) == ()
        else:
            with pytest.raises(DirectoryError, match=f"^{re.escape(str(expected))}$"):
                await source.patients(NUMBER)


@pytest.mark.parametrize(
    ("said", "fault"), [({}, ""), ({"people": None}, ""), ({"peoples": []}, "each"), ([], "")]
)
async def test_a_misspelt_list_is_not_nobody(said, fault):
    async with HttpSource(answering(said)) as service, asking(written(service.url)) as source:
        if fault:
            with pytest.raises(DirectoryError, match="has nothing called people; see its key each"):
                await source.patients(NUMBER)
        else:
            assert await source.patients(NUMBER) == ()


@pytest.mark.parametrize(
    ("said", "fault"), [(b'"the database is down"', True), (b"17", True), (b"false", False), (b"null", False)]
)
async def test_a_word_in_place_of_people_is_not_nobody(said, fault):
    """What programs say of nothing (null, false) still means nobody."""
    reply = Reply(body=said)
    async with HttpSource(answering(reply)) as service, asking(written(service.url)) as source:
        with pytest.raises(DirectoryError, match="neither") if fault else nullcontext():
            assert await source.patients(NUMBER) == ()


async def test_more_people_than_a_number_can_have():
    async with (
        HttpSource(answering({"people": [BOY] * 51})) as service,
        asking(written(service.url)) as source,
    ):
        with pytest.raises(DirectoryError, match=r"^patients are more than 50$"):
            await source.patients(NUMBER)


async def test_a_service_whose_certificate_the_clinic_itself_signed(tmp_path):
    signed = certificate(tmp_path)
    async with HttpSource(answering({"people": [BOY]}), tls=signed.context) as service:
        async with asking(written(service.url, ca_file=str(signed.file))) as source:
            (patient,) = await source.patients(NUMBER)
        assert patient.patient_id == "17"
        async with asking(written(service.url)) as source:
            with pytest.raises(
                DirectoryError, match=r"^shows a certificate that cannot be trusted: self-signed"
            ):
                await source.patients(NUMBER)


async def test_a_certificate_of_another_host(tmp_path):
    signed = certificate(tmp_path, "DNS:other.clinic.ru")
    async with (
        HttpSource(answering({}), tls=signed.context) as service,
        asking(written(service.url, ca_file=str(signed.file))) as source,
    ):
        with pytest.raises(DirectoryError, match=r"^shows a certificate that cannot be trusted: "):
            await source.patients(NUMBER)
    assert service.asked == []
