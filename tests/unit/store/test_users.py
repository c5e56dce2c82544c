"""Signing in, sessions, and the trail of who saw what."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from ccd.calls.ids import LinkedId, Phone
from ccd.people import AuditEntry, Role, Session, User
from ccd.store.audit import Audit
from ccd.store.database import Database
from ccd.store.users import UserExistsError, Users
from tests.unit.store.other_process import locked, select
from tests.unit.store.samples import NOON

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
QUICK_BUT_OTHER = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)
ANNA = User(name="анна", role=Role.OPERATOR, full_name="Анна Соколова")


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def users(database: Database, clock: Callable[[], datetime]) -> Users:
    made = Users(database, hasher=QUICK, now=clock)
    await made.add(ANNA, "пароль")
    return made


async def test_the_right_password_lets_in_whatever_the_case_of_the_name(users: Users) -> None:
    assert await users.verify(" Анна ", "пароль") == ANNA
    assert await users.all() == [ANNA]


@pytest.mark.parametrize(
    ("name", "password"), [("анна", "Пароль"), ("олег", "пароль"), ("", ""), ("\udcff", "\0\udcff")]
)
async def test_anything_else_does_not(users: Users, name: str, password: str) -> None:
    assert await users.verify(name, password) is None


async def test_an_unknown_name_costs_the_same_work(users: Users, monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[bytes] = []
    verify = PasswordHasher.verify

    def watched(hasher: PasswordHasher, kept: str, given: bytes) -> bool:
        verified.append(given)
        return verify(hasher, kept, given)

    monkeypatch.setattr(PasswordHasher, "verify", watched)
    await users.verify("nobody", "secret")
    assert verified == [b"secret"]


async def test_a_name_is_given_once(users: Users) -> None:
    with pytest.raises(UserExistsError, match="Анна"):
        await users.add(User(name="Анна", role=Role.ADMIN), "x")
    with pytest.raises(ValueError, match="name"):
        await users.add(User(name=" ", role=Role.ADMIN), "x")
    assert await users.all() == [ANNA]


async def test_a_password_of_old_parameters_is_hashed_anew(
    users: Users, database: Database, path: Path
) -> None:
    newer = Users(database, hasher=QUICK_BUT_OTHER)
    before = select(path, "SELECT password_hash FROM users")
    assert await newer.verify("анна", "пароль") == ANNA
    after = select(path, "SELECT password_hash FROM users")
    assert after != before
    assert await newer.verify("анна", "пароль") == ANNA
    assert select(path, "SELECT password_hash FROM users") == after


async def test_a_locked_database_does_not_keep_out_whose_hash_is_old(users: Users, path: Path) -> None:
    impatient = Database(path, patience=0.0)
    with locked(path):
        assert await Users(impatient, hasher=QUICK_BUT_OTHER).verify("анна", "пароль") == ANNA
    await impatient.close()


async def test_a_broken_hash_lets_nobody_in(users: Users, path: Path) -> None:
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("UPDATE users SET password_hash = 'x'")
    assert await users.verify("анна", "x") is None


async def test_a_session_lasts_as_long_as_it_was_given(users: Users, clock: Clock, path: Path) -> None:
    token = await users.open_session("Анна", 12)
    clock.now += timedelta(hours=11, minutes=59)
    assert await users.session(token) == Session(user=ANNA)
    clock.now += timedelta(minutes=1)
    assert await users.session(token) is None
    assert token not in str(select(path, "SELECT * FROM sessions"))
    await users.open_session("анна", 1)
    assert select(path, "SELECT count(*) FROM sessions") == [(1,)]


async def test_phone_and_language_are_remembered(users: Users) -> None:
    mine, other = await users.open_session("анна", 1), await users.open_session("анна", 1)
    await users.set_phone(mine, Phone("PJSIP/101"))
    await users.set_language("анна", "uk")
    changed = replace(ANNA, language="uk")
    assert await users.session(mine) == Session(user=changed, phone=Phone("PJSIP/101"))
    assert await users.session(other) == Session(user=changed)


async def test_signing_out_ends_one_session(users: Users) -> None:
    mine, other = await users.open_session("анна", 1), await users.open_session("анна", 1)
    await users.close_session(mine)
    await users.close_session("no token")
    assert await users.session(mine) is None
    assert await users.session(other)


async def test_a_new_password_and_a_lock_out_end_all_sessions(users: Users) -> None:
    token = await users.open_session("анна", 1)
    assert await users.set_password("анна", "новый")
    assert await users.session(token) is None
    assert await users.verify("анна", "новый")
    token = await users.open_session("анна", 1)
    assert await users.set_active("анна", active=False)
    assert await users.session(token) is None
    assert await users.verify("анна", "новый") is None
    assert await users.set_active("анна", active=True)
    assert await users.verify("анна", "новый")
    assert not await users.set_password("олег", "x")


async def test_the_trail_is_read_back_by_patient(database: Database) -> None:
    audit = Audit(database)
    entry = AuditEntry(
        at=NOON,
        user="анна",
        action="card",
        phone=Phone("PJSIP/101"),
        call_id=LinkedId("1.1"),
        patient_ids=("m", "t"),
    )
    later = AuditEntry(at=NOON + timedelta(hours=1), user="олег", action="history", patient_ids=("m",))
    for one in (entry, later, AuditEntry(at=NOON, user="анна", action="sign-in")):
        await audit.append(one)
    assert [one.user for one in await audit.entries(patient_ids=["m"])] == ["олег", "анна"]
    assert await audit.entries(patient_ids=["m"], since=later.at) == [later]
    (kept,) = await audit.entries(patient_ids=["t"])
    assert (kept.call_id, kept.phone, kept.patient_ids) == ("1.1", "PJSIP/101", ("t",))


@pytest.mark.parametrize("change", ["DELETE FROM audit", "UPDATE audit SET user_name = 'x'"])
async def test_the_trail_cannot_be_changed(database: Database, path: Path, change: str) -> None:
    await Audit(database).append(AuditEntry(at=NOON, user="анна", action="card", patient_ids=("m",)))
    with closing(sqlite3.connect(path)) as other, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        other.execute(change)
