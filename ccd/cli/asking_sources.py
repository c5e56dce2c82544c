"""The configured sources, as commands ask them: once each, without the ccd that may run beside."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from zoneinfo import ZoneInfo

import typer

from ccd.cli import opening
from ccd.directory.caller import Caller
from ccd.directory.guarded import Guarded
from ccd.directory.lookup import Lookup
from ccd.directory.model import Patient
from ccd.directory.source import Source
from ccd.settings.models import Settings
from ccd.settings.sources import BUILT_IN
from ccd.sources.making import Given, closing, guard, make
from ccd.store.patients import BuiltinDirectory
from ccd.terminal import visible


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
        if opening.there(settings.database):
            database = await stack.enter_async_context(opening.database(settings.database))
            builtin = await stack.enter_async_context(BuiltinDirectory.open(database))
        given = Given(
            builtin=builtin, region=settings.directory.region, zone=ZoneInfo(settings.routing.timezone)
        )
        sources = [make(one, given) for one in written]
        await stack.enter_async_context(closing(sources))
        pairs = zip(written, sources, strict=True)
        yield tuple(guard(one, source, settings.directory.deadline) for one, source in pairs)


class Callers:
    """Who calls, by the same lookup as in the ccd that runs, its deadline too; each number is asked once."""

    def __init__(self, lookup: Lookup, deadline: float) -> None:
        self._lookup = lookup
        self._late = f"nothing came within {deadline:g} s"
        self._known: dict[str, Caller] = {}
        self._failures: dict[str, list[str]] = {}

    async def find(self, raw: str, presentation: str = "") -> Caller:
        """Everyone behind a caller ID.  Never raises."""
        number = self._lookup.number(raw, presentation)
        if number.e164 not in self._known:
            caller = self._known[number.e164] = await self._lookup.find(raw, presentation)
            self._note(caller)
        return replace(self._known[number.e164], number=number)

    def tell_failures(self) -> None:
        """A line on the error stream for each source that gave no answer in time."""
        asked = sum(map(bool, self._known))
        for name, reasons in self._failures.items():
            typer.echo(f"{name}: no answer for {len(reasons)} of {asked}: {visible(reasons[-1])}", err=True)

    def _note(self, caller: Caller) -> None:
        errors = {one.name: one.error for one in self._lookup.conditions()} if caller.failed else {}
        for name in caller.failed:
            why = self._late if name in caller.asking else errors[name]
            self._failures.setdefault(name, []).append(why)


@asynccontextmanager
async def callers(settings: Settings) -> AsyncIterator[Callers]:
    """Who calls, asked of the configured sources; raises ``opening.TROUBLE``."""
    directory = settings.directory
    async with configured(settings) as guarded:
        lookup = Lookup(guarded, directory.region, directory.patience, merge=directory.merge)
        yield Callers(lookup, directory.patience)
