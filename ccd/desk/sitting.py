"""Whether a page's session still holds: looked at again now and then, for as long as its socket lives."""

import asyncio

import structlog

from ccd.desk.ports import Users
from ccd.desk.seats import Seat

log = structlog.get_logger()

RECHECK = 30.0
"""Seconds between looks whether the session still holds."""


async def session_ends(users: Users, seat: Seat) -> None:
    """Until the session is over, sits at another phone or may see other things.

    The first look is at once: a phone picked while this socket opened found no seat to close.
    """
    while True:
        try:
            session = await users.session(seat.token)
            if session is None or (session.phone, session.user.role) != (seat.phone, seat.user.role):
                return
        except Exception:
            log.exception("session not checked")
        await asyncio.sleep(RECHECK)
