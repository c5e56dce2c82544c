"""``ccd user``: who may sign in at the desk."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import typer

from ccd.cli import opening
from ccd.cli.failing import fail, plainly
from ccd.cli.printing import console, table
from ccd.people import Role, User
from ccd.routing.words import did_you_mean
from ccd.settings.database import Place
from ccd.store.users import UserExistsError, Users

_SHORTEST = 8
_LANGUAGES = ("", "ru", "uk", "en")
_COLUMNS = ("name", "shown as", "role", "language", "may sign in")
_T = TypeVar("_T")


def add(path: Path, *, name: str, role: str, display_name: str, language: str, password_stdin: bool) -> None:
    """Create a user; the password comes from a prompt, or from the first line of a pipe."""
    if role not in [*Role]:
        hint = did_you_mean(role, [*Role]) or f"; there are: {', '.join(Role)}"
        raise typer.BadParameter(f'"{role}" is no role{hint}', param_hint="--role")
    if language not in _LANGUAGES:
        raise typer.BadParameter(
            f'"{language}" is no language; there are: ru, uk, en', param_hint="--language"
        )
    user = User(name=name, role=Role(role), full_name=display_name or name, language=language)
    place = opening.settings(path).database
    password = _password(from_pipe=password_stdin)
    try:
        _with_users(place, lambda users: users.add(user, password), create=True)
    except UserExistsError:
        fail(f'there is a user "{name}" already')
    typer.echo(f"{name} may sign in as {role}")


def show_all(path: Path) -> None:
    """Print every user, by name."""
    users = _with_users(opening.settings(path).database, lambda users: users.all())
    rows = [
        (one.name, one.full_name, one.role, one.language, "yes" if one.active else "no, locked out")
        for one in users
    ]
    console().print(table(_COLUMNS, rows) if rows else "no users")


def set_password(path: Path, name: str, *, password_stdin: bool) -> None:
    """Give a user a new password; whoever is signed in with the old one is signed out."""
    place = opening.settings(path).database
    password = _password(from_pipe=password_stdin)
    _changed(place, name, lambda users: users.set_password(name, password))
    typer.echo(f"{name} has a new password, and must sign in again")


def set_active(path: Path, name: str, *, active: bool) -> None:
    """Lock a user out, at once, or let them in again."""
    place = opening.settings(path).database
    _changed(place, name, lambda users: users.set_active(name, active=active))
    typer.echo(f"{name} may sign in again" if active else f"{name} is locked out")


def _changed(place: Place, name: str, change: Callable[[Users], Awaitable[bool]]) -> None:
    if not _with_users(place, change):
        fail(f'there is no user "{name}"')


def _with_users(place: Place, action: Callable[[Users], Awaitable[_T]], *, create: bool = False) -> _T:
    async def act() -> _T:
        async with opening.database(place, create=create) as database:
            return await action(Users(database))

    with plainly(*opening.TROUBLE, ValueError):
        return asyncio.run(act())


def _password(*, from_pipe: bool) -> str:
    if from_pipe:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    if len(password) < _SHORTEST:
        fail(f"the password must have at least {_SHORTEST} characters")
    return password
