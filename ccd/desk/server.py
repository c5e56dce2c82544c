"""The desk's web server: put together here, started and stopped by the daemon."""

import asyncio
import contextlib

import structlog
from aiohttp import web

from ccd.bookings.placing import Bookings
from ccd.desk.api import Api
from ccd.desk.auth import Auth
from ccd.desk.bodies import MAX_BODY
from ccd.desk.booking_api import BookingApi
from ccd.desk.calls_api import CallsApi
from ccd.desk.door import Connection, Door
from ccd.desk.escalate_api import EscalateApi
from ccd.desk.floor import FloorDesk
from ccd.desk.found import Found
from ccd.desk.guard import Guard, add_headers
from ccd.desk.hub import Hub
from ccd.desk.lacking import Required
from ccd.desk.lately import Lately
from ccd.desk.listening import Listening
from ccd.desk.messages_api import MessagesApi
from ccd.desk.missed_api import MissedApi, MissedCalls
from ccd.desk.owed import Owed
from ccd.desk.pages import Pages
from ccd.desk.patients_api import PatientsApi
from ccd.desk.ports import Archive, Escalation, Phones, RoutingPicture, Users
from ccd.desk.promises_api import PromisesApi
from ccd.desk.recordings_api import RecordingsApi
from ccd.desk.reports_api import Figures, ReportsApi
from ccd.desk.routing_api import RoutingApi
from ccd.desk.scraping import Exposition, Scraping
from ccd.desk.trail import Trail
from ccd.desk.wall_socket import WallSockets
from ccd.desk.websocket import Sockets
from ccd.ports.calls import HistorySource
from ccd.settings.models import Desk, Recordings

log = structlog.get_logger()

_BEAT = 0.5


class DeskServer:
    """Serves the page, its API and its sockets."""

    def __init__(
        self,
        settings: Desk,
        *,
        hub: Hub,
        trail: Trail,
        users: Users,
        archive: Archive,
        phones: Phones,
        draw: RoutingPicture,
        escalation: Escalation,
        owed: Owed,
        missed: MissedCalls,
        figures: Figures,
        history: HistorySource,
        bookings: Bookings,
        floor: FloorDesk,
        exposition: Exposition,
        wall_word: str = "",
        metrics_token: str = "",
        recordings: Recordings = Recordings(),  # noqa: B008 - frozen
    ) -> None:
        self._settings = settings
        self._hub = hub
        self._trail = trail
        guard = Guard(settings)
        auth = Auth(settings, users, trail)
        self._floor = floor
        self._sockets = Sockets(guard=guard, auth=auth, users=users, hub=hub, floor=floor)
        self._walls = WallSockets(guard=guard, auth=auth, floor=floor, word=wall_word)
        api = Api(
            settings=settings, auth=auth, users=users, phones=phones, hub=hub, trail=trail, drop=self._drop
        )
        found, listening = Found(), Listening(recordings, hub.clinic)
        lately = Lately(history=history, promises=owed.promises, clinic=hub.clinic)
        calls = CallsApi(
            settings=settings,
            auth=auth,
            archive=archive,
            hub=hub,
            trail=trail,
            found=found,
            lately=lately,
            listening=listening,
        )
        sounds = RecordingsApi(recordings, auth=auth, archive=archive, listening=listening, trail=trail)
        patients = PatientsApi(settings=settings, auth=auth, hub=hub, owed=owed, trail=trail, found=found)
        escalate = EscalateApi(auth=auth, hub=hub, trail=trail, save=calls.save, asterisk=escalation)
        routing = RoutingApi(settings, auth=auth, clinic=hub.clinic, draw=draw)
        promises = PromisesApi(auth=auth, owed=owed, clinic=hub.clinic, trail=trail)
        messages = MessagesApi(auth=auth, owed=owed, clinic=hub.clinic, trail=trail)
        lost = MissedApi(missed, auth=auth, owed=owed, clinic=hub.clinic, trail=trail)
        reports = ReportsApi(
            figures,
            required=Required(settings),
            auth=auth,
            clinic=hub.clinic,
            trail=trail,
            listening=listening,
        )
        visits = BookingApi(settings=settings, auth=auth, hub=hub, bookings=bookings)
        self._door = Door(settings.max_connections)
        self.app = web.Application(
            middlewares=[self._door.middleware, guard.middleware], client_max_size=MAX_BODY
        )
        self.app.add_routes(
            [*api.routes(), *calls.routes(), *escalate.routes(), *routing.routes(), *Pages(settings).routes()]
        )
        self.app.add_routes(
            [*promises.routes(), *messages.routes(), *lost.routes(), *visits.routes(), *patients.routes()]
        )
        self.app.add_routes(sounds.routes())
        scraping = Scraping(settings, exposition, metrics_token)
        self.app.add_routes(
            [*self._sockets.routes(), *self._walls.routes(), *scraping.routes(), *reports.routes()]
        )
        self.app.on_response_prepare.append(add_headers)
        self._runner = web.AppRunner(self.app, shutdown_timeout=2.0)
        self._listening: asyncio.Server | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self.port = settings.port
        """The port that is really listened on, once started."""

    async def start(self) -> None:
        """Listen; from now on the hub's beat and the audit trail run."""
        await self._runner.setup()
        self._listening = await asyncio.get_running_loop().create_server(
            self._connection,
            self._settings.host,
            self._settings.port,
            backlog=self._door.backlog,
        )
        self.port = self._listening.sockets[0].getsockname()[1]
        parts = (self._beat(), self._trail.run(), self._floor.run())
        self._tasks = [asyncio.create_task(part) for part in parts]
        log.info("desk listens", host=self._settings.host, port=self.port)

    async def stop(self) -> None:
        """Close the pages, let requests end, write what is left of the audit trail."""
        if self._listening is not None:
            self._listening.close()
        self._sockets.close()
        self._walls.close()
        await self._runner.cleanup()
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._tasks = []
        await self._trail.flush()

    def _drop(self, token: str) -> None:
        """Close every page of a session: it ended, or sits at another phone now."""
        self._hub.drop(token)
        self._floor.drop(token)

    def _connection(self) -> Connection:
        assert self._runner.server is not None  # noqa: S101  for the type checker
        return Connection(self._runner.server, self._door)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(_BEAT)
            try:
                self._door.sweep()
                await self._hub.beat()
            except Exception:
                log.exception("beat failed")
