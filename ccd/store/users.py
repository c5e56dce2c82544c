"""Users and their sessions.  A session's token is shown once; the database keeps its hash."""

import hashlib
import secrets
from contextlib import suppress
from datetime import timedelta
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import delete, exc, insert, select, update

from ccd.calls.ids import Phone
from ccd.people import Role, Session, User, user_key
from ccd.store.clock import Clock, utc_now
from ccd.store.database import Database
from ccd.store.errors import StoreError
from ccd.store.passwords import hash_password, is_outdated, matches
from ccd.store.tables.people import sessions, users


class UserExistsError(Exception):
    """There is a user of this name already."""


class Users:
    """Who may sign in.  Names are compared without case; every method may raise StoreError."""

    def __init__(
        self, database: Database, *, hasher: PasswordHasher | None = None, now: Clock = utc_now
    ) -> None:
        self._database = database
        self._hasher = hasher or PasswordHasher()
        self._now = now

    async def add(self, user: User, password: str) -> None:
        """Create a user; raises UserExistsError, ValueError when the name is empty."""
        row = {
            "name": user_key(user.name),
            "password_hash": await hash_password(password, self._hasher),
            "role": user.role,
            "full_name": user.full_name,
            "language": user.language,
            "active": user.active,
        }
        if not row["name"]:
            raise ValueError("a user needs a name")
        try:
            async with self._database.writing() as connection:
                await connection.execute(insert(users), row)
        except exc.IntegrityError:
            raise UserExistsError(user.name) from None

    async def all(self) -> list[User]:
        """Every user, by name."""
        async with self._database.reading() as connection:
            rows = await connection.execute(select(users).order_by(users.c.name))
            return [_user(row) for row in rows.mappings()]

    async def verify(self, name: str, password: str) -> User | None:
        """The active user whose password this is; as slow for an unknown name as for a known one."""
        wanted = select(users).where(users.c.name == user_key(name), users.c.active)
        async with self._database.reading() as connection:
            row = (await connection.execute(wanted)).mappings().first()
        kept = row["password_hash"] if row else None
        if not await matches(kept, password, self._hasher) or row is None:
            return None
        if is_outdated(row["password_hash"], self._hasher):
            await self._rehash(row["name"], row["password_hash"], password)
        return _user(row)

    async def set_password(self, name: str, password: str) -> bool:
        """Change it and end the user's sessions; False when there is no such user."""
        return await self._change(name, end=True, password_hash=await hash_password(password, self._hasher))

    async def set_active(self, name: str, *, active: bool) -> bool:
        """Let a user in again, or lock out and end the sessions; False when there is no such user."""
        return await self._change(name, end=not active, active=active)

    async def set_language(self, name: str, language: str) -> None:
        """Remember the user's language; an unknown user is no error."""
        await self._change(name, end=False, language=language)

    async def open_session(self, name: str, hours: int) -> str:
        """Start a session that lasts so many hours; returns its token.  Old sessions are swept out."""
        token, now = secrets.token_urlsafe(32), self._now()
        row = {
            "token_hash": _hash(token),
            "user_name": user_key(name),
            "created_at": now,
            "expires_at": now + timedelta(hours=hours),
        }
        async with self._database.writing() as connection:
            await connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
            await connection.execute(insert(sessions), row)
        return token

    async def session(self, token: str) -> Session | None:
        """Whose token this is; None when unknown, ended, too old, or its user locked out."""
        wanted = (
            select(users, sessions.c.phone)
            .join_from(sessions, users, sessions.c.user_name == users.c.name)
            .where(sessions.c.token_hash == _hash(token), sessions.c.expires_at > self._now(), users.c.active)
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(wanted)).mappings().first()
        return Session(user=_user(row), phone=Phone(row["phone"])) if row else None

    async def set_phone(self, token: str, phone: Phone) -> None:
        """This session now sits at that phone; an unknown token is no error."""
        change = update(sessions).where(sessions.c.token_hash == _hash(token)).values(phone=phone)
        async with self._database.writing() as connection:
            await connection.execute(change)

    async def close_session(self, token: str) -> None:
        """End it; an unknown token is no error."""
        async with self._database.writing() as connection:
            await connection.execute(delete(sessions).where(sessions.c.token_hash == _hash(token)))

    async def _change(self, name: str, *, end: bool, **values: Any) -> bool:
        async with self._database.writing() as connection:
            if end:
                await connection.execute(delete(sessions).where(sessions.c.user_name == user_key(name)))
            changed = await connection.execute(
                update(users).where(users.c.name == user_key(name)).values(**values)
            )
        return changed.rowcount == 1

    async def _rehash(self, name: str, kept: str, password: str) -> None:
        fresh = await hash_password(password, self._hasher)
        change = update(users).where(users.c.name == name, users.c.password_hash == kept)
        with suppress(StoreError):
            async with self._database.writing() as connection:
                await connection.execute(change.values(password_hash=fresh))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _user(row: Any) -> User:
    return User(
        name=row["name"],
        role=Role(row["role"]),
        full_name=row["full_name"],
        language=row["language"],
        active=row["active"],
    )
