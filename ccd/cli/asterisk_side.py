"""``ccd check``: what the settings name, and Asterisk does not have."""

import asyncio
import os
from collections.abc import Collection, Iterator
from pathlib import Path

from ccd import logs
from ccd.ami import asking
from ccd.ports.switchboard import NotHeardError
from ccd.routing.words import did_you_mean
from ccd.settings import outside
from ccd.settings.loading import Reading
from ccd.settings.models import Settings
from ccd.settings.problems import Problem, SettingsError
from ccd.settings.secrets import ami_secret


def queues(path: Path, reading: Reading, settings: Settings) -> Iterator[Problem]:
    """A warning for each place of a queue that Asterisk does not have; an error when it cannot be asked."""
    logs.set_up(level="error", style="console")
    try:
        names = asyncio.run(asking.queues(settings.ami, ami_secret(settings)))
    except (SettingsError, NotHeardError) as error:
        reason = "there is no secret" if isinstance(error, SettingsError) else str(error)
        where = f"{settings.ami.host}:{settings.ami.port}"
        message = f"Asterisk at {where} could not be asked for its queues: {reason}"
        yield Problem(message=message, file=path, where="ami")
        return
    found = {name.lower() for name in names}
    for loc, name in outside.queues(settings.routing):
        if name.lower() not in found:
            near = did_you_mean(name, names)
            yield reading.warning(loc, f'Asterisk has no queue "{name}"{near}')


def sounds(path: Path, reading: Reading, settings: Settings) -> Iterator[Problem]:
    """A warning for each place of a sound that is no file in ``sounds_folder``, in whatever language."""
    folder = settings.sounds_folder
    if folder is None:
        return
    if not os.access(folder, os.R_OK | os.X_OK) or not folder.is_dir():
        message = f"{folder} is no folder that this user may read: no sound was looked for"
        yield Problem(message=message, file=path, where="sounds_folder")
        return
    known = _sounds(folder)
    for loc, name in outside.sounds(settings.routing):
        if not _is_there(name, known):
            near = did_you_mean(name, known)
            yield reading.warning(loc, f'there is no sound "{name}" in {folder}{near}')


def _sounds(folder: Path) -> Collection[str]:
    """The names of all sound files, as a plan may write them: without ending, with and without language."""
    files = (Path(place, name) for place, _, names in os.walk(folder, followlinks=True) for name in names)
    names = {file.relative_to(folder).with_suffix("").as_posix() for file in files}
    return names | {name.partition("/")[2] for name in names if "/" in name}


def _is_there(name: str, known: Collection[str]) -> bool:
    """An absolute name is looked for where it says."""
    if name.startswith("/"):
        return any(Path(name).parent.glob(f"{Path(name).name}.*"))
    return name in known
