"""Patients who do something in their calls: each act waits for what Asterisk and ccd have done before."""

import json
from dataclasses import dataclass
from typing import Any

from tests.integration.clinic.support import until
from tests.integration.routing.conditions import WITHHELD
from tests.integration.routing.premises import Premises
from tests.integration.routing.steps import ASKS, JOINS, RECORDS, Told, Try
from tests.testbed.ami_probe import AmiProbe, Message
from tests.testbed.softphone import Exchange, Leg

HEARD: Told = {"Event": "DTMFEnd", "Direction": "Received"}
WHOLE = 24_044
"""Bytes of a recording from which on it is a message."""
_LONG = 60


def path_of(row: Any) -> tuple[str, ...]:
    """A record's steps, each with its outcome, as words."""
    steps = (filter(None, (one["kind"], one["target"], one["outcome"])) for one in json.loads(row["path"]))
    return tuple(map(" ".join, steps))


@dataclass(frozen=True)
class Patients:
    """All who call these premises."""

    premises: Premises
    probe: AmiProbe
    exchange: Exchange

    def dial(self, did: str, number: str = "") -> Leg:
        """Somebody calls; when nothing else is said, one of whom nothing is known."""
        headers = ("X-Phone: patient", *(("Privacy: id",) if number == WITHHELD else ()))
        phone = self.exchange.phone(number or f"+7917{did[-7:]}")
        return phone.dial(did, name="Anonymous" if number == WITHHELD else "Ivanov Ivan", headers=headers)

    async def plays(self, one: Try, did: str) -> str:
        """One call from its beginning to its end; what the phone was told when nobody took it."""
        leg = self.dial(did, one.number)
        born = await self.probe.event("Newchannel", Exten=did, Context="from-trunk", seconds=_LONG)
        if one.keys:
            await self._presses(leg, born["Linkedid"], one.keys)
        if one.says:
            await self._says(leg, born, one.says)
        if one.leaves:
            await self._told(born["Linkedid"], one.leaves)
            await until(lambda: self._so_far(did, one), f"the record of {did} shows {one.path}", _LONG)
            await leg.hang_up()
        await leg.ended(_LONG)
        return str(leg.status or "")

    def _so_far(self, did: str, one: Try) -> bool:
        """Whether the record shows every step of the path; the last one goes on."""
        rows = self.premises.rows("called_number = ?", did)
        path = path_of(rows[0]) if rows else ()
        return path[:-1] == one.path[:-1] and bool(path) and one.path[-1].startswith(path[-1])

    async def _presses(self, leg: Leg, call: str, keys: str) -> None:
        """Each key when Asterisk asks for one; then a voice until the key was heard."""
        await leg.answered(_LONG)
        since = 0
        for key in keys:
            await self._told(call, ASKS, JOINS, since=since)
            since = len(self.probe.messages)
            async with leg.speaking():
                await leg.press_key(key)
                await self._told(call, {**HEARD, "Digit": key}, since=since)

    async def _says(self, leg: Leg, born: Message, how_much: str) -> None:
        """A word once it is recorded; or speak from the answer on, until there is a message."""
        if how_much == "little":
            await self._told(born["Linkedid"], RECORDS)
            await leg.speak(0.2)
            return
        await leg.answered(_LONG)
        async with leg.speaking():
            await until(
                lambda: leg.over.is_set() or self._recorded(born["Uniqueid"]) >= WHOLE, "a message", _LONG
            )

    def _recorded(self, caller: str) -> int:
        """Bytes of this caller's recording that are written."""
        boxes = self.premises.home / "asterisk" / "spool" / "ccd-voicemail"
        return sum(file.stat().st_size for file in boxes.glob(f"*/{caller}.wav"))

    async def _told(self, call: str, *any_of: Told, since: int = 0) -> Message:
        """Wait until Asterisk tells one of these of this call."""
        wanted = [{**one, "Linkedid": call}.items() for one in any_of]
        try:
            return await self.probe.wait(
                lambda said: any(one <= said.items() for one in wanted), since=since, seconds=_LONG
            )
        except TimeoutError:
            raise AssertionError(f"Asterisk does not tell of {call}: {any_of}") from None
