"""``ccd check --asterisk`` on the real one: it knows which queues are there, and says when it cannot ask."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from tests.testbed.installation import REPOSITORY

pytestmark = pytest.mark.asterisk


async def check(config: Path) -> tuple[int | None, str]:
    """The exit code, and what is said of Asterisk."""
    command = ("-m", "ccd", "check", "--asterisk", "--config", str(config))
    process = await asyncio.create_subprocess_exec(sys.executable, *command, cwd=REPOSITORY, stdout=PIPE)
    said, _ = await process.communicate()
    return process.returncode, "\n".join(line for line in said.decode().splitlines() if "Asterisk" in line)


async def test_queues_that_are_there_and_one_that_is_not(clinic, tmp_path):
    text = clinic.ccd.config.read_text()
    config = tmp_path / "ccd.yaml"
    config.write_text(text)
    assert await check(config) == (0, "")
    config.write_text(text.replace("queue: {name: rings, wait", "queue: {name: rinks, wait"))
    code, said = await check(config)
    assert code == 0
    assert said.endswith('Asterisk has no queue "rinks"; did you mean "rings"?')
    assert said.count("\n") == 0
    config.write_text(text.replace("username: ccd", "username: nobody"))
    code, said = await check(config)
    assert code == 1
    assert said.endswith("could not be asked for its queues: Authentication failed")
