"""``ccd voicemail``: messages that callers left, the newest first."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import typer
from pydantic import TypeAdapter

from ccd.callbacks.voicemail import Voicemail
from ccd.cli import opening
from ccd.cli.failing import plainly
from ccd.cli.printing import clock, console, moment, print_json, table
from ccd.settings.database import Place
from ccd.store.voicemails import VoicemailStore

_COLUMNS = ("id", "when", "box", "number", "length", "heard by", "file")


def show(path: Path, *, as_json: bool) -> None:
    """Print the messages."""
    settings = opening.settings(path)
    with plainly(*opening.TROUBLE):
        messages = asyncio.run(_fetch(settings.database))
    if as_json:
        print_json(TypeAdapter(list[Voicemail]).dump_python(list(messages), mode="json"))
    elif messages:
        console().print(table(_COLUMNS, _rows(messages, ZoneInfo(settings.routing.timezone))))
    else:
        typer.echo("no messages")


async def _fetch(place: Place) -> Sequence[Voicemail]:
    async with opening.database(place) as database:
        return await VoicemailStore(database).all()


def _rows(messages: Sequence[Voicemail], zone: ZoneInfo) -> Iterator[tuple[str, ...]]:
    for one in messages:
        length = clock(one.seconds)
        yield str(one.message_id), moment(one.at, zone), one.box, one.number, length, one.heard_by, one.file
