"""What stands around the phones: Asterisk, ccd, the link between them, somebody at a desk."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp

from tests.catalogue.premises import Premises
from tests.catalogue.recorder import Recorder
from tests.catalogue.shape import Shape
from tests.catalogue.watching import heard, hears, words
from tests.integration.clinic.desks import PASSWORD, USER
from tests.testbed.ami_probe import AmiProbe
from tests.testbed.proxy import Proxy
from tests.testbed.softphone import Exchange, Leg

MESSAGE_SIZE = 24_044
"""Bytes of a recording from which on it is a message."""


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What a script does to them, or waits for them to do."""

    shape: Shape
    exchange: Exchange
    recorder: Recorder
    probe: AmiProbe
    proxy: Proxy
    bed: Premises
    duty: asyncio.Lock
    """Whoever needs the one duty doctor holds it."""

    async def originate(self, channel_id: str) -> None:
        """Let the first operator's phone call the patient, as a program does."""
        number = self.shape.outside().removeprefix("+")
        action = {
            "Action": "Originate", "Channel": self.shape.device("a"), "ChannelId": channel_id,
            "Application": "Dial", "Data": f"PJSIP/{number}@outside,20",
            "CallerID": self.shape.outside(), "Async": "true",
        }  # fmt: skip
        await self.probe.action(action)

    async def pause(self, letter: str) -> None:
        """Somebody takes a break."""
        device = self.shape.device(letter)
        await self.probe.action({"Action": "QueuePause", "Interface": device, "Paused": "true"})

    async def channel(self, letter: str) -> str:
        """The name of a phone's living channel."""
        return (await self._living(letter))["Channel"]

    async def back(self, letter: str) -> None:
        """Wait until a phone is in a bridge with the patient again."""
        async with asyncio.timeout(30):
            while (await self._living(letter))["BridgeId"] not in await self._of_patients():
                await asyncio.sleep(0.05)

    async def speaks(self, leg: Leg, letter: str) -> None:
        """The phone's user speaks until Asterisk has put the phone in the place of a Local channel.

        It does so with a voice that passes while both its halves are in their bridges.
        """
        async with asyncio.timeout(30):
            async with leg.speaking():
                while (await self._living(letter))["BridgeId"] not in await self._of_patients():
                    await asyncio.sleep(0.05)

    async def _of_patients(self) -> set[str]:
        """The bridges in which somebody from outside is."""
        return {
            one["BridgeId"] for one in await self._channels() if one["Channel"].startswith("PJSIP/trunk-")
        } - {""}

    async def _living(self, letter: str) -> dict[str, str]:
        begin = f"{self.shape.device(letter)}-"
        return next(one for one in await self._channels() if one["Channel"].startswith(begin))

    async def _channels(self) -> list[dict[str, str]]:
        return await self.probe.list({"Action": "CoreShowChannels"})

    async def passed_on(self) -> None:
        """Wait until Asterisk has completed an attended transfer of this shape's agent."""
        await self.recorder.event("AttendedTransfer", OrigTransfererCallerIDNum=self.shape.extension("a"))

    async def recording(self, size: int = 0) -> None:
        """Wait until Asterisk records the caller, and has written so many bytes of him."""
        folder = self.bed.home / "asterisk" / "spool" / "ccd-voicemail" / f"box{self.shape.number}"
        async with asyncio.timeout(30):
            while not any(file.stat().st_size >= size for file in folder.glob("*")):
                await asyncio.sleep(0.05)

    async def speaks_a_message(self, patient: Leg) -> None:
        """Speak until what is recorded is no longer too short."""
        await self.recording()
        async with patient.speaking():
            await self.recording(MESSAGE_SIZE)

    async def press_to_the_doctor(self, letter: str) -> None:
        """Whoever sits at this phone presses the button at the desk."""
        origin = f"http://127.0.0.1:{self.bed.http_port}"
        call = (await self._living(letter))["Linkedid"]
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(cookie_jar=jar, headers={"Origin": origin}) as session:
            for method, where, body in (
                ("POST", "/api/session", {"name": USER, "password": PASSWORD}),
                ("PUT", "/api/phone", {"phone": self.shape.device(letter)}),
                ("POST", f"/api/calls/{call}/escalate", {"topic": "", "note": ""}),
            ):
                async with session.request(method, origin + where, json=body) as answer:
                    assert answer.status == 200, await answer.text()

    async def becomes(self, word: str) -> None:
        """Wait until the database has this shape's call in this state, or with this disposition."""
        async with asyncio.timeout(35):
            while word not in words(self.bed, self.shape.name):
                await asyncio.sleep(0.1)

    @asynccontextmanager
    async def silence(self) -> AsyncIterator[None]:
        """ccd does not hear Asterisk meanwhile."""
        before = heard(self.bed)
        await self.proxy.refuse()
        yield
        await self.proxy.listen()
        await hears(self.bed, before)

    async def killed(self) -> None:
        """ccd dies as of a power failure, and begins again."""
        before = heard(self.bed)
        await self.bed.ccd.kill()
        await self.bed.start_ccd()
        await hears(self.bed, before)
