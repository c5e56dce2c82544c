"""``ccd user``: who may sign in at the desk."""

import asyncio
import sys
from pathlib import Path

import typer

from ccd.cli import opening
from ccd.cli.failing import fail, plainly
from ccd.people import Role, User
from ccd.routing.words import did_you_mean
from ccd.store.users import UserExistsError, Users

_SHORTEST = 8
_LANGUAGES = ("", "ru", "uk", "en")


def add(path: Path, *, name: str, role: str, display_name: str, language: str, password_stdin: bool) -> None:
    """Create a user; the password comes from a prompt, or from the first line of a pipe."""
    if role not in [*Role]:
        raise typer.BadParameter(f'"{role}" is no role{did_you_mean(role, [*Role])}')
    if language not in _LANGUAGES:
        raise typer.BadParameter(f'"{language}" is no language; there are: ru, uk, en')
    settings = opening.settings(path)
    user = User(name=name, role=Role(role), full_name=display_name or name, language=language)
    password = _password(from_pipe=password_stdin)
    try:
        with plainly(*opening.TROUBLE, ValueError):
            asyncio.run(_add(settings.database, user, password))
    except UserExistsError:
        fail(f'there is a user "{name}" already')
    typer.echo(f"{name} may sign in as {role}")


async def _add(file: Path, user: User, password: str) -> None:
    async with opening.database(file, create=True) as database:
        await Users(database).add(user, password)


def _password(*, from_pipe: bool) -> str:
    if from_pipe:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    if len(password) < _SHORTEST:
        fail(f"the password must have at least {_SHORTEST} characters")
    return password
