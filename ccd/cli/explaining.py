"""``ccd explain``: where a call would go, and why.  The same code decides as in a real call."""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from ccd.calls.ids import LinkedId
from ccd.cli import opening, pretending, times
from ccd.cli.asking_sources import callers
from ccd.cli.failing import fail, plainly
from ccd.cli.plan_document import as_document
from ccd.cli.plan_tree import as_tree
from ccd.cli.printing import console, print_json
from ccd.directory.caller import Caller
from ccd.directory.phones import normalise
from ccd.routing.facts import Facts, History
from ccd.routing.ruleset import RuleSet
from ccd.routing.step_kinds import QueueStep
from ccd.settings.models import Settings
from ccd.store.history import CallHistory
from ccd.store.reader import Reader

_KEYS = frozenset("0123456789*#")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A call, as it was typed."""

    number: str
    called: str
    at: str
    press: str = ""
    """Keys, each answering the next menu on the way."""
    patients: tuple[str, ...] = ()
    """Made up (``pretending``), in place of those whom the sources know."""


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
    number = normalise(asked.number, settings.directory.region)
    with plainly(*opening.TROUBLE):
        if made_up:
            caller = Caller(number=number, patients=made_up)
        else:
            caller = asyncio.run(_looked_up(settings, asked.number))
        history = asyncio.run(_history(settings, number.e164, now))
    return Facts(caller=caller, called_number=asked.called, now=now, history=history)


async def _looked_up(settings: Settings, number: str) -> Caller:
    async with callers(settings) as known:
        caller = await known.find(number)
    known.tell_failures()
    return caller


async def _history(settings: Settings, e164: str, now: datetime) -> History:
    """What came before that moment; nothing without a database yet."""
    if not e164 or not opening.there(settings.database):
        return History(complete=bool(e164))
    async with opening.database(settings.database) as database, Reader.open(database) as reader:
        earlier = CallHistory(tuple, settings.directory.region)
        earlier.reader = reader
        return _until(now, await earlier.history(e164, now, LinkedId("")))


def _until(now: datetime, history: History) -> History:
    """Without what came after that moment."""
    sent = history.reminded_at
    calls = tuple(call for call in history.calls if call.at < now)
    return replace(history, calls=calls, reminded_at=sent if sent and sent <= now else None)
