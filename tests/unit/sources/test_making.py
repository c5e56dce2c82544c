"""Written sources become objects; one that cannot be made, or closed, is no other one's trouble."""

import asyncio
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from ccd.directory.booking import Booking
from ccd.directory.model import DirectoryError, Patient
from ccd.settings.sources import SourceSettings
from ccd.sources import making
from ccd.sources.fhir import FhirSource
from ccd.sources.making import Given, closing, guard, make


class Knows:
    name = "built-in"

    def __init__(self) -> None:
        self.asked = 0

    async def patients(self, e164: str) -> tuple[Patient, ...]:
        self.asked += 1
        return ()


class Closes(Knows):
    def __init__(self, trouble: Exception | None = None) -> None:
        super().__init__()
        self.closed = False
        self._trouble = trouble

    async def close(self) -> None:
        self.closed = True
        if self._trouble:
            raise self._trouble


class NeverCloses(Knows):
    async def close(self) -> None:
        await asyncio.Event().wait()


@pytest.fixture
def given_() -> Given:
    return Given(builtin=Knows(), region="RU", zone=ZoneInfo("Europe/Moscow"))


def written(**keys: Any) -> SourceSettings:
    return SourceSettings.model_validate({"name": "one"} | keys)


def test_the_built_in_directory_is_the_one_that_is_given(given_):
    assert make(written(builtin={}), given_) is given_.builtin


async def test_only_the_clinics_other_systems_are_cached_and_left_alone(given_):
    """Ccd's own directory is not, unless that is written."""
    written_so = written(builtin={}, breaker={"failures": 1}, cache={"nobody": 60})
    for settings, asked, known in ((written(builtin={}), 2, 0), (written_so, 1, 1)):
        source = Knows()
        guarded = guard(settings, source, deadline=60)
        for _ in range(2):
            if coming := guarded.ask("+79161234567").coming:
                await coming
        assert (source.asked, guarded.condition().cached) == (asked, known)


async def test_a_source_that_cannot_be_made_says_why_when_it_is_asked(given_, monkeypatch):
    def refuse(*_given: object) -> None:
        raise ValueError("the secret is nowhere")

    monkeypatch.setattr(making, "_of_kind", refuse)
    with capture_logs() as logs:
        source = make(written(builtin={}), given_)
    assert (source.name, logs[0]["error"]) == ("one", "the secret is nowhere")
    with pytest.raises(DirectoryError, match="the secret is nowhere"):
        await source.patients("+79161234567")


async def test_what_holds_connections_is_closed_at_the_end(given_, monkeypatch):
    monkeypatch.setattr(making, "_PATIENCE", 0.01)
    broken, sound = Closes(OSError("gone")), Closes()
    with capture_logs() as logs:
        async with closing([Knows(), broken, NeverCloses(), sound]):
            assert not sound.closed
    assert (broken.closed, sound.closed) == (True, True)
    assert [entry["event"] for entry in logs] == ["directory source not closed"]


@pytest.mark.parametrize("booking", [True, False])
def test_a_fhir_server_books_only_when_it_may(given_, booking):
    made = make(written(fhir={"url": "http://mis/fhir", "booking": booking}), given_)
    assert isinstance(made, FhirSource)
    assert isinstance(made, Booking) is booking
