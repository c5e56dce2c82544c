"""What the script of a shape holds in its hands: phones, the outside world, Asterisk and ccd."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import dataclass

import aiohttp

from tests.catalogue.recorder import Recorder
from tests.catalogue.shape import Shape
from tests.integration.clinic.desks import PASSWORD, USER
from tests.testbed.ami_probe import AmiProbe
from tests.testbed.bed import Testbed
from tests.testbed.proxy import Proxy
from tests.testbed.softphone import Exchange, Leg, Softphone


def states(bed: Testbed) -> list[str]:
    """In which states the database has the calls that go on."""
    with closing(sqlite3.connect(f"file:{bed.ccd.database}?mode=ro", uri=True)) as connection:
        return [row[0] for row in connection.execute("SELECT state FROM calls WHERE state <> 'ended'")]


def words(bed: Testbed, rule: str) -> set[str]:
    """In which states, and with which dispositions, the database has the calls of this rule."""
    with closing(sqlite3.connect(f"file:{bed.ccd.database}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT state, disposition FROM calls WHERE rule = ?", [rule])
        return {word for row in rows for word in row}


def heard(bed: Testbed) -> int:
    """How often ccd has asked Asterisk for the whole picture."""
    return bed.ccd.log.read_text().count('"ami_resynchronised"')


async def hears(bed: Testbed, before: int) -> None:
    """Wait until ccd has asked for it once more."""
    async with asyncio.timeout(20):
        while heard(bed) == before:
            await asyncio.sleep(0.05)


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One shape's part of the premises."""

    shape: Shape
    exchange: Exchange
    recorder: Recorder
    probe: AmiProbe
    proxy: Proxy
    bed: Testbed
    duty: asyncio.Lock
    """Whoever needs the one duty doctor holds it."""

    def __getattr__(self, letter: str) -> Softphone:
        """The phones by their letters: ``stage.a``."""
        if letter not in set("abcdxy"):
            raise AttributeError(letter)
        return self.exchange.phone(self.shape.extension(letter))

    @property
    def doctor(self) -> Softphone:
        """The one phone in ``duty-doctor``, where callers are passed on to."""
        return self.exchange.phone("201")

    @property
    def doctors(self) -> str:
        """What to dial for the shape's doctors' queue."""
        return f"7{self.shape.number:03}"

    def to(self, letter: str) -> str:
        """What to dial for a phone of the house."""
        return self.shape.extension(letter)

    async def rung_outside(self, *, by_ccd: bool = False) -> Leg:
        """The patient's phone rings: dialled by an agent's phone, or by ccd."""
        number = self.shape.outside().removeprefix("+") if by_ccd else self.shape.dialled
        return await self.exchange.phone(number).rings()

    def call(self, which: int = 0, *, withheld: bool = False) -> Leg:
        """A patient calls the clinic."""
        if withheld:
            headers = ("X-Phone: patient", "Privacy: id")
            return self.exchange.phone("anonymous").dial(self.shape.did, name="Anonymous", headers=headers)
        phone = self.exchange.phone(self.shape.outside(which))
        return phone.dial(self.shape.did, name="Ivanov Ivan", headers=("X-Phone: patient",))

    async def talk(self) -> tuple[Leg, Leg]:
        """A patient calls, the first operator answers: both legs."""
        patient = self.call()
        agent = await self.answers("a")
        await patient.answered()
        return patient, agent

    async def answers(self, letter: str) -> Leg:
        """This phone rings, and is answered: returns when there is somebody to talk with."""
        leg = await getattr(self, letter).rings()
        since = len(self.recorder.frames)
        await leg.answer()
        await self.bridged(letter, since)
        return leg  # type: ignore[no-any-return]

    async def doctor_answers(self) -> Leg:
        """The duty doctor takes the call."""
        leg = await self.doctor.rings()
        since = len(self.recorder.frames)
        await leg.answer()
        await self.recorder.event("BridgeEnter", since=since, Channel="PJSIP/201-*")
        return leg

    async def bridged(self, letter: str, since: int = 0) -> None:
        """Wait until this phone and somebody else hear each other."""
        channel = f"{self.shape.device(letter)}-*"
        entered = await self.recorder.event("BridgeEnter", since=since, Channel=channel)
        bridge = entered["BridgeUniqueid"]
        await self.recorder.event("BridgeEnter", since=since, BridgeUniqueid=bridge, BridgeNumChannels="2")

    async def queued(self) -> None:
        """Wait until a caller is in the queue."""
        await self.recorder.event("QueueCallerJoin", Queue=self.shape.queue_name("q"))

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
        """Wait until a phone is in a bridge with others again."""
        async with asyncio.timeout(15):
            while (bridge := (await self._living(letter))["BridgeId"]) == "" or await self._alone(bridge):
                await asyncio.sleep(0.05)

    async def _alone(self, bridge: str) -> bool:
        return [one["BridgeId"] for one in await self._channels()].count(bridge) < 2

    async def _living(self, letter: str) -> dict[str, str]:
        begin = f"{self.shape.device(letter)}-"
        return next(one for one in await self._channels() if one["Channel"].startswith(begin))

    async def _channels(self) -> list[dict[str, str]]:
        return await self.probe.list({"Action": "CoreShowChannels"})

    async def passed_on(self) -> None:
        """Wait until Asterisk has completed an attended transfer of this shape's agent."""
        await self.recorder.event("AttendedTransfer", OrigTransfererCallerIDNum=self.to("a"))

    async def recording(self) -> None:
        """Wait until Asterisk records the caller."""
        folder = self.bed.home / "asterisk" / "spool" / "ccd-voicemail" / f"box{self.shape.number}"
        async with asyncio.timeout(15):
            while not any(folder.glob("*")):
                await asyncio.sleep(0.05)

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

    async def unheard(self) -> None:
        """ccd's link to Asterisk is cut for a moment."""
        before = heard(self.bed)
        await self.proxy.refuse()
        await asyncio.sleep(0.3)
        await self.proxy.listen()
        await hears(self.bed, before)

    async def killed(self) -> None:
        """ccd dies as of a power failure, and begins again."""
        before = heard(self.bed)
        await self.bed.ccd.kill()
        await self.bed.ccd.start()
        await hears(self.bed, before)
