"""What goes on by itself while calls come and go: each keeper compares what is with what should be."""

from collections.abc import Iterable, Iterator, Mapping
from zoneinfo import ZoneInfo

from ccd.ageing import AgeingKeeper
from ccd.ami.queues import AmiQueues
from ccd.bookings.owner import Owner
from ccd.bookings.placing import Bookings
from ccd.calls.ids import QueueName
from ccd.daemon.storage import Storage
from ccd.daemon.telephony import Telephony
from ccd.directory.booking import Booking
from ccd.directory.source import Source
from ccd.duty import DutyKeeper
from ccd.mailroom import Mailroom
from ccd.recall import Recall
from ccd.routing.rosters import duty_rosters
from ccd.set_aside import Work
from ccd.settings.models import Routing, Settings
from ccd.staffing import Staffing
from ccd.store.clock import utc_now
from ccd.store.errors import StoreError
from ccd.store.missed import MissedStore
from ccd.store.orders import OrderStore
from ccd.store.report_keeper import ReportKeeper
from ccd.store.schedule import Schedule
from ccd.store.set_aside import SetAsideCount
from ccd.store.staffed import StaffedStore
from ccd.store.voicemails import VoicemailStore
from ccd.supervision import Part
from ccd.worklist import Worklist, missed_rules

_OUTAGES = (StoreError,)


class Keepers:
    """All of them, and the tables that are theirs."""

    def __init__(self, settings: Settings, storage: Storage, telephony: Telephony) -> None:
        tracker, database = telephony.tracker, storage.database
        zone = ZoneInfo(settings.routing.timezone)
        queues = AmiQueues(telephony.link.manager.send_action)
        self._missed_settings, self._region = settings.missed, settings.directory.region
        self.missed, self.messages = MissedStore(database), VoicemailStore(database)
        self.bookings = Bookings(
            _owners(telephony.sources, settings, storage),
            OrderStore(database),
            clock=utc_now,
            changed=lambda placed: tracker.look_again(placed.number),
            outages=_OUTAGES,
        )
        self.worklist = Worklist(
            self.missed,
            missed_rules(settings.missed, settings.routing, self._region),
            unwritten=lambda: storage.calls.unwritten,
            clock=utc_now,
            outages=_OUTAGES,
        )
        storage.calls.listen(self.worklist.saved)
        self.recall = Recall(
            store=telephony.promises,
            switchboard=telephony.dialler,
            archive=storage.calls,
            calls=tracker.calls,
            find=storage.calls.newest,
            cause=tracker.cause,
            clock=utc_now,
            outages=_OUTAGES,
        )
        folder = settings.voicemail_folder
        self._mailroom = Mailroom(folder, self.messages, tracker, storage.calls.of_channel, _OUTAGES)
        self.duty = DutyKeeper(queues, duty_rosters(settings.routing), clock=utc_now)
        self.ageing = AgeingKeeper(queues, settings.routing.queues, calls=tracker.calls, clock=utc_now)
        self._figures = ReportKeeper(database, settings.reports.rules(settings.desk.doctors_queue), zone)
        self.set_aside = SetAsideCount(database)
        self._staffing = Staffing(
            StaffedStore(database, zone),
            members=tracker.members,
            heard=lambda: tracker.queues() is not None,
            doctors_queue=QueueName(settings.desk.doctors_queue),
            clock=utc_now,
            outages=_OUTAGES,
        )

    def take(self, routing: Routing) -> None:
        """New rules."""
        self.duty.rosters = duty_rosters(routing)
        self.worklist.rules = missed_rules(self._missed_settings, routing, self._region)
        self.ageing.limits = routing.queues

    def failing(self) -> Mapping[Work, int]:
        """Of how many calls nothing can be made, by what it is."""
        return {**self.set_aside.counts, Work.CALLBACKS: len(self.recall.failing)}

    def parts(self) -> Iterator[tuple[str, Part]]:
        """All that run once Asterisk is followed, in the order in which they begin."""
        yield "callbacks", self.recall.run
        yield "missed calls", self.worklist.run
        yield "voicemail", self._mailroom.run
        yield "rosters", self.duty.run
        yield "ageing", self.ageing.run
        yield "figures", self._figures.run
        yield "staffing", self._staffing.run
        yield "set aside", self.set_aside.run


def _owners(sources: Iterable[Source], settings: Settings, storage: Storage) -> Iterator[Owner]:
    """The schedules that can be booked into: those of sources, and ccd's own, whose word is sure at once."""
    for source, written in zip(sources, settings.directory.sources, strict=True):
        if written.builtin is not None:
            schedule = Schedule(storage.database, name=written.name, changed=storage.copy.changed)
            yield Owner(schedule, late=0)
        elif isinstance(source, Booking):
            yield Owner(source)
