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
from tests.integration.clinic.support import until
from tests.integration.routing.conditions import CROWD
from tests.integration.routing.premises import Premises
from tests.integration.routing.steps import HUNG_UP, PEOPLE, PLANS, TRIES, WAITS, Try
from tests.testbed.ami_probe import AmiProbe
from tests.testbed.installation import REPOSITORY
from tests.testbed.phones import Patient, Phone

PARKS = "74954009999"
NUMBERS = {name: str(number) for number, name in enumerate([*TRIES, *HUNG_UP], 74954000001)}
Seen = tuple[tuple[str, ...], str, str, tuple[str, ...], str]
"""A call's path, disposition, who ended it, what is unknown, and what the caller's phone was told."""


@pytest.mark.asterisk
async def test_every_step_does_what_is_written(premises: Premises, probe: AmiProbe) -> None:
    tries = {**TRIES, **HUNG_UP}
    await premises.run(_routing(premises, tries))
    await premises.call(Patient(number="+79161119001", did=PARKS, talk=50))
    await probe.event("QueueCallerJoin", Queue=CROWD)
    calls = (premises.let_call(one.patient(NUMBERS[name])) for name, one in tries.items())
    phones = dict(zip(tries, await asyncio.gather(*calls), strict=True))
    await only_one_is_left(probe)
    await premises.quiet()
    wanted = {name: (one.path, one.disposition, one.by, (), one.sip) for name, one in tries.items()}
    try:
        await until(lambda: _seen(premises, phones) == wanted, "every call went as written", 8)
    except AssertionError:
        assert _differing(_seen(premises, phones), wanted) == {}
    await _kept(premises)


async def only_one_is_left(probe: AmiProbe) -> None:
    """Of all channels, that of the caller who was parked."""
    async with asyncio.timeout(10):
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


def _seen(premises: Premises, phones: Mapping[str, Phone]) -> dict[str, Seen]:
    """How each call went that is over."""
    rows = {row["called_number"]: row for row in premises.rows("state = 'ended'")}
    return {name: _how(rows[NUMBERS[name]], phone) for name, phone in phones.items() if NUMBERS[name] in rows}


def _how(row: Mapping[str, Any], phone: Phone) -> Seen:
    steps = (filter(None, (one["kind"], one["target"], one["outcome"])) for one in json.loads(row["path"]))
    path, unknown = tuple(map(" ".join, steps)), tuple(json.loads(row["unknown"]))
    return path, row["disposition"], row["ended_by"], unknown, _told(phone)


def _told(phone: Phone) -> str:
    """The final answer to the INVITE of a call that nobody took; empty when it was taken."""
    lines = [message.split(b"\n", 1)[0].split() for message in phone.received()]
    codes = [line[1].decode() for line in lines if line[0] == b"SIP/2.0"]
    finals = [code for code in codes if code >= "200"]
    if "487" in finals:
        return "487"  # the 200 is that of the CANCEL
    return "" if "200" in finals else finals[0]


def _differing(seen: Mapping[str, Seen], wanted: Mapping[str, Seen]) -> dict[str, tuple[Seen | None, Seen]]:
    return {name: (seen.get(name), one) for name, one in wanted.items() if seen.get(name) != one}


async def _kept(premises: Premises) -> None:
    """Whoever left a message, and nobody else, is listed with it; so is whoever was promised a call."""
    numbers = {did: name for name, did in NUMBERS.items()}
    with closing(sqlite3.connect(f"file:{premises.ccd.database}?mode=ro", uri=True)) as connection:
        promised = {numbers[did] for (did,) in connection.execute("SELECT called_number FROM callbacks")}
    assert promised == {name for name, one in {**TRIES, **HUNG_UP}.items() if one.disposition == "callback"}
    command = ("-m", "ccd", "voicemail", "--json", "--config", str(premises.ccd.config))
    process = await asyncio.create_subprocess_exec(sys.executable, *command, cwd=REPOSITORY, stdout=PIPE)
    messages = json.loads((await process.communicate())[0])
    assert sorted(one["box"] for one in messages) == ["day", "night"]


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
