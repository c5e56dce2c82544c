"""Plays shapes, as many at once as Asterisk and ccd bear; gives what each left behind."""

import asyncio
import json
import sys
import traceback
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.catalogue.premises import Premises
from tests.catalogue.recorder import Recorder, about, ids_of, parsed
from tests.catalogue.shape import Shape
from tests.catalogue.stage import Stage, hears, states
from tests.integration.clinic.desks import add_user
from tests.testbed.ami_probe import AmiProbe
from tests.testbed.installation import REPOSITORY
from tests.testbed.ports import free_port
from tests.testbed.proxy import Proxy
from tests.testbed.softphone import Exchange

_AT_ONCE = 16


@dataclass(frozen=True, kw_only=True)
class Played:
    """``failure`` is why the script itself could not be played to its end; ``frames`` the capture."""

    records: Sequence[dict[str, Any]]
    frames: Sequence[bytes]
    failure: str = ""


@dataclass
class Playing:
    """The parts of a running catalogue."""

    premises: Premises
    exchange: Exchange
    recorder: Recorder
    probe: AmiProbe
    proxy: Proxy
    duty: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def play(self, shapes: Iterable[Shape]) -> dict[str, str]:
        """Play them all; why those that could not be played could not."""
        failures: dict[str, str] = {}
        some = asyncio.Semaphore(_AT_ONCE)

        async def one(shape: Shape) -> None:
            async with some:
                try:
                    async with asyncio.timeout(40):
                        await shape.script(self._stage(shape))
                except Exception:  # noqa: BLE001  told by the shape's own test
                    failures[shape.name] = traceback.format_exc()

        listed = list(shapes)
        await asyncio.gather(*(one(shape) for shape in listed if not shape.alone))
        await self._silence()
        for shape in listed:
            if shape.alone:
                await one(shape)
                await self._silence()
        return failures

    def _stage(self, shape: Shape) -> Stage:
        return Stage(
            shape=shape,
            exchange=self.exchange,
            recorder=self.recorder,
            probe=self.probe,
            proxy=self.proxy,
            bed=self.premises,
            duty=self.duty,
        )

    async def _silence(self) -> None:
        """Wait for the last call's end, and for its record."""
        async with asyncio.timeout(15):
            while channels := await self.probe.list({"Action": "CoreShowChannels"}):
                for one in channels:
                    await self.probe.action({"Action": "Hangup", "Channel": one["Channel"]})
                await asyncio.sleep(0.1)
            while states(self.premises):
                await asyncio.sleep(0.1)

    async def records(self) -> list[dict[str, Any]]:
        """Every record, oldest first, as ``ccd calls --json`` tells it."""
        config = str(self.premises.ccd.config)
        command = ("-m", "ccd", "calls", "--json", "--limit", "100000", "--config", config)
        process = await asyncio.create_subprocess_exec(sys.executable, *command, cwd=REPOSITORY, stdout=PIPE)
        printed, _ = await process.communicate()
        return sorted(json.loads(printed), key=lambda one: str(one["arrived_at"]))


@asynccontextmanager
async def started(home: Path, shapes: Iterable[Shape]) -> AsyncIterator[Playing]:
    """Asterisk, ccd and the phones, up; and down again."""
    port = free_port()
    premises = Premises(home, shapes, port)
    try:
        await premises.open()
        async with (
            Proxy("127.0.0.1", premises.ami_port) as proxy,
            Exchange(asterisk=("127.0.0.1", premises.sip_port), port=port) as exchange,
            Recorder(premises.ami_port, premises.asterisk.secret) as recorder,
            premises.asterisk.probe() as probe,
        ):
            await probe.action({"Action": "Events", "EventMask": "off"})
            premises.ccd.ami_port = proxy.port
            premises.ccd.configure()
            await add_user(premises.ccd.config)
            await premises.ccd.start()
            await hears(premises, 0)
            yield Playing(premises, exchange, recorder, probe, proxy)
    finally:
        await premises.stop()


async def play(home: Path, shapes: Sequence[Shape]) -> dict[str, Played]:
    """What each shape left behind, by name."""
    async with started(home, shapes) as playing:
        failures = await playing.play(shapes)
        records, frames = await playing.records(), playing.recorder.frames
    return {one.name: _left_by(one, records, frames, failures.get(one.name, "")) for one in shapes}


def _left_by(shape: Shape, records: Sequence[Any], frames: Sequence[bytes], failure: str) -> Played:
    ours = _channels(shape, frames)
    ids = {one.decode() for one in ours}
    theirs = [one for one in records if one["call_id"] in ids or one["rule"] == shape.name]
    return Played(records=theirs, frames=about(frames, ours), failure=failure)


def _channels(shape: Shape, frames: Iterable[bytes]) -> set[bytes]:
    """The channels of this shape's phones and of those who called its number."""
    phones = tuple(f"{shape.device(letter)}-" for letter in "abcdxy")
    outside = shape.outside().removeprefix("+7")[:6]
    found: set[bytes] = set()
    for frame in frames:
        if frame.startswith(b"Event: Newchannel\r\n"):
            told = parsed(frame)
            ours = (
                told["Channel"].startswith(phones)
                or told["Exten"] == shape.did
                or outside in told["CallerIDNum"]
            )
            found |= ids_of(frame) if ours else set()
    return found
