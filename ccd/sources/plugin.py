"""A source that the clinic's programmers wrote: found by its entry point, made with its options.

A package names a factory in the group ``ccd.sources``; the factory gets the options of ccd.yaml as a
dict and returns a ``Source``, which may also be ``Booking`` and ``Closing``.
"""

import inspect
import re
from collections.abc import Awaitable, Callable, Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import Any, TypeVar
from urllib.parse import quote

from ccd.directory.booking import (
    NotBookedError,
    NotReachedError,
    Order,
    Slot,
    SlotQuery,
    SlotTakenError,
    UnsureError,
)
from ccd.directory.model import DirectoryError, Patient, Visit
from ccd.routing.words import did_you_mean
from ccd.settings.secrets import named_secret
from ccd.settings.source_plugin import PluginSettings
from ccd.settings.walking_json import with_texts

GROUP = "ccd.sources"
"""The group of entry points."""
_BOOKING = ("slots", "book", "move", "cancel", "booked")
_SHOWN = 200
_SECRET = re.compile(r"\{secret:([A-Za-z_][A-Za-z0-9_]{0,63})\}")
_T = TypeVar("_T")


class PluginError(Exception):
    """The plug-in cannot be used; the message says why, to the admin."""


def make_plugin(name: str, settings: PluginSettings) -> "PluginSource":
    """The plug-in's source under the name that the settings give it; raises PluginError, SettingsError."""
    factory = _loaded(_entry_point(settings.name))
    secrets = Secrets()
    options = with_texts(dict(settings.options), secrets.filled)
    try:
        made = factory(options)
    except Exception as error:  # noqa: BLE001 - told without its secrets
        said = secrets.hidden(_said(error))[:_SHOWN]
        raise PluginError(f'the plug-in "{settings.name}" refuses its options: {said}') from None
    if not inspect.iscoroutinefunction(getattr(made, "patients", None)):
        raise PluginError(f'the plug-in "{settings.name}" has no "async def patients(self, e164)"')
    if all(hasattr(made, method) for method in _BOOKING):
        return PluginBooking(name, made, secrets)
    return PluginSource(name, made, secrets)


class Secrets:
    """Fills ``{secret:NAME}`` into options, and keeps it out of what a plug-in then says."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def filled(self, text: str) -> str:
        """A text of the options with its secrets; raises SettingsError."""
        return _SECRET.sub(self._named, text)

    def hidden(self, text: str) -> str:
        """The text without any of them, also as an address would hold them."""
        for secret in self._known:
            text = text.replace(secret, "•••").replace(quote(secret, safe=""), "•••")
        return text

    def leaked(self, error: Exception) -> str:
        """What an error that shows one of them says without it; empty for others."""
        said = str(error)
        return "" if (hidden := self.hidden(said)) == said else hidden

    def _named(self, found: re.Match[str]) -> str:
        secret = named_secret(found[1])
        self._known.add(secret)
        return secret


def _entry_point(name: str) -> EntryPoint:
    installed = {one.name: one for one in entry_points(group=GROUP)}
    if name not in installed:
        others = did_you_mean(name, installed) or "; none is installed beside ccd"
        raise PluginError(f'no plug-in "{name}" is installed{others}')
    return installed[name]


def _loaded(entry: EntryPoint) -> Callable[[dict[str, Any]], Any]:
    try:
        factory: Callable[[dict[str, Any]], Any] = entry.load()
    except Exception as error:
        raise PluginError(
            f'the plug-in "{entry.name}" cannot be imported: {_said(error)[:_SHOWN]}'
        ) from error
    if not callable(factory):
        raise PluginError(f'the plug-in "{entry.name}" names {entry.value}, which cannot be called')
    return factory


def _said(error: Exception) -> str:
    """An error in one line; a ValueError is a sentence for the admin already."""
    kind = "" if isinstance(error, ValueError) else f"{type(error).__name__}: "
    return " ".join(f"{kind}{error}".split())


class PluginSource:
    """A plug-in's source under its name in the settings; its answers are checked as any other's."""

    def __init__(self, name: str, plugin: Any, secrets: Secrets | None = None) -> None:
        self.name = name
        self._plugin = plugin
        self._secrets = secrets or Secrets()

    async def patients(self, e164: str) -> tuple[Patient, ...]:
        """Whoever the plug-in names; raises whatever it raises, or DirectoryError for what held a secret."""
        try:
            found: tuple[Patient, ...] = await self._plugin.patients(e164)
        except Exception as error:
            if said := self._secrets.leaked(error):
                raise DirectoryError(f"{type(error).__name__}: {said}") from None
            raise
        return found

    async def close(self) -> None:
        """Let the plug-in give back what it holds."""
        close = getattr(self._plugin, "close", None)
        if close and inspect.isawaitable(closing := close()):
            await closing


class PluginBooking(PluginSource):
    """A plug-in that owns a schedule.  After an error that is not of the port, nobody knows what it did."""

    async def slots(self, query: SlotQuery) -> Sequence[Slot]:
        """Free hours; raises DirectoryError."""
        found: Sequence[Slot] = await self._read(self._plugin.slots(query))
        return found

    async def book(self, order: Order) -> Visit:
        """Take the slot; raises SlotTakenError, NotBookedError, UnsureError."""
        return await self._written(self._plugin.book(order))

    async def move(self, visit_id: str, order: Order) -> Visit:
        """Give the visit another hour; raises as ``book``."""
        return await self._written(self._plugin.move(visit_id, order))

    async def cancel(self, visit_id: str, key: str) -> None:
        """Cancel the visit; raises NotBookedError, UnsureError."""
        await self._written(self._plugin.cancel(visit_id, key))

    async def booked(self, key: str) -> Visit | None:
        """The visit that the order made; raises DirectoryError."""
        return await self._read(self._plugin.booked(key))

    async def _read(self, asked: Awaitable[_T]) -> _T:
        try:
            return await asked
        except DirectoryError as error:
            if said := self._secrets.leaked(error):
                raise DirectoryError(said) from None
            raise
        except Exception as error:
            raise DirectoryError(f"the plug-in failed: {type(error).__name__}") from error

    async def _written(self, asked: Awaitable[_T]) -> _T:
        try:
            return await asked
        except (SlotTakenError, NotBookedError, UnsureError) as error:
            if said := self._secrets.leaked(error):
                kinds = (SlotTakenError, NotReachedError, NotBookedError, UnsureError)
                raise next(kind for kind in kinds if isinstance(error, kind))(said) from None
            raise
        except Exception as error:
            raise UnsureError(f"the plug-in failed: {type(error).__name__}") from error
