"""The demo clinic, set up in a folder of its own: testbed, patients, users, open desks."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import aiohttp

from tests.demo.desks import PASSWORD, Person
from tests.testbed.bed import Testbed
from tests.testbed.installation import REPOSITORY

CONFIG = REPOSITORY / "config" / "demo"
FILES = ("patients.csv", "policies.csv", "visits.csv")


@dataclass
class Clinic:
    """The running demo."""

    bed: Testbed
    url: str
    people: dict[str, Person]
    sessions: dict[str, aiohttp.ClientSession]


def staff() -> list[Person]:
    """Who works there, and at which phone."""
    return [
        Person("anna", "Анна Павлова", "operator", "PJSIP/101"),
        Person("oleg", "Олег Савченко", "operator", "PJSIP/102"),
        Person("kim", "Доктор Ким", "doctor", "PJSIP/201"),
    ]


@asynccontextmanager
async def clinic(home: Path, say: Callable[[str], None]) -> AsyncIterator[Clinic]:
    """Everything up; down again at the end."""
    bed = Testbed(home, CONFIG / "clinic.yaml.in", ring_seconds=10)
    bed.ccd.logs = bed.asterisk.home / "log"
    say("Asterisk 22, three SIP phones and ccd are starting")
    await bed.start()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(bed.stop)
        say(f"Asterisk takes SIP calls on 127.0.0.1:{bed.sip_port}; ccd follows it")
        await _import_patients(bed, say)
        demo = Clinic(bed, f"http://127.0.0.1:{bed.http_port}", {}, {})
        for person in staff():
            await ccd(bed, "user", "add", person.name, "--role", person.role, "--display-name",
                       person.full_name, "--password-stdin", given=PASSWORD)  # fmt: skip
            await _open_desk(demo, person, stack)
        await ccd(bed, "user", "add", "chief", "--role", "supervisor", "--password-stdin", given=PASSWORD)
        say(f"At their desks: {', '.join(f'{one.full_name} ({one.phone})' for one in demo.people.values())}")
        yield demo


async def _import_patients(bed: Testbed, say: Callable[[str], None]) -> None:
    make = [sys.executable, str(CONFIG / "make.py"), str(bed.home / "patients"), date.today().isoformat()]  # noqa: DTZ011
    await _run(make)
    files = [str(bed.home / "patients" / name) for name in FILES]
    said = await ccd(bed, "directory", "import", *files)
    say(f"Patients imported: {' '.join(said.split())}")


async def _open_desk(demo: Clinic, person: Person, stack: AsyncExitStack) -> None:
    session = await stack.enter_async_context(
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
    )
    socket = await person.sit_down(session, demo.url)
    watching = asyncio.create_task(person.watch(socket))
    stack.callback(watching.cancel)
    demo.people[person.phone] = person
    demo.sessions[person.phone] = session


async def ccd(bed: Testbed, *arguments: str, given: str = "") -> str:
    return await _run([sys.executable, "-m", "ccd", *arguments, "--config", str(bed.ccd.config)], given)


async def _run(command: list[str], given: str = "") -> str:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=REPOSITORY
    )
    out, err = await process.communicate(given.encode())
    if process.returncode:
        raise RuntimeError(f"{' '.join(command[1:4])} failed: {err.decode()}")
    return out.decode()
