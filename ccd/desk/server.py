"""The desk's web server: put together here, started and stopped by the daemon."""

import asyncio
import contextlib

import structlog
from aiohttp import web

from ccd.desk.api import Api
from ccd.desk.auth import Auth
from ccd.desk.bodies import MAX_BODY
from ccd.desk.calls_api import CallsApi
from ccd.desk.guard import Guard, add_headers
from ccd.desk.hub import Hub
from ccd.desk.pages import Pages
from ccd.desk.ports import Phones, Users
from ccd.desk.trail import Trail
from ccd.desk.websocket import Sockets
from ccd.ports import CallArchive
from ccd.settings.models import Desk

log = structlog.get_logger()

_BEAT = 0.5


class DeskServer:
    """Serves the page, its API and its sockets."""

    def __init__(
        self, settings: Desk, *, hub: Hub, trail: Trail, users: Users, archive: CallArchive, phones: Phones
    ) -> None:
        self._settings = settings
        self._hub = hub
        self._trail = trail
        guard = Guard(settings)
        auth = Auth(settings, users, trail)
        self._sockets = Sockets(guard=guard, auth=auth, users=users, hub=hub)
        api = Api(settings=settings, auth=auth, users=users, phones=phones, hub=hub, trail=trail)
        calls = CallsApi(settings=settings, auth=auth, archive=archive, hub=hub, trail=trail)
        self.app = web.Application(middlewares=[guard.middleware], client_max_size=MAX_BODY)
        self.app.add_routes([*api.routes(), *calls.routes(), *Pages(settings).routes()])
        self.app.add_routes([web.get("/ws", self._sockets.handle)])
        self.app.on_response_prepare.append(add_headers)
        self._runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=2.0)
        self._tasks: list[asyncio.Task[None]] = []
        self.port = settings.port
        """The port that is really listened on, once started."""

    async def start(self) -> None:
        """Listen; from now on the hub's beat and the audit trail run."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._settings.host, self._settings.port, backlog=1024)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self._tasks = [asyncio.create_task(self._beat()), asyncio.create_task(self._trail.run())]
        log.info("desk listens", host=self._settings.host, port=self.port)

    async def stop(self) -> None:
        """Close the pages, let requests end, write what is left of the audit trail."""
        self._sockets.close()
        await self._runner.cleanup()
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._tasks = []
        await self._trail.flush()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(_BEAT)
            try:
                await self._hub.beat()
            except Exception:
                log.exception("beat failed")
