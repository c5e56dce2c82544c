"""A clinic on a real Asterisk for all tests of this folder: a queue for each way in which agents behave.

Queue and rule have the same name, so a test says what shall happen by the rule that it dials.
"""

import asyncio
import itertools
import json
import sqlite3
from collections.abc import Awaitable, Callable, Collection
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from math import inf
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from ccd.calls.record import CallRecord
from ccd.cli import opening
from ccd.store.calls import CallStore
from tests.integration.clinic import house
from tests.integration.clinic.house import BEHAVIOURS, DIDS
from tests.testbed.ami_probe import PATIENCE, AmiProbe
from tests.testbed.bed import Testbed
from tests.testbed.phones import Patient, Phone
from tests.testbed.ports import free_port

STAYS = 600
"""Seconds for which a patient stays whom a test lets hang up: longer than any test lasts."""


async def until(condition: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """Wait until the condition gives something true; that."""
    try:
        async with asyncio.timeout(seconds):
            while not (found := condition()):
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"not within {seconds} s: {what}") from None
    return found


async def until_so(question: Callable[[], Awaitable[Any]], what: str, seconds: float = PATIENCE) -> Any:
    """Ask until the answer is something true; that."""
    try:
        async with asyncio.timeout(seconds):
            while not (found := await question()):
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"not within {seconds} s: {what}") from None
    return found


async def completed(probe: AmiProbe, call_id: str) -> dict[str, str]:
    """The end of an agent's talk; of a channel that is already gone Asterisk tells nothing, nor whose."""
    return await probe.wait(
        lambda one: (
            one.get("Event") == "AgentComplete"
            and one.get("Linkedid", one.get("DestLinkedid", call_id)) == call_id
        )
    )


async def talking(probe: AmiProbe, call: "Dialled", **headers: str) -> dict[str, str]:
    """The queue's word that an agent has answered, once agent and caller are in one bridge.

    Asterisk says it before; who hangs up at that very moment has not talked.
    """
    wanted = {"Event": "AgentConnect", "Linkedid": call.call_id, **headers}.items()
    connected = await probe.wait(lambda one: wanted <= one.items())
    await bridged(probe, call, connected["DestUniqueid"])
    return connected


async def bridged(probe: AmiProbe, call: "Dialled", phone: str) -> None:
    """Wait until this channel of a phone and the caller are in one bridge."""
    entered = await probe.event("BridgeEnter", Uniqueid=phone)
    await probe.event("BridgeEnter", Uniqueid=call.call_id, BridgeUniqueid=entered["BridgeUniqueid"])


def _arrived(record: dict[str, Any]) -> float:
    """Seconds since 1970; a call of unknown arrival counts as a new one."""
    at = record["arrived_at"]
    return datetime.fromisoformat(at).timestamp() if at else inf


@dataclass(frozen=True)
class Dialled:
    """A patient's call in Asterisk: ``call_id`` is its linkedid, ``began`` Asterisk's clock."""

    phone: Phone
    number: str
    call_id: str
    channel: str
    began: float


class Speaking(Patient):
    """A patient with a voice (silence, as a-law): Asterisk treats some channels otherwise then."""

    def _keys(self) -> list[bytes]:
        return [b'<nop><action><exec rtp_stream="voice.alaw,-1,8"/></action></nop>']


class Clinic(Testbed):
    """One testbed that all tests share; each finds ccd running and leaves no call behind."""

    def __init__(self, home: Path) -> None:
        self.ports = {name: free_port() for name in BEHAVIOURS}
        usual = dict.fromkeys(("101", "102", "201"), self.ports["answers"])
        text = Path(__file__).with_name("ccd.yaml").read_text()
        config = home / "template.yaml"
        config.write_text(text.replace("@PATIENTS@", str(self.ports["answers"])))
        super().__init__(home, config=config, phone_ports=usual)
        self._patients: list[Phone] = []
        self._numbers = itertools.count(79_000_000_001)

    async def open(self) -> None:
        """Start Asterisk and the agents' phones."""
        self.home.mkdir(parents=True, exist_ok=True)
        self.asterisk.configure()
        self.furnish(self.home / "asterisk" / "etc")
        await self.asterisk.start()
        (self.home / "phones").mkdir()
        (self.home / "phones" / "voice.alaw").write_bytes(b"\xd5" * 8000)
        for name, behaviour in BEHAVIOURS.items():
            self.phones[name] = await behaviour.start(self.home / "phones", name, self.ports[name])

    def furnish(self, etc: Path) -> None:
        """Add what this clinic has to Asterisk's configuration, before Asterisk starts."""
        house.furnish(etc, self.ports)

    async def ready(self) -> None:
        """Have ccd run as configured, heard by Asterisk."""
        if not (self.ccd.process and self.ccd.process.alive):
            await self.start_ccd()

    async def start_ccd(self, module: str = "ccd") -> None:
        """Start it, return when it knows what is alive in Asterisk."""
        self.ccd.configure()
        before = self.resynchronised()
        await self.ccd.start(module=module)
        await until(lambda: self.resynchronised() > before, "ccd hears Asterisk")

    def resynchronised(self) -> int:
        """How often ccd has asked Asterisk for the whole picture."""
        return self.ccd.log.read_text().count('"ami_resynchronised"') if self.ccd.log.exists() else 0

    async def clear(self) -> None:
        """End every call, and wait for Asterisk to have none."""
        async with self.asterisk.probe() as probe:
            await probe.action({"Action": "Hangup", "Channel": "/.*/"})
            for phone in self._patients:
                await phone.process.stop()
            self._patients.clear()
            async with asyncio.timeout(PATIENCE):
                while await probe.list({"Action": "CoreShowChannels"}):
                    await asyncio.sleep(0.02)

    async def dial(self, probe: AmiProbe, rule: str, **patient: Any) -> Dialled:
        """Let a patient call the number of this rule, from a number that is used once.  One at a time.

        He stays until a test lets him hang up, or the other side does.
        """
        number = patient.pop("number", f"+{next(self._numbers)}")
        since = len(probe.messages)
        kind: type[Patient] = patient.pop("kind", Patient)
        behaves = {"number": number, "did": DIDS[rule], "talk": STAYS} | patient
        phone = await self.call(kind(**behaves))
        self._patients.append(phone)
        did = DIDS[rule]  # ccd may be calling a patient back over the same trunk
        born = await probe.event("Newchannel", since=since, Context="from-trunk", Exten=did)
        return Dialled(phone, number, born["Linkedid"], born["Channel"], float(born["Timestamp"]))

    async def hang_up(self, probe: AmiProbe, *calls: Dialled) -> None:
        """Let these patients hang up now, and wait until Asterisk is done with them."""
        for call in calls:
            await probe.action({"Action": "SendText", "Channel": call.channel, "Message": "hang up"})
        for call in calls:
            await probe.event("Hangup", Uniqueid=call.call_id)

    async def saved(self, call: Dialled, state: str) -> None:
        """Wait until the call's record in the database is in this state."""
        await until(lambda: self.rows("call_id = ? AND state = ?", call.call_id, state), f"{state} is saved")

    async def records(self, *calls: Dialled) -> list[dict[str, Any]]:
        """These calls, one record each, once their last state is durable."""
        wanted, numbers = [call.call_id for call in calls], {call.number for call in calls}
        await until(lambda: self.ended().issuperset(wanted), "the calls' records are final")
        since = min(call.began for call in calls) - 1
        theirs = [
            one
            for one in await self.listed()
            if one["call_id"] in wanted or (one["caller_number"] in numbers and _arrived(one) >= since)
        ]
        listed = {one["call_id"]: one for one in theirs}
        assert sorted(one["call_id"] for one in theirs) == sorted(wanted), "one record for each call"
        return [listed[call_id] for call_id in wanted]

    async def listed(self) -> list[dict[str, Any]]:
        """Every call as ``ccd calls --json`` writes it; no new process, which is a second of work."""
        async with opening.database(self.ccd.place) as database:
            records = await CallStore(database).calls(limit=100_000)
        return list(TypeAdapter(list[CallRecord]).dump_python(list(records), mode="json"))

    async def known(self, *calls: Dialled, but: Collection[str] = ()) -> list[dict[str, Any]]:
        """The records, once nothing else is unknown: the queue's last word may come after a call's end."""
        wanted = {call.call_id for call in calls}

        def whole() -> bool:
            rows = self.rows("state = 'ended'")
            return wanted <= {row["call_id"] for row in rows if set(json.loads(row["unknown"])) <= set(but)}

        try:
            await until(whole, "nothing else of the records is unknown")
        except AssertionError as error:
            raise AssertionError(f"{error}: {self.rows('state = ?', 'ended')[-len(wanted) :]}") from None
        return await self.records(*calls)

    def ended(self) -> set[str]:
        """Calls that the database itself says are over."""
        return {row["call_id"] for row in self.rows("state = 'ended'")}

    def rows(self, where: str, *values: str) -> list[dict[str, Any]]:
        """What the database itself holds of some calls."""
        with closing(sqlite3.connect(f"file:{self.ccd.database}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(f"SELECT * FROM calls WHERE {where}", values)]
