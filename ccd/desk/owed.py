"""What the clinic owes its callers: calls that were promised, messages that nobody heard yet."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import structlog
from aiohttp import web

from ccd.calls.ids import LinkedId
from ccd.desk.card import Json
from ccd.desk.clinic import utc_now
from ccd.desk.numbers import shown_number
from ccd.desk.ports import MessageBook, PromiseBook
from ccd.desk.problems import Problem
from ccd.desk.trail import Trail
from ccd.directory.caller import Caller
from ccd.people import AuditEntry, Session

log = structlog.get_logger()

_PATIENCE = 5.0
"""Seconds for the database."""
AT_ONCE = 10
"""Numbers that the directory is asked for at once: callers who ring now ask it, too."""
MOST = 200
"""Rows of a kind on a page, the most urgent: each page asks again every few seconds."""
ID = "{id:[0-9]{1,15}}"
"""How a path names a promise or a message."""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """Where it is kept.  ``find`` says who is behind a number, and never raises."""

    promises: PromiseBook
    messages: MessageBook
    recordings: Path
    """The folder that Asterisk records to."""
    find: Callable[[str], Awaitable[Caller]]
    _asking: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE), init=False)

    async def callers(self, numbers: Iterable[str]) -> dict[str, Caller]:
        """Who is behind each of them, a few asked at once."""
        wanted = tuple(dict.fromkeys(numbers))
        found = await asyncio.gather(*map(self._found, wanted))
        return dict(zip(wanted, found, strict=True))

    async def _found(self, number: str) -> Caller:
        async with self._asking:
            return await self.find(number)


def who_json(caller: Caller, line_name: str, region: str) -> Json:
    """Number and name as on the cards: a patient's only when there is just one, else the line's."""
    people = caller.patients
    return {
        "number": shown_number(caller.number, region)["text"],
        "name": people[0].full_name if len(people) == 1 else "",
        "people": len(people),
        "line_name": "" if people else line_name,
    }


def patient_ids(caller: Caller) -> tuple[str, ...]:
    """Whose data that is, for the trail."""
    return tuple(one.patient_id for one in caller.patients)


def note(trail: Trail, session: Session, action: str, call_id: LinkedId, caller: Caller) -> None:
    """This user did that, about this call and whoever is behind its number."""
    trail.note(
        AuditEntry(
            at=utc_now(),
            user=session.user.name,
            action=action,
            phone=session.phone,
            call_id=call_id,
            patient_ids=patient_ids(caller),
        )
    )


def id_of(request: web.Request) -> int:
    """The number in the path."""
    return int(request.match_info["id"])


async def asked(question: Awaitable[_T], trouble: str) -> _T:
    """What the database says; a Problem 503, with that code, when it says nothing."""
    try:
        async with asyncio.timeout(_PATIENCE):
            return await question
    except Exception as error:
        log.warning("the desk was not answered by the database", error=type(error).__name__)
        raise Problem(503, trouble) from error
