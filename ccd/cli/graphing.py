"""``ccd graph``: the routing as a picture, with the calls of a day on each way."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import typer

from ccd.cli import opening, times
from ccd.cli.failing import plainly
from ccd.desk.words import of_picture
from ccd.routing.picture import Counts, picture
from ccd.routing.ruleset import RuleSet
from ccd.routing.svg import svg
from ccd.routing.tally import tally
from ccd.settings.database import Place
from ccd.store.calls import CallStore

_MOST = 100_000
"""Calls that are counted, the newest."""


def graph(path: Path, *, since: str, output: Path | None, counted: bool) -> None:
    """Write the picture to a file, or to standard output."""
    settings = opening.settings(path)
    rules = RuleSet(settings.routing, settings.directory.region)
    begin = times.since(since, ZoneInfo(settings.routing.timezone), datetime.now(UTC))
    counts: Counts = {}
    with plainly(*opening.TROUBLE):
        if counted and opening.there(settings.database):
            counts = asyncio.run(_counts(settings.database, begin))
        say = of_picture("en")
        drawn = svg(picture(rules, counts, say), say("title"))
        if output is None:
            typer.echo(drawn, nl=False)
        else:
            output.write_text(drawn, encoding="utf-8")


async def _counts(place: Place, since: datetime | None) -> Counts:
    async with opening.database(place) as database:
        return tally(await CallStore(database).calls(since=since, limit=_MOST))
