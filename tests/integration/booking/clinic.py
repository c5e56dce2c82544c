"""A real ccd process, a made-up Asterisk that rings fifty phones, and fifty operators at the HTTP API."""

import asyncio
import random
import secrets
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from ccd.calls.ids import Phone
from ccd.desk.auth import COOKIE
from ccd.directory.booking import Slot
from ccd.directory.model import Patient
from ccd.store.database import Database
from ccd.store.migrate import migrate
from ccd.store.patients import BuiltinDirectory
from ccd.store.slots import replace_slots
from ccd.store.users import Users
from tests.fakes.ami import FakeAmi, event
from tests.testbed.ccd_process import CcdProcess
from tests.unit.ami.samples import AGENT, CHANNEL
from tests.unit.directory_rows import DirectoryRows
from tests.unit.import_rows import import_rows

NUMBER = "+79161234567"
CALL = CHANNEL["Linkedid"]


@dataclass
class Operator:
    """Wants one visit for one patient, in any free hour; asks again with the same key when cut off."""

    name: str
    patient: str
    token: str
    got: dict[str, Any] | None = None
    losses: int = 0
    cut_off: int = 0


@dataclass
class Clinic:
    """Fifty people share one number that rings at fifty phones."""

    home: Path
    ami: FakeAmi
    ccd: CcdProcess
    operators: list[Operator] = field(default_factory=list)

    async def furnish(self, operators: int, hours: int) -> None:
        """Patients, hours, users with open sessions: what the clinic has before ccd starts."""
        await migrate(self.ccd.database)
        database = await Database.open(self.ccd.database)
        people = [Patient(patient_id=f"p{number}", full_name=f"P {number}") for number in range(operators)]
        rows = DirectoryRows(
            patients=tuple(people),
            columns=frozenset({"full_name", "phones"}),
            phones={one.patient_id: (NUMBER,) for one in people},
        )
        async with BuiltinDirectory.open(database) as directory:
            await import_rows(directory, rows)
        now = datetime.now(UTC)
        await replace_slots(database, [_slot(number, now) for number in range(hours)], now)
        self._hire(operators)
        users = Users(database)
        for number in range(operators):
            token = await users.open_session(f"op{number}", 1)
            await users.set_phone(token, Phone(f"PJSIP/{100 + number}"))
            self.operators.append(Operator(f"op{number}", f"p{number}", token))
        await database.close()

    def _hire(self, operators: int) -> None:
        """Straight into the table: fifty passwords would take longer than the race."""
        with closing(sqlite3.connect(self.ccd.database)) as other, other:
            other.executemany(
                "INSERT INTO users VALUES (?, 'none', 'operator', '', 'en', 1)",
                [(f"op{number}",) for number in range(operators)],
            )

    async def begin(self) -> None:
        """Start ccd, and let the call ring."""
        before = self.ami.count("CoreShowChannels")
        await self.ccd.start()
        await self.ami.asked("CoreShowChannels", before + 1)
        self.ring()

    def ring(self) -> None:
        """The call is in the queue, and every phone rings."""
        connection = self.ami.latest
        connection.event("Newchannel", **CHANNEL)
        connection.event("QueueCallerJoin", **CHANNEL, Queue="operators")
        for number in range(len(self.operators)):
            leg = {
                "DestChannel": f"PJSIP/{100 + number}-00000001",
                "DestUniqueid": f"1795281484.{number + 1}",
                "Interface": f"PJSIP/{100 + number}",
            }
            connection.send(event("AgentCalled", **(AGENT | leg)))

    async def work(self, operator: Operator) -> None:
        """Until this operator has an hour, or none is free."""
        while operator.got is None:
            hours = (await self.ask(operator, "GET", "/api/slots"))["slots"]
            if not hours:
                return
            wish = {
                "key": secrets.token_hex(16),
                "kind": "book",
                "call": CALL,
                "patient": operator.patient,
                "source": "built-in",
                "slot": random.choice(hours)["id"],
            }
            answer = await self.ask(operator, "POST", "/api/bookings", wish)
            while answer["state"] == "unsure":
                await asyncio.sleep(0.1)
                answer = await self.ask(operator, "GET", f"/api/bookings/{wish['key']}")
            operator.got = answer["visit"]
            operator.losses += answer["state"] == "refused"

    async def ask(self, operator: Operator, method: str, path: str, data: Any = None) -> dict[str, Any]:
        """The answer, however often the line breaks meanwhile and until the card is there."""
        origin = f"http://127.0.0.1:{self.ccd.http_port}"
        async with asyncio.timeout(120):
            while True:
                try:
                    async with self._http.request(
                        method,
                        origin + path,
                        json=data,
                        headers={"Origin": origin},
                        cookies={COOKIE: operator.token},
                    ) as answer:
                        if answer.status == 200:
                            return dict(await answer.json())
                except (aiohttp.ClientError, OSError):
                    operator.cut_off += 1
                await asyncio.sleep(0.1)

    async def race(self, *, kill_after: int = 0) -> None:
        """All at once; ccd is killed as soon as so many have their hour, and started again."""
        connector = aiohttp.TCPConnector(limit=0)
        session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        async with session as self._http, asyncio.TaskGroup() as group:
            for operator in self.operators:
                group.create_task(self.work(operator))
            if kill_after:
                group.create_task(self._kill(kill_after))

    async def _kill(self, after: int) -> None:
        while len(self.visits()) < after:
            await asyncio.sleep(0.001)
        await self.ccd.kill()
        await self.begin()

    def visits(self) -> list[tuple[str, str, str]]:
        """What the database holds: (visit, slot, patient) of every live visit."""
        with closing(sqlite3.connect(self.ccd.database)) as other:
            rows = other.execute(
                "SELECT visit_id, slot_id, patient_id FROM booked_visits WHERE status = 'booked'"
            )
            return rows.fetchall()

    def orders(self) -> list[tuple[str, str]]:
        """The journal: (key, state)."""
        with closing(sqlite3.connect(self.ccd.database)) as other:
            return other.execute("SELECT key, state FROM orders").fetchall()


def _slot(number: int, now: datetime) -> Slot:
    begins = now + timedelta(hours=number + 1)
    return Slot(slot_id=f"s{number}", starts_at=begins, ends_at=None, doctor="Ким", specialty="терапевт")
