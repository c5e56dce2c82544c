"""The configured sources, as commands ask them: once each, without the ccd that may run beside."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from zoneinfo import ZoneInfo

from ccd.cli import opening
from ccd.directory.guarded import Guarded
from ccd.directory.model import Patient, Source
from ccd.settings.models import Settings
from ccd.settings.sources import BUILT_IN
from ccd.sources.making import Given, closing, guard, make
from ccd.store.patients import BuiltinDirectory


class _Empty:
    """Ccd's own directory before anything was imported."""

    name = BUILT_IN

    async def patients(self, e164: str) -> tuple[Patient, ...]:  # noqa: ARG002 - the port
        """Nobody."""
        return ()


@asynccontextmanager
async def configured(settings: Settings) -> AsyncIterator[tuple[Guarded, ...]]:
    """Each source behind its limits, in their order; raises ``opening.TROUBLE``."""
    written = settings.directory.sources
    async with AsyncExitStack() as stack:
        builtin: Source = _Empty()
        if settings.database.exists():
            database = await stack.enter_async_context(opening.database(settings.database))
            builtin = await stack.enter_async_context(BuiltinDirectory.open(database))
        given = Given(
            builtin=builtin, region=settings.directory.region, zone=ZoneInfo(settings.routing.timezone)
        )
        sources = [make(one, given) for one in written]
        await stack.enter_async_context(closing(sources))
        pairs = zip(written, sources, strict=True)
        yield tuple(guard(one, source, settings.directory.deadline) for one, source in pairs)
