"""Passwords: argon2id, off the event loop, as slow for a stranger as for a user."""

import asyncio
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()


async def hash_password(password: str, hasher: PasswordHasher = _HASHER) -> str:
    """A salted hash; takes tens of milliseconds in a thread, and some 64 MiB."""
    return await asyncio.to_thread(hasher.hash, _bytes(password))


async def matches(kept: str | None, password: str, hasher: PasswordHasher = _HASHER) -> bool:
    """Compare with the kept hash; without one (an unknown user) False after the same work."""
    return await asyncio.to_thread(_matches, kept, _bytes(password), hasher)


def is_outdated(kept: str, hasher: PasswordHasher = _HASHER) -> bool:
    """True when the hash was made with other parameters than today's."""
    return hasher.check_needs_rehash(kept)


def _matches(kept: str | None, password: bytes, hasher: PasswordHasher) -> bool:
    try:
        hasher.verify(kept or _nobody(hasher), password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


@cache
def _nobody(hasher: PasswordHasher) -> str:
    return hasher.hash(b"nobody's password")


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")
