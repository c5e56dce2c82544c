"""Every kind of step, with every option, in a real call; and a hang-up in the middle of each."""

import asyncio
import json
import sqlite3
import sys
from asyncio.subprocess import PIPE
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

import pytest
from pydantic import BaseModel

from ccd.routing import steps, waiting
from ccd.routing.steps import StepRule
from tests.integration.clinic.support import until, until_so
from tests.integration.routing.conditions import CROWD
from tests.integration.routing.patients import Patients, path_of
from tests.integration.routing.premises import Premises
from tests.integration.routing.steps import HUNG_UP, PEOPLE, PLANS, TRIES, WAITS, Try
from tests.testbed.ami_probe import AmiProbe
from tests.testbed.installation import REPOSITORY
from tests.testbed.softphone import Exchange

PARKS = "74954009999"
NUMBERS = {name: str(number) for number, name in enumerate([*TRIES, *HUNG_UP], 74954000001)}
Seen = tuple[tuple[str, ...], str, str, tuple[str, ...], str]
"""A call's path, disposition, who ended it, what is unknown, and what the caller's phone was told."""


_AT_ONCE = 12


@pytest.mark.asterisk
@pytest.mark.timeout(300)
async def test_every_step_does_what_is_written(premises: Premises, probe: AmiProbe) -> None:
    tries = {**TRIES, **HUNG_UP}
    await premises.run(_routing(premises, tries))
    async with Exchange(asterisk=("127.0.0.1", premises.sip_port)) as exchange:
        patients, few = Patients(premises, probe, exchange), asyncio.Semaphore(_AT_ONCE)
        patients.dial(PARKS)
        await until(lambda: premises.rows("called_number = ? AND state = 'waiting'", PARKS), "one is parked")

        async def played(name: str, one: Try) -> str:
            async with few:
                return await patients.plays(one, NUMBERS[name])

        told = dict(zip(tries, await asyncio.gather(*(played(*one) for one in tries.items())), strict=True))
        await only_one_is_left(probe)
        await premises.quiet()
    wanted = {name: (one.path, one.disposition, one.by, (), one.sip) for name, one in tries.items()}
    try:
        await until(lambda: _seen(premises, told) == wanted, "every call went as written")
    except AssertionError:
        assert _differing(_seen(premises, told), wanted) == {}
    await _kept(premises)


async def only_one_is_left(probe: AmiProbe) -> None:
    """Of all channels, that of the caller who was parked."""
    async with asyncio.timeout(30):
        while len(await probe.list({"Action": "CoreShowChannels"})) > 1:
            await asyncio.sleep(0.05)


def _routing(premises: Premises, tries: Mapping[str, Try]) -> dict[str, Any]:
    rules = [
        {"name": name, "when": {"called": NUMBERS[name]}, "steps": one.steps} for name, one in tries.items()
    ]
    parks = {"name": "parks", "when": {"called": PARKS}, "steps": [{"queue": CROWD}]}
    return {
        "people": PEOPLE, "plans": PLANS, "dial": {"trunk": premises.trunk}, "rules": [parks, *rules],
    }  # fmt: skip


def _seen(premises: Premises, told: Mapping[str, str]) -> dict[str, Seen]:
    """How each call went that is over."""
    rows = {row["called_number"]: row for row in premises.rows("state = 'ended'")}
    return {name: _how(rows[NUMBERS[name]], status) for name, status in told.items() if NUMBERS[name] in rows}


def _how(row: Mapping[str, Any], told: str) -> Seen:
    unknown = tuple(json.loads(row["unknown"]))
    return path_of(row), row["disposition"], row["ended_by"], unknown, told


def _differing(seen: Mapping[str, Seen], wanted: Mapping[str, Seen]) -> dict[str, tuple[Seen | None, Seen]]:
    return {name: (seen.get(name), one) for name, one in wanted.items() if seen.get(name) != one}


async def _kept(premises: Premises) -> None:
    """Whoever left a message, and nobody else, is listed with it; so is whoever was promised a call."""
    numbers = {did: name for name, did in NUMBERS.items()}
    with closing(sqlite3.connect(f"file:{premises.ccd.database}?mode=ro", uri=True)) as connection:
        promised = {numbers[did] for (did,) in connection.execute("SELECT called_number FROM callbacks")}
    assert promised == {name for name, one in {**TRIES, **HUNG_UP}.items() if one.disposition == "callback"}
    await until_so(lambda: _boxes(premises), "messages are listed")
    assert await _boxes(premises) == ["day", "night"]


async def _boxes(premises: Premises) -> list[str]:
    """In which boxes ``ccd voicemail`` lists messages."""
    command = ("-m", "ccd", "voicemail", "--json", "--config", str(premises.ccd.config))
    process = await asyncio.create_subprocess_exec(sys.executable, *command, cwd=REPOSITORY, stdout=PIPE)
    return sorted(one["box"] for one in json.loads((await process.communicate())[0]))


def models() -> dict[str, type[BaseModel]]:
    """All that may be written of a step."""
    found = {**vars(steps), **vars(waiting)}.values()
    mine = [one for one in found if isinstance(one, type) and issubclass(one, BaseModel)]
    return {one.__name__: one for one in mine if one.__module__ in {steps.__name__, waiting.__name__}}


def options(value: Any) -> Iterator[tuple[str, str]]:
    """Each option that is written somewhere, with its model's name."""
    if isinstance(value, BaseModel):
        yield from ((type(value).__name__, name) for name in value.model_fields_set)
        yield from options([getattr(value, name) for name in value.model_fields_set])
    elif isinstance(value, Mapping):
        yield from options(list(value.values()))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from options(inner)


def test_no_option_of_a_step_is_left_out() -> None:
    written: list[Any] = [*(one.steps for one in TRIES.values()), *WAITS.values(), *PLANS.values()]
    tried = set(options([StepRule.model_validate(step) for plan in written for step in plan]))
    every = {(name, field) for name, model in models().items() for field in model.model_fields}
    assert every - tried == set()
