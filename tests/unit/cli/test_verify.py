"""``ccd verify``: the records against Asterisk's own logs."""

import asyncio
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from ccd.asterisk_logs import rebuilding
from ccd.calls.ids import LinkedId
from ccd.calls.record import CallRecord, Disposition
from ccd.logs import mask_number
from ccd.store.calls import CallStore
from ccd.store.database import Database
from ccd.store.migrate import migrate
from tests.unit.asterisk_logs.captured import FOLDER, from_ami
from tests.unit.cli.conftest import CONFIG
from tests.unit.store.other_process import execute

CALLS = ("abandoned", "answered-caller-hangs-up", "blind-transfer", "hold")
"""Captured one after another; the clock of the capture."""
SINCE = "2026-11-22T06:00+00:00"


@pytest.fixture
def verify(clinic, ccd):
    """Compare these records with the logs of CALLS."""
    for kind, name in (("cel", "ccd.csv"), ("queue_log", "queue_log")):
        parts = sorted(((FOLDER / f"{call}.{kind}").read_bytes() for call in CALLS), key=_clock)
        (clinic / name).write_bytes(b"".join(parts))
    logs = "asterisk_logs: { cel: ccd.csv, queue_log: queue_log }\n"
    (clinic / "ccd.yaml").write_text(CONFIG + logs, encoding="utf-8")

    def run(*records: CallRecord, options: tuple[str, ...] = ("--since", SINCE)):
        asyncio.run(_saved(clinic / "ccd.db", *records))
        return ccd("verify", *options)

    return run


def _clock(rows: bytes) -> bytes:
    return rows.removeprefix(b"CHAN_START,")[:10]


async def _saved(file: Path, *records: CallRecord) -> None:
    await migrate(file)
    database = await Database.open(file)
    store = CallStore(database)
    writer = asyncio.create_task(store.run())
    for record in records:
        store.save(record)
    await store.flush()
    writer.cancel()
    await asyncio.gather(writer, return_exceptions=True)
    await database.close()


def test_what_agrees(verify):
    code, out, _ = verify(*map(from_ami, CALLS))
    assert (code, out) == (0, "4 calls compared: no disagreement\n")


def test_a_lost_call(verify):
    code, out, _ = verify(*map(from_ami, CALLS[1:]), options=("--json", "--since", SINCE))
    (found,) = json.loads(out)["disagreements"]
    assert (code, found["finding"], found["call_id"]) == (1, "lost", from_ami(CALLS[0]).call_id)
    assert (found["queue"], found["number"]) == ("operators", mask_number(from_ami(CALLS[0]).caller_number))


def test_the_number_of_a_call_is_masked_and_a_withheld_one_hidden(verify):
    first, *others = (replace(from_ami(name), disposition=Disposition.UNANSWERED) for name in CALLS)
    code, out, _ = verify(replace(first, withheld=True), *others)
    assert (code, "withheld" in out, mask_number(first.caller_number) in out) == (1, True, True)
    assert first.caller_number not in out


def test_a_call_that_cannot_be_rebuilt_is_listed_and_the_others_are_compared(verify, monkeypatch):
    made, bad = rebuilding.rebuilt, from_ami(CALLS[1]).call_id

    def failing(story, agents):
        if bad in story.names():
            raise ZeroDivisionError("+7 916 123-45-67")
        return made(story, agents)

    monkeypatch.setattr("ccd.asterisk_logs.reading.rebuilt", failing)
    code, out, _ = verify(*map(from_ami, CALLS), options=("--json", "--since", SINCE))
    (found,) = json.loads(out)["disagreements"]
    assert (code, found["finding"], found["call_id"]) == (1, "not-rebuilt", bad)
    assert found["what"].startswith("ZeroDivisionError at ")
    assert (json.loads(out)["compared"], "916" in out) == (3, False)


def test_a_record_that_cannot_be_read_is_listed_and_the_others_are_compared(verify, clinic):
    assert verify(*map(from_ami, CALLS))[0] == 0
    bad = from_ami(CALLS[1]).call_id
    execute(clinic / "ccd.db", f"UPDATE calls SET segments = '[{{}}]' WHERE call_id = '{bad}'")
    code, out, _ = verify(options=("--json", "--since", SINCE))
    (found,) = json.loads(out)["disagreements"]
    assert (code, found["finding"], found["call_id"]) == (1, "not-rebuilt", bad)
    assert json.loads(out)["compared"] == 3


def test_a_doubled_call(verify):
    records = [*map(from_ami, CALLS)]
    leg = next(one.leg for one in records[1].segments if one.leg)
    code, out, _ = verify(*records, replace(records[1], call_id=LinkedId(leg)))
    assert (code, "doubled" in out, leg in out) == (1, True, True)


def test_a_call_that_never_was(verify):
    records = [*map(from_ami, CALLS)]
    code, out, _ = verify(*records, replace(records[1], call_id=LinkedId("7.7")))
    assert (code, "only-in-ccd" in out) == (1, True)


def test_a_contradiction(verify):
    first, *others = map(from_ami, CALLS)
    code, out, _ = verify(replace(first, disposition=Disposition.ANSWERED), *others)
    assert (code, "contradicting" in out, "disposition" in out) == (1, True, True)


def test_calls_from_before_are_not_looked_at(verify):
    code, out, _ = verify(options=("--since", "2026-11-22T07:00+00:00"))
    assert (code, out) == (0, "0 calls compared: no disagreement\n")


def test_rotated_logs_are_read_too(verify, clinic):
    half = (clinic / "ccd.csv").read_bytes()
    cut = half.index(b"\n", len(half) // 2) + 1
    (clinic / "ccd.csv.1").write_bytes(half[:cut])
    (clinic / "ccd.csv").write_bytes(half[cut:])
    shutil.move(clinic / "queue_log", clinic / "queue_log.0")
    (clinic / "queue_log").touch()
    assert verify(*map(from_ami, CALLS))[:2] == (0, "4 calls compared: no disagreement\n")


def test_a_call_whose_beginning_is_not_in_the_logs_any_more_is_not_judged(verify, clinic):
    log = (clinic / "ccd.csv").read_bytes()
    (clinic / "ccd.csv").write_bytes(log.split(b"\n", 2)[2])
    (code, out, _) = verify(*map(from_ami, CALLS))
    assert (code, out) == (0, "3 calls compared: no disagreement\n")


def test_without_the_setting_it_says_what_is_missing(clinic, ccd):
    code, _, said = ccd("verify")
    assert (code, "asterisk_logs.cel is not set" in said) == (1, True)


def test_a_log_that_is_not_there_is_named(verify, clinic):
    (clinic / "queue_log").unlink()
    code, _, said = verify()
    assert (code, "queue_log" in said) == (1, True)
    assert "asterisk_logs.queue_log" in check_says(clinic)


def check_says(clinic: Path) -> str:
    from typer.testing import CliRunner

    from ccd.cli.app import app

    return CliRunner().invoke(app, ["check"], catch_exceptions=False).stdout
