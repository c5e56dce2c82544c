"""Settings and the database, as commands need them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from ccd import logs
from ccd.cli.failing import plainly
from ccd.settings.database import Place
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
    quietly()
    with plainly(SettingsError):
        return load(path, routing_file)


def quietly() -> None:
    """A command says itself what happened; the log only what went wrong."""
    logs.set_up(level="error", style="console")


def there(place: Place) -> bool:
    """Whether there is a database already: of a file it may be no more than planned."""
    return not isinstance(place, Path) or place.exists()


@asynccontextmanager
async def database(place: Place, *, create: bool = False) -> AsyncIterator[Database]:
    """The open database; ``create`` makes the file or brings it up to date first.  Raises TROUBLE."""
    if create:
        await migrate(place)
    opened = await Database.open(place)
    try:
        yield opened
    finally:
        await opened.close()
