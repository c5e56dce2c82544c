"""``ccd directory try``: what each source says of a number, how quickly, and whom the card would name.

It asks as a call would, all at once, each for as long as its time-out lets it, past every cache and breaker.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from getpass import getuser
from pathlib import Path
from typing import Any

import typer

from ccd.cli import opening
from ccd.cli.asking_sources import configured
from ccd.cli.failing import fail, plainly
from ccd.cli.printing import console, print_json, table
from ccd.directory.guarded import Guarded, Said
from ccd.directory.merging import merged
from ccd.directory.model import Patient, Reach
from ccd.directory.phones import normalise
from ccd.directory.ranking import ranked
from ccd.people import AuditEntry
from ccd.settings.models import Settings
from ccd.settings.sources import SourceSettings
from ccd.store.audit import Audit


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One source's answer (None: it failed, ``error`` says why), and how long it took."""

    settings: SourceSettings
    said: Said
    error: str
    seconds: float


def try_number(path: Path, number: str, *, as_json: bool) -> int:
    """Print it; the exit code is 1 when a source failed."""
    settings = opening.settings(path)
    known = normalise(number, settings.directory.region)
    if not known.e164:
        fail(f'"{number}" is no telephone number that anybody could be asked about')
    with plainly(*opening.TROUBLE):
        tried = asyncio.run(_tried(settings, known.e164))
        answers = [one.said or () for one in tried]
        people = ranked(merged(answers, frozenset(settings.directory.merge)), datetime.now(UTC))
        asyncio.run(_remember(settings, people))
    if as_json:
        print_json(_document(known.e164, tried, people))
    else:
        _show(tried, people, settings.directory.patience)
    return 1 if any(one.said is None for one in tried) else 0


async def _tried(settings: Settings, e164: str) -> list[Tried]:
    async with configured(settings) as guarded:
        pairs = zip(settings.directory.sources, guarded, strict=True)
        return list(await asyncio.gather(*(_one(one, source, e164) for one, source in pairs)))


async def _remember(settings: Settings, people: Sequence[Patient]) -> None:
    """Who is shown a patient stands in the audit trail, also who asks from a terminal; raises TROUBLE."""
    if not people or not opening.there(settings.database):
        return
    ids = tuple(one.patient_id for one in people)
    entry = AuditEntry(
        at=datetime.now(UTC), user=f"cli:{getuser()}", action="directory-tried", patient_ids=ids
    )
    async with opening.database(settings.database) as database:
        await Audit(database).append(entry)


async def _one(settings: SourceSettings, source: Guarded, e164: str) -> Tried:
    loop = asyncio.get_running_loop()
    began, coming = loop.time(), source.ask(e164).coming
    said = await coming if coming else None
    error = "" if said is not None else source.condition().error
    return Tried(settings=settings, said=said, error=error, seconds=loop.time() - began)


def _show(tried: Sequence[Tried], people: Sequence[Patient], patience: float) -> None:
    rows = (
        (one.settings.name, one.settings.kind, f"{one.seconds * 1000:.0f}", _answer(one, patience))
        for one in tried
    )
    console().print(table(("source", "kind", "ms", "answer"), rows))
    if people:
        console().print("\nthe card, the likeliest first:")
        console().print(
            table(("id", "name", "born", "how reached", "policies", "visits", "from"), _rows(people))
        )
    elif all(one.said is not None for one in tried):
        typer.echo("\nnobody knows this number")


def _answer(one: Tried, patience: float) -> str:
    """Who, and how much of them; or the error."""
    if one.said is None:
        return one.error
    who = "; ".join(f"{patient.full_name} ({_amount(patient)})" for patient in one.said) or "nobody"
    return f"{who}; too late for routing, which waits {patience:g} s" if one.seconds > patience else who


def _amount(patient: Patient) -> str:
    return f"policies: {len(patient.policies)}, visits: {len(patient.visits)}"


def _rows(people: Sequence[Patient]) -> Iterator[tuple[str, ...]]:
    for one in people:
        reach = "own number" if one.reach is Reach.OWN else " ".join(filter(None, (one.reach, one.through)))
        sources = ", ".join(source for source, _ in one.known_as)
        born = str(one.birth_date or "")
        counts = str(len(one.policies)), str(len(one.visits))
        yield one.patient_id, one.full_name, born, reach, *counts, sources


def _document(e164: str, tried: Sequence[Tried], people: Sequence[Patient]) -> dict[str, Any]:
    return {
        "number": e164,
        "sources": [
            {
                "source": one.settings.name,
                "kind": one.settings.kind,
                "milliseconds": round(one.seconds * 1000),
                "error": one.error,
                "people": None if one.said is None else [_person(patient) for patient in one.said],
            }
            for one in tried
        ],
        "candidates": [_person(patient) for patient in people],
    }


def _person(one: Patient) -> dict[str, Any]:
    return {
        "id": one.patient_id,
        "name": one.full_name,
        "born": one.birth_date.isoformat() if one.birth_date else None,
        "reach": one.reach.value,
        "relationship": one.relationship,
        "policies": len(one.policies),
        "visits": len(one.visits),
        "known_as": [list(known) for known in one.known_as],
    }
