"""What ccd did not hear is found in Asterisk's own logs: nothing is lost, doubled, or made up."""

import asyncio
import json
import sqlite3
import sys
from asyncio.subprocess import PIPE
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.integration.clinic.agreement import disagreements
from tests.integration.clinic.support import Clinic, Dialled, talking, until
from tests.integration.clinic.test_one_record import in_every_state
from tests.testbed.ami_probe import PATIENCE, AmiProbe
from tests.testbed.installation import REPOSITORY

pytestmark = pytest.mark.asterisk


async def come_and_gone(clinic: Clinic, probe: AmiProbe, rule: str = "") -> tuple[Dialled, Dialled]:
    """A call that is answered and one that is given up, both over."""
    answered = await clinic.dial(probe, rule or "answers")
    await talking(probe, answered)
    abandoned = await clinic.dial(probe, rule or "rings")
    await probe.event("QueueCallerJoin", Linkedid=abandoned.call_id)
    await clinic.hang_up(probe, answered, abandoned)
    return answered, abandoned


async def verified(clinic: Clinic, *calls: Dialled) -> None:
    """``ccd verify`` finds no disagreement, once Asterisk's logs have told of all these calls."""
    since = datetime.fromtimestamp(min(call.began for call in calls) - 0.1, UTC).isoformat()
    command = ("-m", "ccd", "verify", "--json", "--since", since, "--config", str(clinic.ccd.config))
    said: dict[str, Any] = {"compared": 0}
    async with asyncio.timeout(PATIENCE):
        while said["compared"] < len(calls):
            process = await asyncio.create_subprocess_exec(
                sys.executable, *command, cwd=REPOSITORY, stdout=PIPE
            )
            printed, _ = await process.communicate()
            said = json.loads(printed)
    assert (said["disagreements"], said["unreadable_lines"], process.returncode) == ([], 0, 0)


async def whole(clinic: Clinic, *calls: Dialled) -> dict[str, dict[str, Any]]:
    """Their rows, once nothing of them is unknown that Asterisk wrote down."""
    wanted = {call.call_id for call in calls}

    def rows() -> dict[str, dict[str, Any]]:
        found = {row["call_id"]: row for row in clinic.rows("state = 'ended'")}
        known = {name for name, row in found.items() if set(json.loads(row["unknown"])) <= {"held"}}
        return found if wanted <= known else {}

    try:
        return await until(rows, "the calls are recovered")  # type: ignore[no-any-return]
    except AssertionError as error:
        left = {row["call_id"]: row["unknown"] for row in clinic.rows("1 = 1")}
        raise AssertionError(f"{error}: {sorted(wanted)} of {left}") from None


async def test_ccd_is_killed_and_nothing_is_lost(with_logs, probe):
    clinic, _ = with_logs
    lasting, ending = await in_every_state(clinic, probe), await in_every_state(clinic, probe)
    await clinic.ccd.kill()
    await clinic.hang_up(probe, *ending)
    missed = await come_and_gone(clinic, probe)
    for log in (clinic.asterisk.cel, clinic.asterisk.home / "log" / "queue_log"):
        log.rename(log.with_name(f"{log.name}.1"))
    await clinic.asterisk.cli("logger reload")
    more = await come_and_gone(clinic, probe)
    await clinic.start_ccd()
    await clinic.hang_up(probe, *lasting)
    calls = [*lasting, *ending, *missed, *more]
    rows = await whole(clinic, *calls)
    assert len(rows) == len(calls)
    assert all(rows[call.call_id]["recovered"] for call in [*ending, *missed, *more])
    assert [rows[call.call_id]["rule"] for call in ending] == ["empty", "rings", "answers"]
    assert rows[missed[0].call_id]["disposition"] == rows[more[0].call_id]["disposition"] == "answered"
    await verified(clinic, *calls)
    await twice_is_once(clinic, rows)


async def twice_is_once(clinic: Clinic, rows: dict[str, dict[str, Any]]) -> None:
    """Killed again, and the logs read again from their beginning: nothing changes."""
    await clinic.ccd.kill()
    with closing(sqlite3.connect(clinic.ccd.database)) as connection, connection:
        connection.execute("UPDATE log_marks SET file = '', offset = 0")
    await clinic.start_ccd()
    await until(lambda: _marked(clinic), "the logs are read again")
    assert {row["call_id"]: row for row in clinic.rows("1 = 1")} == rows


def _marked(clinic: Clinic) -> bool:
    with closing(sqlite3.connect(f"file:{clinic.ccd.database}?mode=ro", uri=True)) as connection:
        return all(file for (file,) in connection.execute("SELECT file FROM log_marks"))


async def test_the_link_is_cut_and_nothing_is_lost(with_logs, probe):
    clinic, proxy = with_logs
    lasting, ending = await in_every_state(clinic, probe), await in_every_state(clinic, probe)
    heard = clinic.resynchronised()
    await proxy.refuse()
    await clinic.hang_up(probe, *ending)
    missed = await come_and_gone(clinic, probe)
    alive = await clinic.dial(probe, "answers")
    await talking(probe, alive)
    await proxy.listen()
    await until(lambda: clinic.resynchronised() > heard, "ccd hears Asterisk again")
    await clinic.hang_up(probe, *lasting, alive)
    calls = [*lasting, *ending, *missed, alive]
    rows = await whole(clinic, *calls)
    assert len(rows) == len(calls)
    assert [rows[call.call_id]["disposition"] for call in missed] == ["answered", "abandoned"]
    assert [rows[call.call_id]["rule"] for call in missed] == ["answers", "rings"]
    await verified(clinic, *calls)
    for record in await clinic.records(*ending, *missed, alive):
        assert await disagreements(record, clinic.asterisk) == {}
