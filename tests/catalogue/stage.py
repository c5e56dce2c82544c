"""What the script of a shape holds in its hands: the phones of the house, and those outside."""

from dataclasses import dataclass

from tests.catalogue.surroundings import Surroundings
from tests.testbed.softphone import Leg, Softphone

A_WHILE = 0.4
"""Seconds of a talk, a question, a hold: long enough for Asterisk to have done all of what came before."""


@dataclass(frozen=True, kw_only=True)
class Stage(Surroundings):
    """One shape's part of the premises."""

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

    async def hold(self, agent: Leg) -> None:
        """The first operator puts the caller on hold: returns when Asterisk has told of it."""
        since = len(self.recorder.frames)
        await agent.hold()
        await self.recorder.event("Hold", since=since, Channel=f"{self.shape.device('a')}-*")

    async def queued(self) -> None:
        """Wait until a caller is in the queue."""
        await self.recorder.event("QueueCallerJoin", Queue=self.shape.queue_name("q"))
