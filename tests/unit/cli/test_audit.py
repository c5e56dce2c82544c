"""``ccd audit``: who saw a patient."""

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from ccd.calls.ids import LinkedId, Phone
from ccd.people import AuditEntry
from ccd.store.audit import Audit
from ccd.store.database import Database
from tests.unit.empty_database import empty_database

AT = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
CARD = AuditEntry(
    at=AT,
    user="anna [/]\x1b[2J",
    action="card",
    phone=Phone("PJSIP/101"),
    call_id=LinkedId("1.1"),
    patient_ids=("m", "t"),
)
HISTORY = AuditEntry(at=AT + timedelta(hours=2), user="oleg", action="history", patient_ids=("m",))
SEARCH = AuditEntry(
    at=AT + timedelta(days=1),
    user="kim",
    action="search",
    patient_ids=("mis:17",),
    aliases=(("b", "mis:17"), ("fhir:x", "mis:17")),
    reason="просила перезвонить",
)
TABLE = """\
when  user  did  patient  phone  call  why
2026-11-18 14:00  oleg  history  m  -  -  -
2026-11-18 12:00  anna [/]\\x1b[2J  card  m  PJSIP/101  1.1  -
"""
"""Columns apart, however wide they are."""


@pytest.fixture
def trail(clinic):
    async def fill() -> None:
        await empty_database(clinic / "ccd.db")
        database = await Database.open(clinic / "ccd.db")
        await Audit(database).append(CARD, HISTORY, SEARCH)
        await database.close()

    asyncio.run(fill())


@pytest.mark.usefixtures("trail")
def test_who_saw_a_patient(ccd):
    code, out, error = ccd("audit", "m")
    assert (code, error) == (0, "")
    assert [re.sub(" {2,}", "  ", line.rstrip()) for line in out.splitlines()] == TABLE.splitlines()
    assert ccd("audit", "nobody") == (0, "nobody saw patient nobody\n", "")


@pytest.mark.usefixtures("trail")
def test_who_saw_a_patient_for_programs(ccd):
    entries = json.loads(ccd("audit", "m", "--json")[1])
    assert [entry["user"] for entry in entries] == ["oleg", CARD.user]
    assert entries[1] == {
        "at": "2026-11-18T09:00:00Z",
        "user": CARD.user,
        "action": "card",
        "phone": "PJSIP/101",
        "call_id": "1.1",
        "patient_ids": ["m"],
        "reason": "",
    }
    recent = json.loads(ccd("audit", "m", "--json", "--since", "2026-11-18T13:00")[1])
    assert [entry["user"] for entry in recent] == ["oleg"]
    assert ccd("audit", "t", "--json", "--since", "2026-11-18T13:00")[1] == "[]\n"


@pytest.mark.usefixtures("trail")
@pytest.mark.parametrize("known_as", ["mis:17", "b", "fhir:x"])
def test_who_saw_a_patient_under_any_id(ccd, known_as):
    [entry] = json.loads(ccd("audit", "--patient", known_as, "--json")[1])
    assert (entry["user"], entry["reason"], entry["patient_ids"]) == (
        "kim",
        "просила перезвонить",
        ["mis:17"],
    )


@pytest.mark.usefixtures("trail")
def test_whom_a_user_saw(ccd):
    entries = json.loads(ccd("audit", "--user", CARD.user, "--json")[1])
    assert [entry["patient_ids"] for entry in entries] == [["t"], ["m"]]
    assert json.loads(ccd("audit", "m", "--user", "kim", "--json")[1]) == []
    assert ccd("audit", "m", "--user", "kim") == (0, "kim did not see patient m\n", "")
    assert ccd("audit", "--user", "nobody") == (0, "nothing is known of nobody\n", "")
    assert len(json.loads(ccd("audit", "--json")[1])) == 4


def test_the_trail_before_the_first_start(ccd):
    assert ccd("audit", "m")[0] == 1
