"""A patient who reached nobody is called back by one key, and leaves the list."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from tests.integration.clinic.desks import desk_of, origin
from tests.integration.clinic.house import DIDS
from tests.integration.clinic.support import Clinic, Dialled, until, until_so

pytestmark = pytest.mark.asterisk

OPERATOR = "PJSIP/101"


class Desk:
    """The page's requests, from the operator's phone."""

    def __init__(self, clinic: Clinic, session: aiohttp.ClientSession) -> None:
        self._clinic = clinic
        self._session = session

    async def task(self, call: Dialled) -> dict[str, Any] | None:
        """The task that this missed call made, while it is open."""
        async with self._session.get(f"{origin(self._clinic)}/api/missed") as answer:
            rows = (await answer.json())["tasks"]
        return next((one for one in rows if one["id"] == call.call_id), None)

    async def call(self, call: Dialled) -> tuple[int, dict[str, Any]]:
        """Press the key."""
        address = f"{origin(self._clinic)}/api/missed/{call.call_id}/call"
        async with self._session.post(address, json={}) as answer:
            return answer.status, await answer.json()


@asynccontextmanager
async def desk(clinic: Clinic) -> AsyncIterator[Desk]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        await desk_of(clinic, OPERATOR, session)
        yield Desk(clinic, session)


async def missed(clinic: Clinic, probe: Any, number: str) -> Dialled:
    """A patient who waited in vain and hung up."""
    call = await clinic.dial(probe, "empty", number=number)
    await probe.event("QueueCallerJoin", Linkedid=call.call_id)
    await clinic.hang_up(probe, call)
    return call


async def test_one_key_calls_the_patient_back(clinic, probe):
    call = await missed(clinic, probe, "+79161112244")
    async with desk(clinic) as page:
        await until_so(lambda: page.task(call), "the task is on the page")
        status, answer = await page.call(call)
        assert status == 200
        assert (await page.call(call))[0] == 409
        rang = await probe.event("Newchannel", Uniqueid=answer["call"])
        assert rang["Channel"].startswith(f"{OPERATOR}-")
        dialled = await probe.event("DialBegin", Uniqueid=answer["call"])
        assert dialled["DialString"].startswith("trunk/sip:79161112244@")
        assert dialled["DestConnectedLineNum"] == DIDS["empty"]
        done = await probe.event("DialEnd", Uniqueid=answer["call"])
        assert done["DialStatus"] == "ANSWER"
        await until_so(lambda: gone(page, call), "the task is off the page")
    (record,) = await until(lambda: clinic.rows("answers = ?", call.call_id), "the record of the call back")
    assert (record["call_id"], record["direction"]) == (answer["call"], "outbound")
    assert (f"+{record['caller_number']}", record["phone"]) == (call.number, OPERATOR)


async def test_who_gets_through_by_himself_leaves_the_list(clinic, probe):
    call = await missed(clinic, probe, "+79161112255")
    async with desk(clinic) as page:
        await until_so(lambda: page.task(call), "the task is on the page")
        again = await clinic.dial(probe, "answers", number=call.number)
        await probe.event("AgentConnect", Linkedid=again.call_id)
        await until_so(lambda: gone(page, call), "the task is off the page")


async def gone(page: Desk, call: Dialled) -> bool:
    return await page.task(call) is None
