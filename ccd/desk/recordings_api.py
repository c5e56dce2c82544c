"""The API of recorded calls: the sound of one, and who listened to it."""

import asyncio
import time
from collections import OrderedDict
from typing import BinaryIO

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from ccd.calls.ids import LinkedId
from ccd.calls.record import CallRecord
from ccd.desk.auth import Auth
from ccd.desk.clinic import utc_now
from ccd.desk.listening import Listening
from ccd.desk.owed import asked
from ccd.desk.ports import Archive
from ccd.desk.problems import Problem
from ccd.desk.recordings import open_call
from ccd.desk.trail import Trail
from ccd.people import AuditEntry, Session
from ccd.settings.recordings import Recordings

ONE_LISTENING = 600.0
"""Seconds in which whatever a player asks for of a call, piece by piece, is one listening of its user."""
_REMEMBERED = 2_000


class RecordingsApi:
    """Who listens is in the audit trail, durably, before the first byte is sent."""

    def __init__(
        self, settings: Recordings, *, auth: Auth, archive: Archive, listening: Listening, trail: Trail
    ) -> None:
        self._folder = settings.folder
        self._auth = auth
        self._archive = archive
        self._listening = listening
        self._trail = trail
        self._heard: OrderedDict[tuple[str, LinkedId], float] = OrderedDict()

    def routes(self) -> list[web.RouteDef]:
        """Where what is.  A HEAD of the sound would count as listening."""
        return [web.get("/api/calls/{id}/recording", self.sound, allow_head=False)]

    async def sound(self, request: web.Request) -> web.StreamResponse:
        """The sound or a range of it; the record names the file, nothing of the request does."""
        session = await self._auth.session(request)
        call = await self._call(session, LinkedId(request.match_info["id"]))
        sound, kind = await self._opened(call)
        try:
            await self._write_down(session, call)
        except Problem:
            sound.close()
            raise
        return OpenedFile(sound, {"Content-Type": kind, "Content-Disposition": "inline"})

    async def _call(self, session: Session, call_id: LinkedId) -> CallRecord:
        """A call that this user may hear; who may hear none is not told which there are."""
        found = await asked(self._archive.known([call_id]), "error.not_read")
        if not found and self._listening.hears_all(session):
            raise Problem(404, "error.no_call")
        if not found or not self._listening.may_hear(session, found[0]):
            raise Problem(403, "error.not_for_you")
        return found[0]

    async def _opened(self, call: CallRecord) -> tuple[BinaryIO, str]:
        if self._folder is None or not call.recording:
            raise Problem(404, "error.not_recorded")
        try:
            return await asyncio.to_thread(open_call, self._folder, call.recording)
        except OSError:
            raise Problem(404, "error.no_recording") from None

    async def _write_down(self, session: Session, call: CallRecord) -> None:
        """One row for a listening, however many ranges the player asks for."""
        key, now = (session.user.name, call.call_id), time.monotonic()
        if now - self._heard.get(key, -ONE_LISTENING) < ONE_LISTENING:
            return
        entry = AuditEntry(
            at=utc_now(),
            user=session.user.name,
            action="recording-played",
            phone=session.phone,
            call_id=call.call_id,
            patient_ids=call.patient_ids,
        )
        await asked(self._trail.write(entry), "error.not_audited")
        self._heard[key] = now
        self._heard.move_to_end(key)
        if len(self._heard) > _REMEMBERED:
            self._heard.popitem(last=False)


class OpenedFile(web.FileResponse):
    """A file that is open already, sent as aiohttp sends files: ranges, sendfile.

    aiohttp opens it by its place among the open files of this process, so it is the one that was checked.
    """

    def __init__(self, sound: BinaryIO, headers: dict[str, str]) -> None:
        super().__init__(f"/proc/self/fd/{sound.fileno()}", headers=headers)
        self._sound = sound

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Send it, and close it."""
        with self._sound:
            return await super().prepare(request)
