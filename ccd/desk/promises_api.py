"""The API of promised calls: those to keep, those broken today, and taking one back."""

from datetime import datetime

from aiohttp import web

from ccd.callbacks.promise import Promise, Standing
from ccd.desk.card import Json
from ccd.desk.clinic import millis
from ccd.desk.owed import ID, MOST, asked, id_of, who_json
from ccd.desk.owed_api import OwedApi
from ccd.desk.problems import Problem
from ccd.directory.caller import Caller


class PromisesApi(OwedApi):
    """For everybody who is signed in: whoever is free calls back."""

    def routes(self) -> list[web.RouteDef]:
        """Where what is."""
        return [
            web.get("/api/promises", self.listed),
            web.post(f"/api/promises/{ID}/cancel", self.cancel),
        ]

    async def listed(self, request: web.Request) -> web.Response:
        """Live promises, the late ones first, then by their deadline; those broken today; 200 of each."""
        session = await self._auth.session(request)
        book, now = self._owed.promises, self._clinic.now()
        live = sorted(await asked(book.live(), "error.not_read"), key=lambda one: _order(one, now))[:MOST]
        broken = (await asked(book.broken(self._clinic.midnight), "error.not_read"))[-MOST:]
        shown = ((one.call_id, one.number) for one in (*live, *broken))
        callers = await self._shown(session, "promises", shown)
        rows = [[self._row(one, callers[one.number], now) for one in some] for some in (live, broken)]
        return web.json_response({"now": millis(now), "live": rows[0], "broken": rows[1]})

    async def cancel(self, request: web.Request) -> web.Response:
        """Take a promise back: the patient is not called.  Answered when it is on disk."""
        session = await self._auth.session(request)
        book, wanted = self._owed.promises, id_of(request)
        before = await asked(book.get(wanted), "error.not_read")
        if before is None:
            raise Problem(404, "error.no_promise")
        after = await asked(book.cancel(wanted), "error.not_done") if before.live else None
        if after is None or after.state is not Standing.CANCELLED:
            raise Problem(409, "error.promise_over")
        await self._did(session, "promise-cancelled", before.call_id, before.number)
        return web.json_response({"state": after.state})

    def _row(self, promise: Promise, caller: Caller, now: datetime) -> Json:
        return {
            "id": promise.promise_id,
            "who": who_json(caller, promise.name, self._clinic.region),
            "queue": promise.queue,
            "promised": millis(promise.promised_at),
            "at": millis(promise.at),
            "due": millis(promise.due_by),
            "state": promise.state,
            "attempts": promise.attempts,
            "late": promise.live and _late(promise, now),
        }


def _late(promise: Promise, now: datetime) -> bool:
    """The moment that the patient was told has passed."""
    return (promise.at or promise.due_by) <= now


def _order(promise: Promise, now: datetime) -> tuple[bool, datetime]:
    return not _late(promise, now), promise.due_by
