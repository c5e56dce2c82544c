"""``ccd user``."""

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


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (("--role", "docter"), '--role: "docter" is no role; did you mean "doctor"?'),
        (("--role", "boss"), '--role: "boss" is no role; there are: operator, '),
        (("--language", "fr"), '--language: "fr" is no language; there are: ru, '),
    ],
)
def test_a_role_or_language_that_is_none(ccd, option, said):
    code, _, error = ccd("user", "add", "anna", *option)
    assert (code, said in error) == (2, True)


LIST = """\
name  shown as   role      language  may sign in
anna  Anna [/]   operator  -         no, locked out
kim   Kim\\u202e  doctor    uk        yes
"""


@pytest.fixture
def staff(ccd):
    for name, *options in (
        ("anna", "--display-name", "Anna [/]"),
        ("kim", "--role", "doctor", "--language", "uk", "--display-name", "Kim\u202e"),
    ):
        assert ccd("user", "add", name, *options, "--password-stdin", stdin="correct horse\n")[0] == 0


@pytest.mark.usefixtures("staff")
def test_a_user_locked_out_and_let_in_again(ccd, clinic):
    assert ccd("user", "lock", "Anna") == (0, "Anna is locked out\n", "")
    assert signed_in(clinic, "anna", "correct horse") is None
    code, out, _ = ccd("user", "list")
    assert (code, [line.rstrip() for line in out.splitlines()]) == (0, LIST.splitlines())
    assert ccd("user", "unlock", "anna") == (0, "anna may sign in again\n", "")
    assert signed_in(clinic, "anna", "correct horse") is not None


@pytest.mark.usefixtures("staff")
def test_a_new_password(ccd, clinic):
    new = ccd("user", "password", "anna", "--password-stdin", stdin="battery staple\n")
    assert new == (0, "anna has a new password, and must sign in again\n", "")
    assert signed_in(clinic, "anna", "correct horse") is None
    assert signed_in(clinic, "anna", "battery staple") is not None
    assert ccd("user", "password", "anna", "--password-stdin", stdin="short\n")[0] == 1
    assert signed_in(clinic, "anna", "battery staple") is not None


@pytest.mark.usefixtures("staff")
@pytest.mark.parametrize("command", ["lock", "unlock", "password"])
def test_a_user_that_is_not_there(ccd, command):
    options = ("--password-stdin",) if command == "password" else ()
    answer = ccd("user", command, "oleg", *options, stdin="correct horse\n")
    assert answer == (1, "", 'there is no user "oleg"\n')


@pytest.mark.parametrize("command", [("list",), ("lock", "anna"), ("unlock", "anna")])
def test_users_before_the_first_start(ccd, clinic, command):
    assert ccd("user", *command)[2].startswith(f"there is no database at {clinic}/ccd.db")
