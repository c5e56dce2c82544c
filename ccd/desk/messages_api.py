"""The API of voice messages: those that nobody heard yet, their sound, and that one was heard."""

import asyncio
import os
from typing import BinaryIO

from aiohttp import web

from ccd.callbacks.voicemail import Voicemail
from ccd.desk.card import Json
from ccd.desk.clinic import millis
from ccd.desk.owed import ID, MOST, asked, id_of, note, who_json
from ccd.desk.owed_api import OwedApi
from ccd.desk.problems import Problem
from ccd.desk.recordings import open_recording
from ccd.directory.caller import Caller

_BLOCK = 64 * 1024
_SLOWEST = 10.0
"""Seconds for a browser to take one block."""


class MessagesApi(OwedApi):
    """For everybody who is signed in; each listening is in the audit trail."""

    def routes(self) -> list[web.RouteDef]:
        """Where what is.  A HEAD of the sound would count as listening."""
        return [
            web.get("/api/messages", self.listed),
            web.get(f"/api/messages/{ID}/audio", self.audio, allow_head=False),
            web.post(f"/api/messages/{ID}/heard", self.heard),
        ]

    async def listed(self, request: web.Request) -> web.Response:
        """Those that nobody has heard, the 200 oldest first."""
        session = await self._auth.session(request)
        messages = (await asked(self._owed.messages.unheard(), "error.not_read"))[:MOST]
        callers = await self._shown(session, "messages", ((one.call_id, one.number) for one in messages))
        return web.json_response({"messages": [self._row(one, callers[one.number]) for one in messages]})

    async def audio(self, request: web.Request) -> web.StreamResponse:
        """The sound; nothing of the request names a file."""
        session = await self._auth.session(request)
        message = await self._message(request)
        caller = await self._owed.find(message.number)
        try:
            sound = await asyncio.to_thread(open_recording, self._owed.recordings, message.file)
        except OSError:
            raise Problem(404, "error.no_recording") from None
        with sound:
            note(self._trail, session, "message-played", message.call_id, caller)
            return await _sent(request, sound)

    async def heard(self, request: web.Request) -> web.Response:
        """Somebody has heard it and sees to it.  Answered when it is on disk."""
        session = await self._auth.session(request)
        message = await self._message(request)
        if message.heard_at is None:
            who, now = session.user.name, self._clinic.now()
            await asked(self._owed.messages.heard(message.message_id, who, now), "error.not_done")
            await self._did(session, "message-heard", message.call_id, message.number)
        return web.json_response({})

    async def _message(self, request: web.Request) -> Voicemail:
        message = await asked(self._owed.messages.get(id_of(request)), "error.not_read")
        if message is None:
            raise Problem(404, "error.no_message")
        return message

    def _row(self, message: Voicemail, caller: Caller) -> Json:
        return {
            "id": message.message_id,
            "who": who_json(caller, "", self._clinic.region),
            "box": message.box,
            "at": millis(message.at),
            "seconds": message.seconds,
        }


async def _sent(request: web.Request, sound: BinaryIO) -> web.StreamResponse:
    """As large as it is now.  Who takes no block in time, or has left, is cut off."""
    left = os.fstat(sound.fileno()).st_size
    answer = web.StreamResponse(headers={"Content-Type": "audio/wav", "Content-Length": str(left)})
    try:
        await answer.prepare(request)
        while left > 0 and (block := await asyncio.to_thread(sound.read, min(_BLOCK, left))):
            left -= len(block)
            async with asyncio.timeout(_SLOWEST):
                await answer.write(block)
        await answer.write_eof()
    except (OSError, TimeoutError):
        if request.transport is not None:
            request.transport.abort()
    return answer
