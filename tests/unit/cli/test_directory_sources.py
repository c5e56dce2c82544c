"""``ccd directory try`` and ``ccd directory sources``: what an admin sees of the sources."""

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from typer.testing import CliRunner

from ccd.cli.app import app
from ccd.control import Control
from ccd.directory.breaker import State
from ccd.directory.guarded import Condition
from ccd.directory.model import DirectoryError, Patient, Policy
from ccd.sources import making
from tests.unit.empty_database import empty_database

MARIA = Patient(
    patient_id="17", full_name="Иванова Мария", policies=(Policy(insurer="A", programme="", number="1"),)
)
CONFIG = """
database: ccd.db
routing: {rules: []}
directory:
  sources:
    - {name: built-in, builtin: {}}
    - {name: mis, fhir: {url: "http://127.0.0.1:9/fhir"}}
"""


class Source:
    name = "mis"

    def __init__(self, answer: Callable[[], tuple[Patient, ...]]) -> None:
        self._answer = answer

    async def patients(self, e164: str) -> tuple[Patient, ...]:
        return self._answer()


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quiet: None) -> Path:
    """A clinic with its own directory, still empty, and a system of its own."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ccd.yaml").write_text(CONFIG, encoding="utf-8")
    return tmp_path


@pytest.fixture
def mis(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], tuple[Patient, ...]]], None]:
    def answers(answer: Callable[[], tuple[Patient, ...]]) -> None:
        made = making._of_kind
        monkeypatch.setattr(
            making,
            "_of_kind",
            lambda settings, given: Source(answer) if settings.name == "mis" else made(settings, given),
        )

    return answers


def ran(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["directory", *arguments], catch_exceptions=False)
    return done.exit_code, done.output


def test_each_source_and_the_card(clinic, mis):
    mis(lambda: (MARIA,))
    code, printed = ran("try", "8 916 123-45-67")
    lines = printed.splitlines()
    assert code == 0
    assert lines[0].split() == ["source", "kind", "ms", "answer"]
    assert lines[1].split()[0:2] + lines[1].split()[3:] == ["built-in", "builtin", "nobody"]
    assert lines[2].endswith("Иванова Мария (policies: 1, visits: 0)")
    assert lines[-1].split() == ["mis:17", "Иванова", "Мария", "-", "own", "number", "1", "0", "mis"]


def test_whoever_tries_stands_in_the_audit_trail(clinic, mis):
    mis(lambda: (MARIA,))
    asyncio.run(empty_database(clinic / "ccd.db"))
    assert ran("try", "+79161234567")[0] == 0
    found = CliRunner().invoke(app, ["audit", "--patient", "mis:17", "--json"]).output
    ((action, user),) = [(row["action"], row["user"]) for row in json.loads(found)]
    assert (action, user.startswith("cli:")) == ("directory-tried", True)


def test_a_source_that_fails_says_why(clinic, mis):
    def fails() -> tuple[Patient, ...]:
        raise DirectoryError("it is \x1b[31mon fire")

    mis(fails)
    code, printed = ran("try", "+79161234567")
    assert (code, "on fire" in printed, "\x1b" in printed) == (1, True, False)
    assert "nobody knows" not in printed


def test_a_source_that_routing_would_not_wait_for(clinic, mis):
    hasty = CONFIG.replace("directory:", "directory:\n  deadline: 0.02")
    (clinic / "ccd.yaml").write_text(hasty.replace("mis, fhir", "mis, timeout: 20, fhir"), encoding="utf-8")

    def late() -> tuple[Patient, ...]:
        time.sleep(0.02)
        return (MARIA,)

    mis(late)
    code, printed = ran("try", "+79161234567")
    sentence = "Иванова Мария (policies: 1, visits: 0); too late for routing, which waits 0.019 s"
    assert (code, printed.splitlines()[2].endswith(sentence)) == (0, True)


def test_the_same_for_programs(clinic, mis):
    mis(lambda: (MARIA,))
    code, printed = ran("try", "+79161234567", "--json")
    document = json.loads(printed)
    assert (code, document["number"]) == (0, "+79161234567")
    assert [(one["source"], one["kind"], one["error"]) for one in document["sources"]] == [
        ("built-in", "builtin", ""),
        ("mis", "fhir", ""),
    ]
    assert [one["id"] for one in document["candidates"]] == ["mis:17"]


def test_nobody_knows_the_number(clinic, mis):
    mis(tuple)
    assert "nobody knows this number" in ran("try", "+79161234567")[1]


def test_what_is_no_number_is_not_asked_about(clinic):
    code, printed = ran("try", "112")
    assert (code, '"112" is no telephone number' in printed) == (1, True)


def test_where_no_ccd_runs(clinic):
    code, printed = ran("sources")
    assert (code, "no ccd runs on" in printed) == (1, True)


def conditions() -> tuple[Condition, ...]:
    usual: dict[str, Any] = {"failures": 0, "error": "", "failed_at": None, "asking": 0, "cached": 0}
    late = {
        "failures": 5,
        "error": "no answer within 3 s",
        "failed_at": datetime(2026, 11, 22, 9, tzinfo=UTC),
    }
    return (
        Condition(name="built-in", state=State.CLOSED, **usual),
        Condition(name="mis", state=State.OPEN, **usual | late),
    )


def test_how_the_sources_of_the_running_ccd_do(clinic):
    async def no_reload() -> Any:
        raise AssertionError

    async def serve(up: asyncio.Event) -> None:
        running = asyncio.create_task(Control(clinic / "ccd.db", no_reload, conditions).run())
        while not (clinic / "ccd.db.control").exists():
            await asyncio.sleep(0.01)
        ready.append(asyncio.get_running_loop())
        await up.wait()
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running

    ready: list[asyncio.AbstractEventLoop] = []
    over = asyncio.Event()
    thread = Thread(target=lambda: asyncio.run(serve(over)))
    thread.start()
    try:
        while not ready and thread.is_alive():
            thread.join(0.01)
        code, printed = ran("sources")
        document = json.loads(ran("sources", "--json")[1])
    finally:
        ready[0].call_soon_threadsafe(over.set)
        thread.join(10)
    lines = printed.splitlines()
    assert code == 0
    assert lines[1].split() == ["built-in", "asked", "0", "-", "-", "0", "0"]
    assert lines[2].split()[:5] == ["mis", "left", "alone", "5", "2026-11-22"]
    assert "no answer within 3 s" in lines[2]
    assert [one["state"] for one in document] == ["closed", "open"]
