"""``ccd callbacks``: who was promised a call, and what became of it."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import typer

from ccd.callbacks.promise import Promise, Standing
from ccd.cli import opening
from ccd.cli.failing import plainly
from ccd.cli.printing import console, moment, print_json, table
from ccd.settings.database import Place
from ccd.store.callbacks import CallbackStore

RECENT = timedelta(days=7)
"""How far back broken promises are listed."""
_COLUMNS = ("id", "number", "name", "queue", "waits since", "due by", "state", "calls", "next call")


def show(path: Path, *, all_of_them: bool, as_json: bool) -> None:
    """Print those that are to be kept and those that were broken of late; or all."""
    settings = opening.settings(path)
    with plainly(*opening.TROUBLE):
        promises = asyncio.run(_fetch(settings.database, all_of_them=all_of_them))
    if as_json:
        print_json([_as_json(one) for one in promises])
    elif promises:
        console().print(table(_COLUMNS, _rows(promises, ZoneInfo(settings.routing.timezone))))
    else:
        typer.echo("no callbacks")


def cancel(path: Path, promise_id: int) -> int:
    """Take a promise back; the exit code."""
    settings = opening.settings(path)
    with plainly(*opening.TROUBLE):
        promise = asyncio.run(_cancel(settings.database, promise_id))
    if promise is None:
        typer.echo(f"there is no callback {promise_id}", err=True)
    elif promise.state is Standing.CANCELLED:
        typer.echo(f"callback {promise_id} is cancelled")
        return 0
    else:
        typer.echo(f"callback {promise_id} is over: {promise.state}", err=True)
    return 1


async def _fetch(place: Place, *, all_of_them: bool) -> Sequence[Promise]:
    async with opening.database(place) as database:
        store = CallbackStore(database)
        if all_of_them:
            return await store.listed(datetime.min.replace(tzinfo=UTC))
        return [*await store.live(), *await store.broken(datetime.now(UTC) - RECENT)]


async def _cancel(place: Place, promise_id: int) -> Promise | None:
    async with opening.database(place) as database:
        return await CallbackStore(database).cancel(promise_id)


def _as_json(promise: Promise) -> dict[str, Any]:
    values = asdict(promise)
    values["id"] = values.pop("promise_id")
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()
    }


def _rows(promises: Sequence[Promise], zone: ZoneInfo) -> Iterator[tuple[str, ...]]:
    for one in promises:
        times = (moment(one.joined_at, zone), moment(one.due_by, zone))
        following = moment(one.next_attempt_at or one.at, zone) if one.live else ""
        who = (str(one.promise_id), one.number, one.name, one.queue)
        yield *who, *times, one.state.value, str(one.attempts), following
