"""From a SIP call to the figures of the day, with everything that ccd keeps on PostgreSQL."""

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from typer.testing import CliRunner

from ccd import logs
from ccd.cli.app import app
from tests.demo.desks import PASSWORD, Person
from tests.integration.clinic.desks import origin
from tests.integration.clinic.house import PHONES
from tests.integration.clinic.support import Clinic, Dialled, until, until_so

pytestmark = pytest.mark.asterisk

NUMBER, NAME = "+79161234567", "Иванова Мария Петровна"
FILE = f"patient_id,full_name,phones\n1001,{NAME},{NUMBER}\n"
OLGA = Person("olga", "Ольга", "operator", f"PJSIP/{PHONES['answers'][9]}")
"""Sits where the queue ``turns`` rings second."""
STRETCHES = [
    ("waiting", "", "connected"),
    ("offered", f"PJSIP/{PHONES['rings'][9]}", "missed"),
    ("offered", OLGA.phone, "answered"),
    ("talking", OLGA.phone, "caller"),
]


class Commands:
    """``ccd ...``, in this process: a new one is a second of work."""

    def __init__(self, clinic: Clinic) -> None:
        self._config = str(clinic.ccd.config)

    async def __call__(self, *words: str, given: str = "") -> str:
        command = (*words, "--config", self._config)
        done = await asyncio.to_thread(CliRunner().invoke, app, command, given, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.stdout


@pytest.fixture
async def ccd(clinic: Clinic, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Commands:
    """The clinic knows a patient, and lets Olga sign in."""
    monkeypatch.setattr(logs, "set_up", lambda **_how: None)
    commands = Commands(clinic)
    (tmp_path / "patients.csv").write_text(FILE)
    await commands("directory", "import", str(tmp_path / "patients.csv"))
    await commands("user", "add", OLGA.name, "--role", OLGA.role, "--password-stdin", given=PASSWORD)
    return commands


async def test_a_call_from_the_first_ring_to_the_report(clinic, probe, ccd):
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        socket = await OLGA.sit_down(session, origin(clinic))
        watching = asyncio.create_task(OLGA.watch(socket))
        call = await clinic.dial(probe, "turns", number=NUMBER)
        await until(lambda: NAME in names(call), "the card shows who is calling while the phone rings")
        await OLGA.card(call.call_id, "talking")
        await OLGA.note(session, origin(clinic), call.call_id, "result", "", "по почте")
        await clinic.hang_up(probe, call)
        watching.cancel()
    await clinic.known(call)
    (record,) = (one for one in await told(ccd, "calls") if one["call_id"] == call.call_id)
    assert (record["rule"], record["patient_ids"], record["unknown"]) == ("turns", ["1001"], [])
    assert (record["topic"], record["note"], record["noted_by"]) == ("result", "по почте", OLGA.name)
    assert [(one["kind"], one["phone"], one["result"]) for one in record["segments"]] == STRETCHES
    report = await told(ccd, "report", "--by", "topic")
    answered = {row["key"]: row["figures"]["answered"] for row in report["rows"]}
    assert (report["complete"], answered["result"]) == (True, 1)
    said = await until_so(lambda: agreeing(ccd), "Asterisk's logs have told of the calls")
    assert said["disagreements"] == []


def names(call: Dialled) -> set[str]:
    """Whom Olga's cards show while her phone rings."""
    cards = (card for _, card in OLGA.cards if (card["id"], card["state"]) == (call.call_id, "ringing"))
    return {one["name"] for card in cards for one in card["patients"]}


async def agreeing(ccd: Commands) -> dict[str, Any]:
    """What ``ccd verify`` says of all calls so far, once the logs have told of one."""
    said: dict[str, Any] = await told(ccd, "verify")
    return said if said["compared"] else {}


async def told(ccd: Commands, *words: str) -> Any:
    """What a command says to programs."""
    return json.loads(await ccd(*words, "--json"))
