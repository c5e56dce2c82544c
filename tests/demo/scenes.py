"""The patients who call, and what must happen with each."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.demo.clinic import Clinic, ccd
from tests.demo.desks import Card, Person
from tests.testbed.bed import OPERATORS
from tests.testbed.phones import Agent, Patient

LIVE = ("ringing", "talking")
IMPATIENT = "+79265550101"
"""Who hangs up before anybody answers."""


@dataclass(frozen=True)
class Scene:
    """One call: who dials, what the card must say, what it was about."""

    title: str
    number: str
    name: bytes
    talk: float
    shows: str
    """A name that must stand on the card; empty for a stranger."""
    patients: int
    queue: str
    topic: str
    outcome: str
    note: str
    operators_busy: bool = False


SCENES = (
    Scene(
        "A patient with a policy and a visit today",
        "+79161234567", "Мария".encode(), 3,
        "Иванова Мария Петровна", 1, "operators", "result", "advice.results", "Просит прислать результат УЗИ",
    ),
    Scene(
        "A number that a family shares",
        "89031112233", b"", 3,
        "Соколова Анна Викторовна", 3, "operators", "booking", "booked", "Записать Варю к педиатру",
    ),
    Scene(
        "Someone nobody knows",
        "+74957654321", b"Anon O'Nymous", 3,
        "", 0, "operators", "price", "advice.prices", "Сколько стоит приём терапевта",
    ),
    Scene(
        "No operator answers: the duty doctor does",
        "+79161234567", "Мария".encode(), 9,
        "Иванова Мария Петровна", 1, "duty-doctor", "advice", "advice.doctor",
        "Температура после прививки",
        operators_busy=True,
    ),
)  # fmt: skip


async def play(demo: Clinic, scene: Scene, say: Callable[[str], None]) -> bool:
    """Play one call that is answered; True when it was, popped and recorded."""
    say(f"[bold]{scene.title}[/]: {scene.number} calls the clinic")
    for number in OPERATORS if scene.operators_busy else ():
        await demo.bed.agent(number, Agent(answer_after=None))
    began = time.time()
    await demo.bed.call(Patient(number=scene.number, name=scene.name, talk=scene.talk))
    try:
        async with asyncio.timeout(40):
            return await _follow(demo, scene, began, say)
    except TimeoutError:
        say("[red]  ✗ it did not happen within 40 s[/]")
        return False
    finally:
        for number in OPERATORS if scene.operators_busy else ():
            await demo.bed.agent(number, Agent())


async def give_up(demo: Clinic, say: Callable[[str], None]) -> bool:
    """Nobody answers a patient, who hangs up; True when that is recorded, and somebody is to call back."""
    say(f"[bold]Nobody answers, and the patient hangs up[/]: {IMPATIENT} calls the clinic")
    for number in OPERATORS:
        await demo.bed.agent(number, Agent(answer_after=None))
    await demo.bed.call(Patient(number=IMPATIENT, name=None, talk=7))
    try:
        async with asyncio.timeout(40):
            call = await _record(demo, lambda one: one["caller_number"] == IMPATIENT and one["ended_at"])
            missed: bool = call["disposition"] == "abandoned"
            say(f"  {_mark(missed)} {call['disposition']}: the page Missed calls has whom to call back")
            return missed
    except TimeoutError:
        say("[red]  ✗ it did not happen within 40 s[/]")
        return False
    finally:
        for number in OPERATORS:
            await demo.bed.agent(number, Agent())


async def _follow(demo: Clinic, scene: Scene, began: float, say: Callable[[str], None]) -> bool:
    person, at, card = await _first_card(demo, scene, began)
    record = await _record(demo, lambda one: one["call_id"] == card["id"])
    say(f"  rule [cyan]{record['rule']}[/]; {person.phone} rings")
    popped = _right_card(scene, card)
    say(f"  {_mark(popped)} card on {person.full_name}'s screen {_delay(record, person, at)}: {_told(card)}")
    await person.card(card["id"], "talking")
    say(f"  {person.full_name} answers")
    session = demo.sessions[person.phone]
    await person.note(session, demo.url, card["id"], scene.topic, scene.outcome, scene.note)
    say(f"  topic [cyan]{scene.topic}[/], outcome [cyan]{scene.outcome}[/] noted: {scene.note}")
    record = await _record(demo, lambda one: one["call_id"] == card["id"] and one["state"] == "ended")
    recorded = _right_record(scene, record)
    say(
        f"  {_mark(recorded)} recorded: {record['queue']}, {record['agent']}, waited {record['waited']:g} s,"
        f" talked {record['talked']:g} s, ended by the {record['ended_by']}"
    )
    return popped and recorded


async def _first_card(demo: Clinic, scene: Scene, began: float) -> tuple[Person, float, Card]:
    """The first ringing card in the queue that should answer."""
    while True:
        for person in demo.people.values():
            for at, card in person.cards:
                if at >= began and card["state"] in LIVE and card["queue"] == scene.queue:
                    return person, at, card
        waits = [asyncio.ensure_future(one.changed.wait()) for one in demo.people.values()]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()


async def _record(demo: Clinic, when: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The newest call for which ``when`` holds, as ``ccd calls`` tells it, as soon as there is one."""
    while True:
        said = json.loads(await ccd(demo.bed, "calls", "--json"))
        for record in said:
            if when(record):
                return dict(record)
        await asyncio.sleep(0.2)


def _right_card(scene: Scene, card: Card) -> bool:
    names = [patient["name"] for patient in card["patients"]]
    return len(names) == scene.patients and (not scene.shows or scene.shows in names)


def _right_record(scene: Scene, record: dict[str, Any]) -> bool:
    return (
        record["disposition"] == "answered"
        and record["queue"] == scene.queue
        and (record["topic"], record["outcome"], record["note"]) == (scene.topic, scene.outcome, scene.note)
        and record["ended_by"] == "caller"
        and not record["unknown"]
    )


def _told(card: Card) -> str:
    if not card["patients"]:
        return f"{card['number']['text']}, not in the directory"
    names = ", ".join(patient["name"] for patient in card["patients"])
    policies = [policy for patient in card["patients"][:1] for policy in patient["policies"]]
    policy = f"; {policies[0]['insurer']} {policies[0]['programme']}" if policies else ""
    return names + policy


def _delay(record: dict[str, Any], person: Person, at: float) -> str:
    from datetime import datetime

    offers = [one for one in record["segments"] if one["kind"] == "offered" and one["phone"] == person.phone]
    if not offers:
        return ""
    rang = datetime.fromisoformat(offers[-1]["began_at"]).timestamp()
    return f"{max(0, round((at - rang) * 1000))} ms after Asterisk rang it"


def _mark(good: bool) -> str:
    return "[green]✓[/]" if good else "[red]✗[/]"
