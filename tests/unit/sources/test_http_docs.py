"""What docs/integrating.md says of an HTTP service is so."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import pytest

from ccd.directory.booking import Order, SlotQuery, SlotTakenError
from ccd.directory.model import Answer
from ccd.settings.document import parse
from ccd.settings.loading import load
from ccd.settings.source_http import HttpSettings
from tests.testbed.http_messages import Asked, Reply
from tests.testbed.http_source import HttpSource
from tests.unit.sources.http_world import NUMBER, asking, booking

PAGE = (Path(__file__).parents[3] / "docs/integrating.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("## An HTTP service")[2].partition("\n## ")[0]
YAML = re.findall(r"```yaml\n(.*?)```", SECTION, re.DOTALL)
(JSON,) = re.findall(r"```json\n(.*?)```", SECTION, re.DOTALL)
VISIT = {"id": "v1", "at": "2026-11-21T10:00:00+03:00", "state": "booked", "doctor": "Сидорова"}
SLOT = VISIT | {"id": "s1", "specialty": "Терапевт"}


def settings(tmp_path: Path, url: str, text: str) -> HttpSettings:
    file = tmp_path / "ccd.yaml"
    file.write_text(text.replace("https://mis.clinic.ru", url), encoding="utf-8")
    found = load(file).directory.sources[0].http
    assert found is not None
    return found


async def test_who_is_calling(tmp_path):
    def answer(asked: Asked) -> Any:
        if asked.target == "/api/patients?phone=%2B79161234567":
            return json.loads(JSON)
        return {"items": [VISIT]} if asked.target == "/api/patients/17/visits" else Reply(status=404)

    async with HttpSource(answer) as service:
        written = settings(tmp_path, service.url, YAML[0])
        async with asking(written, {"MIS_TOKEN": "hunter2"}) as source:
            (patient,) = await source.patients(NUMBER)
    assert {one.headers["authorization"] for one in service.asked} == {"Bearer hunter2"}
    assert patient.full_name == "Иванов Пётр"
    assert patient.policies[0].coverage[0].answer is Answer.COPAY
    assert patient.visits[0].doctor == "Сидорова"


@pytest.fixture
def both() -> str:
    """The two examples in one file, without the secret."""
    lines = [line for line in YAML[0].splitlines() if "secret:" not in line]
    return "\n".join([*lines, indent(dedent(YAML[1]), " " * 8)])


async def test_the_schedule(tmp_path, both):
    assert parse(Path("x"), both).problems == ()

    def answer(asked: Asked) -> Any:
        match asked.method, asked.target.partition("?")[0]:
            case "GET", "/api/slots":
                return {"slots": [SLOT]}
            case "POST", "/api/visits":
                return VISIT if json.loads(asked.body)["slot"] == "s1" else Reply(status=409)
            case "PUT", "/api/visits/v1":
                return VISIT
            case "DELETE", "/api/visits/v1":
                return Reply(status=204, headers=())
            case "GET", "/api/visits":
                return {"visits": [VISIT] if asked.target.endswith("=k1") else []}
            case _:
                return Reply(status=404)

    async with HttpSource(answer) as service, booking(settings(tmp_path, service.url, both)) as source:
        days = SlotQuery(since=datetime(2026, 11, 21, tzinfo=UTC), until=datetime(2026, 11, 22, tzinfo=UTC))
        (slot,) = await source.slots(days)
        order = Order(key="k1", slot_id=slot.slot_id, patient_id="17")
        visit = await source.book(order)
        assert await source.move(visit.visit_id, order) == await source.booked("k1") == visit
        assert await source.booked("k2") is None
        with pytest.raises(SlotTakenError):
            await source.book(Order(key="k2", slot_id="s2", patient_id="17"))
        await source.cancel(visit.visit_id, "k3")
    assert service.asked[1].headers["idempotency-key"] == "k1"


def test_the_tables_name_every_key():
    from ccd.routing.base import Model
    from ccd.settings import answer_fields as fields

    keys = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", SECTION.partition("| `answer` of")[2], re.MULTILINE))
    models: dict[str, type[Model]] = {
        "patients": fields.PatientFields,
        "policies": fields.PolicyFields,
        "visits": fields.VisitFields,
        "remarks": fields.RemarkFields,
        "slots": fields.SlotFields,
    }
    for name, model in models.items():
        for key, field in model.model_fields.items():
            assert key == "each" or f"`{key}`" in keys[name]
            assert not field.is_required() or f"**`{key}`**" in keys[name]
    assert all(f"`{key}`" in SECTION for key in HttpSettings.model_fields)
