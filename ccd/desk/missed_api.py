"""The API of missed calls: whom to call back, calling one, and that nothing is left to do."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from aiohttp import web

from ccd.callbacks.number import to_call_back
from ccd.calls.ids import LinkedId
from ccd.calls.record import CallRecord
from ccd.desk.auth import Auth
from ccd.desk.card import Json
from ccd.desk.clinic import Clinic, millis
from ccd.desk.owed import MOST, Owed, asked, who_json
from ccd.desk.owed_api import OwedApi
from ccd.desk.ports import MissedBook, RingBack
from ccd.desk.problems import Problem
from ccd.desk.trail import Trail
from ccd.directory.caller import Caller
from ccd.directory.phones import normalise
from ccd.missed.happening import ring_back_id
from ccd.people import Session
from ccd.ports.switchboard import NotBegunError, NotHeardError
from ccd.ports.worklist import Claimed

log = structlog.get_logger()

CLAIM = timedelta(seconds=90)
"""How long one operator has a patient: the phone and then the patient's ring, and a little more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedCalls:
    """Where the worklist is; ``calls`` are those in progress, ``reach`` is how old a task may be."""

    book: MissedBook
    asterisk: RingBack
    calls: Callable[[], Iterable[CallRecord]]
    reach: timedelta


class MissedApi(OwedApi):
    """For everybody who is signed in: whoever is free calls back."""

    def __init__(self, missed: MissedCalls, *, auth: Auth, owed: Owed, clinic: Clinic, trail: Trail) -> None:
        super().__init__(auth=auth, owed=owed, clinic=clinic, trail=trail)
        self._missed = missed
        self._book = missed.book

    def routes(self) -> list[web.RouteDef]:
        """Where what is.  A task is named by the first call that was missed."""
        return [
            web.get("/api/missed", self.listed),
            web.post("/api/missed/{id}/call", self.call),
            web.post("/api/missed/{id}/done", self.done),
        ]

    async def listed(self, request: web.Request) -> web.Response:
        """200 of them, the oldest first, ``?skip=`` of all (``total``) left out.

        ``unknown`` counts those missed today without a number: nobody can call them.
        """
        session = await self._auth.session(request)
        now = self._clinic.now()
        since = now - self._missed.reach
        total = await asked(self._book.count(since), "error.not_read")
        skip = _within(_skip(request), total)
        tasks = await asked(self._book.open(since, MOST, skip), "error.not_read")
        unknown = await asked(self._book.unknown(self._clinic.midnight), "error.not_read")
        shown = ((one.task.call_id, one.task.number) for one in tasks)
        callers = await self._shown(session, "missed", shown)
        on_the_line = self._on_the_line()
        rows = [self._row(one, callers[one.task.number], session, on_the_line) for one in tasks]
        told = {"now": millis(now), "tasks": rows, "unknown": unknown}
        return web.json_response(told | {"skip": skip, "total": total, "page": MOST})

    async def call(self, request: web.Request) -> web.Response:
        """Ring the user's own phone, then the patient's.  Who has the task is durable before that."""
        session, found = await self._found(request)
        task, now = found.task, self._clinic.now()
        self._may_call(session, found)
        attempt = ring_back_id(task.call_id, now)
        claim = self._book.claim(task.number, session.user.name, attempt, now, now + CLAIM)
        if not await asked(claim, "error.not_done"):
            raise Problem(409, "error.missed_taken")
        await self._did(session, "missed-called", task.call_id, task.number)
        await self._begin(session, found, attempt)
        return web.json_response({"call": attempt})

    async def done(self, request: web.Request) -> web.Response:
        """Nothing is left to do.  Answered when it is on disk."""
        session, found = await self._found(request)
        task = found.task
        said = self._book.say_done(task.number, session.user.name, self._clinic.now())
        if not await asked(said, "error.not_done"):
            raise Problem(409, "error.missed_over")
        await self._did(session, "missed-done", task.call_id, task.number)
        return web.json_response({})

    async def _found(self, request: web.Request) -> tuple[Session, Claimed]:
        session = await self._auth.session(request)
        found = await asked(self._book.get(LinkedId(request.match_info["id"])), "error.not_read")
        if found is None or not found.task.open:
            raise Problem(409, "error.missed_over")
        return session, found

    def _may_call(self, session: Session, found: Claimed) -> None:
        if not session.phone:
            raise Problem(422, "error.missed_no_phone")
        if not self._callable(found.task.number):
            raise Problem(422, "error.missed_number")
        if found.task.number in self._on_the_line():
            raise Problem(409, "error.missed_on_line")
        if found.busy(self._clinic.now()):
            raise Problem(409, "error.missed_taken")

    async def _begin(self, session: Session, found: Claimed, attempt: LinkedId) -> None:
        """A call that surely was not begun leaves the patient to others; one that may have been does not."""
        task = found.task
        try:
            await self._missed.asterisk.call(session.phone, task.number, task.called_number, attempt)
        except (NotBegunError, NotHeardError) as error:
            log.warning("missed call not answered", call=task.call_id, reason=str(error))
            if isinstance(error, NotBegunError):
                await asked(self._book.release(attempt), "error.not_done")
            raise Problem(503, "error.missed_not_called") from error

    def _callable(self, number: str) -> bool:
        return bool(to_call_back(number, self._clinic.region))

    def _on_the_line(self) -> set[str]:
        """The numbers of the calls in progress."""
        return {normalise(one.caller_number, self._clinic.region).e164 for one in self._missed.calls()} - {""}

    def _row(self, one: Claimed, caller: Caller, session: Session, on_the_line: set[str]) -> Json:
        task, now = one.task, self._clinic.now()
        return {
            "id": task.call_id,
            "who": who_json(caller, task.name, self._clinic.region),
            "queue": task.queue,
            "since": millis(task.since),
            "last": millis(task.last_at),
            "due": millis(task.due_by),
            "late": task.due_by <= now,
            "calls": task.calls,
            "attempts": task.attempts,
            "tried": millis(task.tried_at),
            "taken_by": one.by if one.busy(now) else "",
            "mine": one.busy(now) and one.by == session.user.name,
            "on_line": task.number in on_the_line,
            "callable": self._callable(task.number),
        }


def _skip(request: web.Request) -> int:
    text = request.query.get("skip", "0")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Problem(422, "error.field", field="skip")
    return int(text)


def _within(skip: int, total: int) -> int:
    """The last page where this one is empty by now."""
    return min(skip, max(0, total - 1) // MOST * MOST)
