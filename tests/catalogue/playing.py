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

from tests.catalogue.laws import Record
from tests.catalogue.left import Left, Played
from tests.catalogue.premises import Premises
from tests.catalogue.recorder import Recorder
from tests.catalogue.shape import Shape
from tests.catalogue.stage import Stage
from tests.catalogue.watching import hears, states
from tests.integration.clinic.desks import add_user
from tests.testbed.ami_probe import AmiProbe
from tests.testbed.installation import REPOSITORY
from tests.testbed.ports import free_port
from tests.testbed.proxy import Proxy
from tests.testbed.softphone import Exchange

_AT_ONCE = 6


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
                    async with asyncio.timeout(90):
                        await shape.script(self._stage(shape))
                except Exception:  # noqa: BLE001  told by the shape's own test
                    failures[shape.name] = traceback.format_exc()

        listed = list(shapes)
        together = sorted((shape for shape in listed if not shape.alone), key=lambda shape: not shape.slow)
        await asyncio.gather(*map(one, together))
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
        """Wait for the last call's end, and for its record; a machine may have much else to do."""
        async with asyncio.timeout(45):
            while channels := await self.probe.list({"Action": "CoreShowChannels"}):
                for one in channels:
                    await self.probe.action({"Action": "Hangup", "Channel": one["Channel"]})
                await asyncio.sleep(0.1)
            while states(self.premises):
                await asyncio.sleep(0.1)

    async def records(self) -> list[Record]:
        """Every record, oldest first."""
        told = await self._told("calls", "--limit", "100000")
        return sorted(told, key=lambda one: str(one["arrived_at"]))

    async def disagreements(self) -> list[Record]:
        """Where the records and Asterisk's own logs tell different things."""
        return list((await self._told("verify"))["disagreements"])

    async def _told(self, *command: str) -> Any:
        """What a command of ccd's prints for programs."""
        words = ("-m", "ccd", *command, "--json", "--config", str(self.premises.ccd.config))
        process = await asyncio.create_subprocess_exec(sys.executable, *words, cwd=REPOSITORY, stdout=PIPE)
        printed, _ = await process.communicate()
        return json.loads(printed)


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
            await premises.start_ccd()
            await hears(premises, 0)
            yield Playing(premises, exchange, recorder, probe, proxy)
    finally:
        await premises.stop()


async def play(home: Path, shapes: Sequence[Shape]) -> dict[str, Played]:
    """What each shape left behind, by name."""
    async with started(home, shapes) as playing:
        failures = await playing.play(shapes)
        left = Left(await playing.records(), await playing.disagreements(), playing.recorder.frames)
    return {one.name: left.by(one, failures.get(one.name, "")) for one in shapes}
