"""What the documentation shows is what the commands print, for the clinic in ``docs/clinic``."""

import asyncio
import shlex
import shutil
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from ccd.calls.ids import LinkedId
from ccd.calls.record import CallRecord, Disposition, PathStep, State, StepKind
from ccd.cli.app import app
from ccd.store.callbacks import CallbackStore
from ccd.store.calls import CallStore
from ccd.store.database import Database
from tests.unit.callbacks.samples import promise
from tests.unit.cli.shown import Block, blocks
from tests.unit.empty_database import empty_database

DOCS = Path(__file__).parents[3] / "docs"
CLINIC = DOCS / "clinic"
PAGES = {one.name: blocks(one) for one in sorted(DOCS.glob("*.md"))}
SHOWN = [name for name, found in PAGES.items() if found]
DAYS = [
    ("everyone else", f"2026-11-{day} {hour}")
    for day in range(16, 21)
    for hour in ("08:20", "11:05", "14:40")
]
NIGHTS = [("closed", f"2026-11-{day} 21:30") for day in (16, 18, 19)]


@pytest.fixture
def clinic(tmp_path, monkeypatch):
    """A folder of one's own, with a week of calls in its database."""
    folder = tmp_path / "clinic"
    shutil.copytree(CLINIC, folder)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "110")
    for name in ("CCD_CONFIG", "CCD_AMI_SECRET", "CREDENTIALS_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    (folder / "ccd.yaml").chmod(0o640)
    asyncio.run(fill(folder / "ccd.db"))
    return folder


async def fill(file: Path) -> None:
    await empty_database(file)
    database = await Database.open(file)
    store = CallStore(database)
    running = asyncio.create_task(store.run())
    for number, (rule, at) in enumerate(DAYS + NIGHTS):
        store.save(call(number, rule, datetime.fromisoformat(at).replace(tzinfo=ZoneInfo("Europe/Moscow"))))
    assert await store.flush(5)
    await CallbackStore(database).give(promise(promise_id=0))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await database.close()


def call(number: int, rule: str, at: datetime) -> CallRecord:
    """By day an operator answers, every fourth time the doctor; at night a message is left."""
    queue = PathStep(
        at=at, kind=StepKind.QUEUE, target="operators", outcome="TIMEOUT" if number % 4 == 0 else ""
    )
    day = (queue, PathStep(at=at, kind=StepKind.QUEUE, target="duty-doctor"))[: 1 + (number % 4 == 0)]
    phones = "PJSIP/201&PJSIP/79161234500@trunk"
    night = (
        PathStep(at=at, kind=StepKind.DIAL, target=phones, outcome="NOANSWER"),
        PathStep(at=at, kind=StepKind.VOICEMAIL, target="night"),
    )
    return CallRecord(
        call_id=LinkedId(f"1.{number}"),
        state=State.ENDED,
        arrived_at=at,
        caller_number=f"+7916555{number:04}",
        caller_name="",
        called_number="+74951234567",
        rule=rule,
        path=night if rule == "closed" else day,
        disposition=Disposition.VOICEMAIL if rule == "closed" else Disposition.ANSWERED,
    )


def printed(command: str) -> str:
    name, *arguments = shlex.split(command)
    assert name == "ccd", command
    return plain(CliRunner().invoke(app, arguments, catch_exceptions=False).output)


def plain(text: str) -> str:
    """Without spaces at the ends of lines: editors take them away."""
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())


def run(block: Block, folder: Path) -> None:
    kept = folder.joinpath(block.instead_of or "routing.yaml").read_text(encoding="utf-8")
    if block.name:
        shutil.copy(folder / block.name, folder / block.instead_of)
    for command, shown in block.commands:
        assert printed(command) == plain(shown), command
    folder.joinpath(block.instead_of or "routing.yaml").write_text(kept, encoding="utf-8")


@pytest.mark.parametrize("page", SHOWN)
def test_commands_print_what_the_page_shows(clinic, quiet, page):
    for block in PAGES[page]:
        if block.kind == "run":
            run(block, clinic)


def test_the_picture_that_is_shown_is_the_one_that_is_drawn(clinic, quiet):
    printed("ccd graph --since 2026-11-16 --output drawn.svg")
    drawn = (clinic / "drawn.svg").read_text(encoding="utf-8")
    kept = (CLINIC / "routing.svg").read_text(encoding="utf-8")
    assert drawn == kept, f"if it should look so: cp {clinic}/drawn.svg docs/clinic/routing.svg"


@pytest.mark.parametrize("page", SHOWN)
def test_files_hold_what_the_page_shows(page):
    for block in PAGES[page]:
        if block.kind == "file":
            assert block.text in (CLINIC / block.name).read_text(encoding="utf-8"), block.name


def test_every_tool_of_the_routing_is_shown_with_real_output():
    shown = {command.split()[1] for found in PAGES.values() for one in found for command, _ in one.commands}
    assert shown >= {"check", "explain", "test", "replay", "graph", "duty", "callbacks"}
