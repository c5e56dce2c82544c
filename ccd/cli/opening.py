"""Settings and the database, as commands need them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from ccd import logs
from ccd.cli.failing import plainly
from ccd.settings.loading import load
from ccd.settings.models import Settings
from ccd.settings.problems import SettingsError
from ccd.store.database import Database
from ccd.store.errors import StoreError, WrongDatabaseError
from ccd.store.migrate import migrate

TROUBLE = (StoreError, WrongDatabaseError, OSError)
"""What a database can do to a command."""


def settings(path: Path, *, routing_file: Path | None = None) -> Settings:
    """The settings; every problem on the error stream and exit code 1 when they are wrong.

    ``routing_file`` stands in for the one that they name.  Logging is quiet: a command says itself what
    happened.
    """
    logs.set_up(level="error", style="console")
    with plainly(SettingsError):
        return load(path, routing_file)


@asynccontextmanager
async def database(path: Path, *, create: bool = False) -> AsyncIterator[Database]:
    """The open database; ``create`` makes the file or brings it up to date first.  Raises TROUBLE."""
    if create:
        await migrate(path)
    opened = await Database.open(path)
    try:
        yield opened
    finally:
        await opened.close()
