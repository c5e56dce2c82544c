"""``ccd explain``: where a call would go, and why.  The same code decides as in a real call."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from ccd.cli import opening, times
from ccd.cli.failing import fail, plainly
from ccd.cli.plan_document import as_document
from ccd.cli.plan_tree import as_tree
from ccd.cli.printing import console, print_json
from ccd.directory.lookup import Lookup
from ccd.directory.model import Caller
from ccd.routing.model import Facts, QueueStep
from ccd.routing.ruleset import RuleSet
from ccd.settings.models import Settings
from ccd.store.patients import BuiltinDirectory

_KEYS = frozenset("0123456789*#")
_PATIENCE = 5.0
"""Seconds for the lookup: nobody waits on the phone here."""


def explain(path: Path, *, number: str, called: str, at: str, press: str, as_json: bool) -> None:
    """Print the plan of one call with its trace; ``press`` are keys, each answering the next menu."""
    if not set(press) <= _KEYS:
        fail(f'"{press}" are no keys of a phone; write digits, * and #, one for each menu on the way')
    settings = opening.settings(path)
    now = times.point(at, ZoneInfo(settings.routing.timezone), datetime.now(UTC))
    with plainly(*opening.TROUBLE):
        caller = asyncio.run(look_up(settings, number))
    rules = RuleSet(settings.routing, settings.directory.region)
    facts = Facts(caller=caller, called_number=called, now=now)
    plan = rules.explain(facts, press)
    if as_json:
        print_json(as_document(facts, plan, rules.version))
    else:
        last = QueueStep(queue=rules.default_queue)
        console().print(as_tree(facts, plan, last))


async def look_up(settings: Settings, number: str) -> Caller:
    """Who the number is; without a database yet, nobody."""
    if not settings.database.exists():
        return await Lookup((), settings.directory.region, _PATIENCE).find(number)
    async with (
        opening.database(settings.database) as database,
        BuiltinDirectory.open(database) as directory,
    ):
        return await Lookup((directory,), settings.directory.region, _PATIENCE).find(number)
