"""One source, made from what an admin writes, asked in a loop of its own: for tests with many examples."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Self, TypeVar
from zoneinfo import ZoneInfo

import yaml

from ccd.directory.model import DirectoryError, Patient
from ccd.directory.outside import checked
from ccd.directory.source import Closing, Source
from ccd.settings.sources import SourceSettings
from ccd.sources.making import Given, make

_T = TypeVar("_T")


class Nobody:
    """A directory of nobody."""

    name = "built-in"

    async def patients(self, e164: str) -> tuple[Patient, ...]:
        return ()


class AskingOne:
    """``written`` is one entry of ``directory.sources``; ``with AskingOne(...) as asking``."""

    def __init__(self, written: str) -> None:
        (entry,) = yaml.safe_load(written)
        given = Given(builtin=Nobody(), region="RU", zone=ZoneInfo("Europe/Moscow"))
        self._runner = asyncio.Runner()
        self.source: Source = make(SourceSettings.model_validate(entry), given)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if isinstance(self.source, Closing):
            self.run(self.source.close)
        self._runner.close()

    def run(self, action: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
        """What the coroutine gives."""
        return self._runner.run(action())

    def people(self, e164: str) -> tuple[Patient, ...]:
        """The people, checked as ccd does; none when there is no answer.  Nothing else may be raised."""
        try:
            return checked(self.run(lambda: self.source.patients(e164)))
        except DirectoryError:
            return ()
