"""A call that the queue recorded is heard at the desk, and that somebody listened is written down."""

import io
import wave

import aiohttp
import pytest

from ccd.cli import opening
from ccd.people import AuditEntry
from ccd.store.audit import Audit
from tests.integration.clinic.desks import PASSWORD, add_user, origin
from tests.integration.clinic.support import Clinic, Speaking, until

pytestmark = pytest.mark.asterisk

SUPERVISOR = "sonya"
HALF = 0.5
"""Seconds of a recording."""


async def heard(clinic: Clinic, call_id: str) -> tuple[str, bytes]:
    """What the desk plays to a supervisor: its media type, and the sound."""
    await add_user(clinic.ccd.config, SUPERVISOR, "supervisor")
    jar, at = aiohttp.CookieJar(unsafe=True), origin(clinic)
    async with aiohttp.ClientSession(cookie_jar=jar, headers={"Origin": at}) as session:
        who = {"name": SUPERVISOR, "password": PASSWORD}
        async with session.post(f"{at}/api/session", json=who) as answer:
            assert answer.status == 200, await answer.text()
        async with session.get(f"{at}/api/calls/{call_id}/recording") as answer:
            assert answer.status == 200, await answer.text()
            return answer.content_type, await answer.read()


def seconds(sound: bytes) -> float:
    """How long it lasts, as its head says."""
    with wave.open(io.BytesIO(sound)) as opened:
        return float(opened.getnframes() / opened.getframerate())


async def listened(clinic: Clinic) -> list[AuditEntry]:
    async with opening.database(clinic.ccd.place) as database:
        entries = await Audit(database).entries(user=SUPERVISOR)
    return [one for one in entries if one.action == "recording-played"]


async def test_a_call_that_the_queue_recorded_is_heard_by_a_supervisor(clinic, probe):
    call = await clinic.dial(probe, "recorded", kind=Speaking)
    file = clinic.home / "asterisk" / "spool" / "monitor" / f"{call.call_id}.wav"
    await until(lambda: file.exists() and file.stat().st_size > 8000, "half a second is recorded")
    await clinic.hang_up(probe, call)
    (record,) = await clinic.records(call)
    await until(lambda: seconds(file.read_bytes()) > HALF, "Asterisk has written the file's head")
    assert record["recording"] == str(file)
    kind, sound = await heard(clinic, call.call_id)
    assert kind == "audio/wav"
    with wave.open(io.BytesIO(sound)) as opened:
        assert opened.getframerate() == 8000
    assert seconds(sound) > HALF
    (entry,) = await listened(clinic)
    assert entry.call_id == call.call_id
