"""``ccd explain``: where a call would go, and why.  The same code decides as in a real call."""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from ccd.calls.ids import LinkedId
from ccd.cli import opening, pretending, times
from ccd.cli.failing import fail, plainly
from ccd.cli.plan_document import as_document
from ccd.cli.plan_tree import as_tree
from ccd.cli.printing import console, print_json
from ccd.directory.lookup import Lookup
from ccd.directory.model import Caller
from ccd.routing.model import Facts, History, QueueStep
from ccd.routing.ruleset import RuleSet
from ccd.settings.models import Settings
from ccd.store.history import CallHistory
from ccd.store.patients import BuiltinDirectory
from ccd.store.reader import Reader

_KEYS = frozenset("0123456789*#")
_PATIENCE = 5.0
"""Seconds for the lookup: nobody waits on the phone here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A call, as it was typed."""

    number: str
    called: str
    at: str
    press: str = ""
    """Keys, each answering the next menu on the way."""
    patients: tuple[str, ...] = ()
    """Made up (``pretending``), in place of those whom the directory knows."""


def explain(path: Path, asked: Asked, *, as_json: bool) -> None:
    """Print the plan of one call with its trace."""
    if not set(asked.press) <= _KEYS:
        fail(f'"{asked.press}" are no keys of a phone; write digits, * and #, one for each menu on the way')
    settings = opening.settings(path)
    rules = RuleSet(settings.routing, settings.directory.region)
    facts = _facts(settings, asked)
    plan = rules.explain(facts, asked.press)
    if as_json:
        print_json(as_document(facts, plan, rules.version))
    else:
        last = QueueStep(queue=rules.default_queue)
        console().print(as_tree(facts, plan, last))


def _facts(settings: Settings, asked: Asked) -> Facts:
    now = times.point(asked.at, ZoneInfo(settings.routing.timezone), datetime.now(UTC))
    made_up = pretending.patients(asked.patients, now)
    with plainly(*opening.TROUBLE):
        caller, history = asyncio.run(_looked_up(settings, asked.number, now))
    if made_up:
        caller = replace(caller, patients=made_up, failed=())
    return Facts(caller=caller, called_number=asked.called, now=now, history=history)


async def _looked_up(settings: Settings, number: str, now: datetime) -> tuple[Caller, History]:
    """Who the number is, and what came before that moment; without a database yet, nobody and nothing."""
    region = settings.directory.region
    if not settings.database.exists():
        caller = await Lookup((), region, _PATIENCE).find(number)
        return caller, History(complete=bool(caller.number.e164))
    async with (
        opening.database(settings.database) as database,
        BuiltinDirectory.open(database) as directory,
        Reader.open(database) as reader,
    ):
        caller = await Lookup((directory,), region, _PATIENCE).find(number)
        if not caller.number.e164:
            return caller, History(complete=False)
        earlier = CallHistory(tuple, region)
        earlier.reader = reader
        return caller, _until(now, await earlier.history(caller.number.e164, now, LinkedId("")))


def _until(now: datetime, history: History) -> History:
    """Without what came after that moment."""
    sent = history.reminded_at
    calls = tuple(call for call in history.calls if call.at < now)
    return replace(history, calls=calls, reminded_at=sent if sent and sent <= now else None)
