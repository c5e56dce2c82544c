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
from ccd.store.migrate import migrate

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
TABLE = """\
when  user  did  phone  call
2026-11-18 14:00  oleg  history  -  -
2026-11-18 12:00  anna [/]\\x1b[2J  card  PJSIP/101  1.1
"""
"""Columns apart, however wide they are."""


@pytest.fixture
def trail(clinic):
    async def fill() -> None:
        await migrate(clinic / "ccd.db")
        database = await Database.open(clinic / "ccd.db")
        await Audit(database).append(CARD, HISTORY)
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
    }
    recent = json.loads(ccd("audit", "m", "--json", "--since", "2026-11-18T13:00")[1])
    assert [entry["user"] for entry in recent] == ["oleg"]
    assert ccd("audit", "t", "--json", "--since", "2026-11-18T13:00")[1] == "[]\n"


def test_the_trail_before_the_first_start(ccd):
    assert ccd("audit", "m")[0] == 1
