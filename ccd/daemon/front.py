"""What people look at: the desk's pages, the live floor, reports, and what Prometheus asks."""

import asyncio
import time
from zoneinfo import ZoneInfo

from ccd.ami.link import AmiLink
from ccd.ami.redirect import Redirector
from ccd.ami.ringback import RingBack
from ccd.daemon.keepers import Keepers
from ccd.daemon.storage import Storage, when_open
from ccd.daemon.telephony import Telephony
from ccd.desk.clinic import Clinic
from ccd.desk.floor import FloorDesk
from ccd.desk.hub import Hub
from ccd.desk.missed_api import MissedCalls
from ccd.desk.owed import Owed
from ccd.desk.reports_api import Figures
from ccd.desk.server import DeskServer
from ccd.desk.sight import Sight
from ccd.desk.trail import Trail
from ccd.drawing import Drawing
from ccd.escalating import Escalating
from ccd.live.ended import EndedCalls
from ccd.live.today import Today
from ccd.live.watching import Watching
from ccd.metrics.document import Frame
from ccd.monitoring.exposition import Exposition
from ccd.monitoring.state import Hearing, Saving, State
from ccd.settings.models import Settings
from ccd.settings.secrets import opening_word
from ccd.store.audit import Audit
from ccd.store.clock import utc_now
from ccd.store.reports import Reports
from ccd.store.users import Users

_A_DAY = 200_000
"""Calls of a day, at most, that the live figures begin with."""


class Front:
    """The hub and the counts are there before the calls that they show; ``desk`` makes the desk of all."""

    def __init__(self, settings: Settings, storage: Storage) -> None:
        self._settings, self._storage = settings, storage
        zone = ZoneInfo(settings.routing.timezone)
        self._clinic = clinic = Clinic(region=settings.directory.region, zone=zone)
        self._trail = Trail(Audit(storage.database))
        self.hub = Hub(clinic, self._trail, Sight(settings.desk.hidden))
        self.exposition = Exposition()
        self._rules = settings.reports.rules(settings.desk.doctors_queue)
        self._today = Today(self._rules, lambda: clinic.midnight)
        self._ended = EndedCalls(time.monotonic)
        storage.calls.listen(self._today.saved, ended=True)
        storage.calls.listen(self._ended.saved, ended=True)

    def desk(self, telephony: Telephony, keepers: Keepers) -> DeskServer:
        """The desk's server, and what Prometheus asks of all of them."""
        floor = self._floor(telephony)
        self.exposition.follow(self._state(telephony, keepers, floor))
        settings, storage = self._settings, self._storage
        return DeskServer(
            settings.desk,
            hub=self.hub,
            trail=self._trail,
            users=Users(storage.database),
            archive=storage.calls,
            phones=telephony.tracker,
            history=storage.history,
            escalation=Escalating(Redirector(telephony.link.action), telephony.tracker.channel),
            draw=Drawing(lambda: telephony.rules.current, storage.calls),
            recordings=settings.recordings,
            owed=self._owed(telephony, keepers),
            missed=_missed(telephony, keepers),
            bookings=keepers.bookings,
            floor=floor,
            exposition=self.exposition.text,
            wall_word=opening_word(settings.desk.wallboard.token_env),
            figures=self._figures(),
            metrics_token=opening_word(settings.desk.prometheus.token_env),
        )

    async def count_today(self) -> None:
        """What was counted today before ccd started is in the database."""
        records = await when_open(
            lambda: self._storage.calls.calls(since=self._clinic.midnight, limit=_A_DAY)
        )
        self._today.read(records)
        await asyncio.Event().wait()

    def _floor(self, telephony: Telephony) -> FloorDesk:
        desk, tracker = self._settings.desk, telephony.tracker
        return FloorDesk(
            desk,
            clinic=self._clinic,
            trail=self._trail,
            look=Watching(tracker, self._today, desk.live.wrap_up, utc_now).look,
            known=tracker.caller,
            rules=self._rules,
            formula=self._settings.reports.service_level,
        )

    def _state(self, telephony: Telephony, keepers: Keepers, floor: FloorDesk) -> State:
        calls, tracker = self._storage.calls, telephony.tracker
        return State(
            floor=lambda: floor.floor,
            formula=self._settings.reports.service_level,
            calls=lambda: len(tracker.calls()),
            ended=self._ended.counts,
            questions=telephony.agi.counters,
            hearing=lambda: _hearing(telephony.link),
            saving=lambda: Saving(outage=calls.outage, waiting=calls.waiting),
            set_aside=keepers.failing,
            sources=telephony.lookup.conditions,
            desks=lambda: self.hub.pages,
            watchers=lambda: floor.watchers,
        )

    def _owed(self, telephony: Telephony, keepers: Keepers) -> Owed:
        return Owed(
            promises=telephony.promises,
            messages=keepers.messages,
            recordings=self._settings.voicemail_folder,
            find=telephony.lookup.find,
        )

    def _figures(self) -> Figures:
        """What the desk reports."""
        reports = self._settings.reports
        frame = Frame(
            how=reports.how,
            seconds=reports.service_level_seconds,
            short=reports.short_abandon,
            zone=self._clinic.zone.key,
            currency=self._settings.desk.currency,
        )
        book = Reports(self._storage.database, self._rules, self._clinic.zone)
        return Figures(book=book, frame=frame, find=self._storage.calls.known)


def _missed(telephony: Telephony, keepers: Keepers) -> MissedCalls:
    dialler = telephony.dialler
    return MissedCalls(
        book=keepers.missed,
        asterisk=RingBack(telephony.link.manager.send_action, lambda: dialler.trunk),
        calls=telephony.tracker.calls,
        reach=keepers.worklist.rules.reach,
    )


def _hearing(link: AmiLink) -> Hearing:
    """How Asterisk is heard, for monitoring."""
    intake = link.intake
    return Hearing(
        connected=link.connected,
        events=intake.delivered,
        dropped=intake.dropped,
        gaps=intake.gaps,
        lag=intake.lag,
    )
