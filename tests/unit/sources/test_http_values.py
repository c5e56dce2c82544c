"""Values of a JSON answer that do not fit, and answers that are too much."""

import json
from typing import Any

import pytest

from ccd.directory.model import STATUSES, DirectoryError
from ccd.directory.sentences import sentence
from tests.testbed.http_messages import Reply
from tests.testbed.http_source import HttpSource
from tests.unit.sources.http_world import EVERYTHING, NUMBER, PERSON, answering, asking, written

MAY_SAY = "; the settings may say under words what it means"


@pytest.mark.parametrize(
    ("person", "why"),
    [
        ({"id": None}, "patients[0].patient_id is missing in the answer"),
        ({"id": "  "}, "patients[0].patient_id is empty"),
        ({"id": "1\u200b7"}, "patients[0].patient_id holds a letter that does not show"),
        ({"name": ["x"]}, "patients[0].full_name must be text, not a list"),
        ({"name": "x" * 5000}, "patients[0].full_name is longer than 4,000 characters"),
        ({"name": "\ud800"}, "patients[0].full_name holds half a letter"),
        ({"born": "31.02.1990"}, "patients[0].birth_date is no date, YYYY-MM-DD or DD.MM.YYYY"),
        ({"born": "1990-05-01T21:00:00Z"}, "patients[0].birth_date is no date, YYYY-MM-DD or DD.MM.YYYY"),
        ({"owes": -1}, "patients[0].debt is no amount of 0 or more like 1200 or 1200.50"),
        ({"owes": 1e300}, "patients[0].debt is no amount of 0 or more like 1200 or 1200.50"),
        ({"marks": ["a"] * 300}, "patients[0].tags holds more than 200"),
        ({"lang": "по-русски"}, "patients[0].language is no language like ru, uk or en"),
        ({"insurance": [{"company": "x", "no": " "}]}, "patients[0].policies[0].number is empty"),
        (
            {"visits": [{"at": "2026-11-18T25:00", "done": True}]},
            "patients[0].visits[0].starts_at is no moment, YYYY-MM-DDTHH:MM:SS+03:00",
        ),
        (
            {"visits": [{"at": "2026-11-18T10:00", "done": "hunter2"}]},
            "patients[0].visits[0].status is none of " + ", ".join(STATUSES) + MAY_SAY,
        ),
        ({"visits": ["x"]}, "patients[0].visits[0] is no object; see its key each"),
        ({"visits": [{}] * 501}, "patients[0].visits are more than 500"),
        ({"family": None}, "patients[0].full_name: the answer does not suit its expression"),
    ],
)
async def test_a_value_that_does_not_fit_is_named_and_never_quoted(person, why):
    async with (
        HttpSource(
            answering(Reply(body=json.dumps({"data": {"people": [PERSON | person]}}).encode()))
        ) as service,
        asking(written(service.url, patients={"answer": EVERYTHING})) as source,
    ):
        if "name" in person:
            source._settings = written(service.url, patients={"answer": EVERYTHING | {"full_name": "name"}})
        with pytest.raises(DirectoryError) as caught:
            await source.patients(NUMBER)
    assert str(caught.value) == why
    assert sentence(caught.value, NUMBER) == why  # nothing of it is masked as a telephone number


async def test_a_long_answer_is_read_as_a_short_one_is():
    visits = [{"at": f"20{year}-11-18T10:00:00Z", "done": True} for year in range(10, 99)]
    answer: dict[str, Any] = {"data": {"people": [PERSON | {"visits": visits * 5}] * 10}}
    async with (
        HttpSource(answering(answer)) as service,
        asking(written(service.url, patients={"answer": EVERYTHING})) as source,
    ):
        people = await source.patients(NUMBER)
        assert [len(one.visits) for one in people] == [89 * 5] * 10
        answer["data"]["people"][0]["visits"][-1]["done"] = "?"
        with pytest.raises(DirectoryError, match=r"^patients\[0\]\.visits\[88\]\.status is none of "):
            await source.patients(NUMBER)
