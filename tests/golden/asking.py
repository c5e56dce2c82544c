"""Every golden caller looked up as ccd does it, from a real ``ccd.yaml``."""

import asyncio
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from ccd.cli import opening
from ccd.directory.caller import Caller
from ccd.directory.lookup import Lookup
from ccd.directory.source import Source
from ccd.settings.loading import load
from ccd.settings.models import DirectorySettings
from ccd.sources.making import Given, closing, guard, make
from ccd.store.patients import BuiltinDirectory
from tests.golden.reading import world
from tests.testbed.installation import REPOSITORY

_PATIENCE = 60.0
"""Seconds for one caller: what is asked is whether the card is right, not how soon."""


def write(folder: Path, sources: str) -> Path:
    """A clinic's ``ccd.yaml`` with these entries under ``directory.sources``; without any, ccd's own."""
    path = folder / "ccd.yaml"
    path.write_text(directory(sources, _PATIENCE), encoding="utf-8")
    return path


def directory(sources: str, deadline: float) -> str:
    """The section ``directory``."""
    listed = f"  sources:\n{sources}" if sources else ""
    return f"directory:\n  region: RU\n  deadline: {deadline}\n{listed}"


def ccd(config: Path, *arguments: str) -> str:
    """What a command prints; AssertionError with its complaint when it fails."""
    command = [sys.executable, "-m", "ccd", *arguments, "--config", str(config)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def answers(config: Path) -> Mapping[str, Caller]:
    """Who is behind each golden call, by the caller's name."""
    return asyncio.run(_answers(config))


async def _answers(config: Path) -> Mapping[str, Caller]:
    settings = load(config)
    async with (
        opening.database(settings.database, create=True) as database,
        BuiltinDirectory.open(database) as directory,
    ):
        zone = ZoneInfo(settings.routing.timezone)
        given = Given(builtin=directory, region=settings.directory.region, zone=zone)
        sources = [make(one, given) for one in settings.directory.sources]
        async with closing(sources):
            lookup = _lookup(settings.directory, sources)
            return {one.who: await lookup.find(one.dials, one.presentation) for one in world().callers}


def _lookup(settings: DirectorySettings, sources: Sequence[Source]) -> Lookup:
    pairs = zip(settings.sources, sources, strict=True)
    guarded = [guard(written, source, settings.deadline) for written, source in pairs]
    return Lookup(guarded, settings.region, settings.deadline, merge=settings.merge)
