"""Somebody who sits at a desk of the clinic."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import aiohttp

from tests.integration.clinic.support import Clinic
from tests.testbed.installation import REPOSITORY

USER, PASSWORD = "vera", "correct horse battery"


async def add_user(config: Path, name: str = USER, role: str = "operator") -> None:
    """Let Vera, or somebody else, sign in at the desks of this ccd."""
    command = ("-m", "ccd", "user", "add", name, "--role", role, "--password-stdin", "--config", str(config))
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, cwd=REPOSITORY, stdin=PIPE, stderr=PIPE
    )
    await process.communicate(PASSWORD.encode())


async def desk_of(clinic: Clinic, phone: str, session: aiohttp.ClientSession) -> None:
    """Sign in, and sit at this phone."""
    await add_user(clinic.ccd.config)
    session.headers["Origin"] = origin(clinic)
    for method, where, body in (
        ("POST", "/api/session", {"name": USER, "password": PASSWORD}),
        ("PUT", "/api/phone", {"phone": phone}),
    ):
        async with session.request(method, origin(clinic) + where, json=body) as answer:
            assert answer.status == 200, await answer.text()


def origin(clinic: Clinic) -> str:
    """The desk's address."""
    return f"http://127.0.0.1:{clinic.ccd.http_port}"
