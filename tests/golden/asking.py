"""Every golden caller looked up as ccd does it, from a real ``ccd.yaml``."""

import asyncio
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from ccd.cli import opening
from ccd.directory.lookup import Lookup
from ccd.directory.model import Caller
from ccd.settings.loading import load
from ccd.store.patients import BuiltinDirectory
from tests.golden import into_csv
from tests.golden.reading import world
from tests.testbed.installation import REPOSITORY

_PATIENCE = 10.0
"""Seconds for one caller: what is asked is whether the card is right, not how soon."""


def write(folder: Path, sources: str) -> Path:
    """A clinic's ``ccd.yaml`` with these lines under ``directory``."""
    path = folder / "ccd.yaml"
    path.write_text(f"directory:\n  region: RU\n  deadline: {_PATIENCE}\n{sources}", encoding="utf-8")
    return path


def ccd(config: Path, *arguments: str) -> str:
    """What a command prints; AssertionError with its complaint when it fails."""
    command = [sys.executable, "-m", "ccd", *arguments, "--config", str(config)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def built_in(folder: Path) -> Path:
    """A ccd whose own directory has all the people, by ``ccd directory import``."""
    config = write(folder, "")
    files = into_csv.write(world().people.values(), folder)
    said = ccd(config, "directory", "import", *map(str, files))
    assert said.startswith(f"{len(world().people)} added")
    return config


def answers(config: Path) -> Mapping[str, Caller]:
    """Who is behind each golden call, by the caller's name."""
    return asyncio.run(_answers(config))


async def _answers(config: Path) -> Mapping[str, Caller]:
    settings = load(config)
    async with (
        opening.database(settings.database) as database,
        BuiltinDirectory.open(database) as directory,
    ):
        lookup = Lookup([directory], settings.directory.region, settings.directory.deadline)
        return {one.who: await lookup.find(one.dials, one.presentation) for one in world().callers}
