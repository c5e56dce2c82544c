"""``ccd user add``."""

import asyncio
from pathlib import Path

import pytest

from ccd.people import Role, User
from ccd.store.database import Database
from ccd.store.users import Users


def signed_in(clinic: Path, name: str, password: str) -> User | None:
    async def verify() -> User | None:
        database = await Database.open(clinic / "ccd.db")
        user = await Users(database).verify(name, password)
        await database.close()
        return user

    return asyncio.run(verify())


def test_a_user_from_a_pipe(ccd, clinic):
    options = ("--role", "doctor", "--display-name", "Др Ким", "--language", "uk", "--password-stdin")
    assert ccd("user", "add", "kim", *options, stdin="correct horse\n") == (
        0,
        "kim may sign in as doctor\n",
        "",
    )
    user = signed_in(clinic, "kim", "correct horse")
    assert user is not None
    assert (user.role, user.full_name, user.language) == (Role.DOCTOR, "Др Ким", "uk")


def test_a_user_with_a_prompt(ccd, clinic):
    code, out, _ = ccd("user", "add", "anna", stdin="correct horse\ncorrect horse\n")
    assert (code, out.splitlines()[-1]) == (0, "anna may sign in as operator")
    assert signed_in(clinic, "anna", "correct horse") is not None


def test_a_user_twice(ccd):
    ccd("user", "add", "anna", "--password-stdin", stdin="correct horse\n")
    again = ccd("user", "add", "anna", "--password-stdin", stdin="correct horse\n")
    assert again == (1, "", 'there is a user "anna" already\n')


def test_a_user_without_a_name(ccd):
    assert ccd("user", "add", " ", "--password-stdin", stdin="correct horse\n") == (
        1,
        "",
        "a user needs a name\n",
    )


def test_a_password_too_short(ccd, clinic):
    answer = ccd("user", "add", "anna", "--password-stdin", stdin="1234567\n")
    assert answer == (1, "", "the password must have at least 8 characters\n")
    assert not (clinic / "ccd.db").exists()


@pytest.mark.parametrize("option", [("--role", "docter"), ("--language", "fr")])
def test_a_role_or_language_that_is_none(ccd, option):
    assert ccd("user", "add", "anna", *option)[0] == 2
