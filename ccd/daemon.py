"""The composition root: settings in, parts plugged together, run until told to stop.

The order matters.  AGI answers first, before the database is even open: callers must not wait for
it, nor for anything else that fails here.  Asterisk's events are followed only after the calls of
the last run were read back.
"""

import asyncio
import errno
import gc
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import structlog

from ccd import limits, logs, notify
from ccd.ageing import AgeingKeeper
from ccd.agi.server import AgiServer
from ccd.ami.dialler import Dialler
from ccd.ami.link import AmiLink
from ccd.ami.queues import AmiQueues
from ccd.ami.redirect import Redirector
from ccd.ami.ringback import RingBack
from ccd.asterisk_logs.reading import AsteriskLogs
from ccd.bookings import Bookings, Owner
from ccd.calls.events import AsteriskEvent, Resynchronised
from ccd.calls.ids import QueueName
from ccd.control import Control
from ccd.desk.clinic import Clinic
from ccd.desk.floor import FloorDesk
from ccd.desk.hub import Hub
from ccd.desk.missed_api import MissedCalls
from ccd.desk.owed import Owed
from ccd.desk.reports_api import Figures
from ccd.desk.server import DeskServer
from ccd.desk.sight import Sight
from ccd.desk.trail import Trail
from ccd.directory.booking import Booking
from ccd.directory.lookup import Lookup
from ccd.directory.model import DirectoryError, Patient, Source
from ccd.drawing import Drawing
from ccd.duty import DutyKeeper
from ccd.escalating import Escalating
from ccd.gathering import Gatherer
from ccd.inbound import Inbound
from ccd.live.ended import EndedCalls
from ccd.live.today import Today
from ccd.live.watching import Watching
from ccd.logfile import LogFile
from ccd.mailroom import Mailroom
from ccd.metrics.document import Frame
from ccd.monitoring.exposition import Exposition
from ccd.monitoring.state import Hearing, Saving, State
from ccd.promising import Promising
from ccd.recall import Recall
from ccd.recovery import Recovery
from ccd.reloading import Reloader
from ccd.routing.model import QueueStep, StepAnswer
from ccd.routing.rosters import duty_rosters
from ccd.routing.rulebook import RuleBook
from ccd.routing.ruleset import RuleSet
from ccd.settings.models import Agi, Routing, Settings
from ccd.settings.secrets import ami_secret, opening_word
from ccd.sources.making import Given, closing, guard, make
from ccd.staffing import Staffing
from ccd.store.audit import Audit
from ccd.store.callbacks import CallbackStore
from ccd.store.calls import CallStore
from ccd.store.clock import utc_now
from ccd.store.database import Database
from ccd.store.errors import DatabaseInUseError, StoreError, WrongDatabaseError
from ccd.store.history import CallHistory
from ccd.store.lock import alone
from ccd.store.log_marks import LogMarkStore
from ccd.store.migrate import migrate
from ccd.store.missed import MissedStore
from ccd.store.orders import OrderStore
from ccd.store.patients import BuiltinDirectory
from ccd.store.reader import Reader
from ccd.store.report_keeper import ReportKeeper
from ccd.store.reports import Reports
from ccd.store.schedule import Schedule
from ccd.store.spool import Spool
from ccd.store.staffed import StaffedStore
from ccd.store.users import Users
from ccd.store.voicemails import VoicemailStore
from ccd.supervision import keep_up, kept_up, until_it_works, watchdog
from ccd.terminal import visible_lines
from ccd.tracking import Tracker
from ccd.worklist import Worklist, missed_rules

log = structlog.get_logger()

DRAIN = 2.0
"""Seconds that running questions get to be answered when ccd stops."""
FLUSH = 5.0
"""Seconds that the database gets to take what was not written yet when ccd stops."""
LOCK = 10.0
"""Seconds that another ccd on the same database, perhaps one that is being restarted, gets to end."""
_SWEEP = 10.0
_A_DAY = 200_000
"""Calls of a day, at most, that the live figures begin with."""
_T = TypeVar("_T")


class LateSource:
    """The built-in directory before and after its database is open."""

    name = "built-in"

    def __init__(self) -> None:
        self.source: Source | None = None

    async def patients(self, e164: str) -> tuple[Patient, ...]:
        """Ask the directory; raises DirectoryError, also while there is none yet."""
        if self.source is None:
            raise DirectoryError("the database is not open yet")
        return await self.source.patients(e164)

    def forget(self) -> None:
        """The database is closed."""
        self.source = None


class Daemon:
    """Every part of ccd, plugged together.  Create and run it in one event loop."""

    def __init__(self, settings: Settings, secret: str, path: Path) -> None:
        region, zone = settings.directory.region, ZoneInfo(settings.routing.timezone)
        self._place = settings.database
        self._database = Database(settings.database)
        self._store = CallStore(self._database)
        self._spool = Spool(settings.beside)
        self._directory = LateSource()
        deadline = settings.directory.deadline
        given = Given(builtin=self._directory, region=region, zone=zone)
        self._sources = tuple(make(one, given) for one in settings.directory.sources)
        written = zip(settings.directory.sources, self._sources, strict=True)
        guarded = tuple(guard(one, source, deadline) for one, source in written)
        lookup = Lookup(guarded, region, deadline, merge=settings.directory.merge)
        self._history = CallHistory(lambda: self._store.unwritten, region)
        trail = Trail(Audit(self._database))
        self._clinic = clinic = Clinic(region=region, zone=zone)
        hub = Hub(clinic, trail, Sight(settings.desk.hidden))
        figures = settings.reports.rules(settings.desk.doctors_queue)
        self._today, self._figures = (
            Today(figures, lambda: clinic.midnight),
            ReportKeeper(self._database, figures, zone),
        )
        ended = EndedCalls(time.monotonic)
        self._store.listen(self._today.saved)
        self._store.listen(ended.saved)
        self._doctors = doctors = QueueName(settings.desk.doctors_queue)
        rules = RuleSet(settings.routing, region)
        self._rules = RuleBook(rules)
        self._tracker = Tracker(
            saver=self._store,
            screens=hub,
            lookup=lookup,
            doctors_queue=doctors,
            named_queues=_named(settings.routing, rules),
            source_of=self._rules.source,
        )
        gatherer = Gatherer(lookup, self._history, self._tracker.queues, deadline=deadline, clock=utc_now)
        promises, messages = CallbackStore(self._database), VoicemailStore(self._database)
        inbound = Inbound(
            gatherer,
            self._rules,
            self._tracker,
            utc_now,
            promises=Promising(promises, self._tracker.calls, region=region, clock=utc_now),
        )
        exposition = Exposition()
        self._agi = AgiServer(settings.agi, inbound.decide, _default(rules), took=exposition.answered)
        self._recovery = self._recovering(settings)
        self._link = AmiLink(settings.ami, secret, self._heard if self._recovery else self._tracker.handle)
        self._bookings = Bookings(
            _owners(self._sources, settings, self._database),
            OrderStore(self._database),
            clock=utc_now,
            changed=lambda placed: self._tracker.look_again(placed.number),
        )
        self._dialler = Dialler(self._link.manager.send_action, _trunk(settings.routing))
        self._missed, missed = settings.missed, MissedStore(self._database)
        self._worklist = Worklist(
            missed,
            missed_rules(settings.missed, settings.routing, region),
            unwritten=lambda: self._store.unwritten,
            clock=utc_now,
            outages=(StoreError,),
        )
        self._store.listen(self._worklist.saved)
        watching = Watching(self._tracker, self._today, settings.desk.live.wrap_up, utc_now)
        floor = FloorDesk(
            settings.desk,
            clinic=clinic,
            trail=trail,
            look=watching.look,
            known=self._tracker.caller,
            rules=figures,
            formula=settings.reports.service_level,
        )
        self._desk = DeskServer(
            settings.desk,
            hub=hub,
            trail=trail,
            users=Users(self._database),
            archive=self._store,
            phones=self._tracker,
            history=self._history,
            escalation=Escalating(Redirector(self._link.action), self._tracker.channel),
            draw=Drawing(lambda: self._rules.current, self._store),
            owed=Owed(
                promises=promises,
                messages=messages,
                recordings=settings.voicemail_folder,
                find=lookup.find,
            ),
            missed=MissedCalls(
                book=missed,
                asterisk=RingBack(self._link.manager.send_action, lambda: self._dialler.trunk),
                calls=self._tracker.calls,
                reach=self._worklist.rules.reach,
            ),
            bookings=self._bookings,
            floor=floor,
            exposition=exposition.text,
            wall_word=opening_word(settings.desk.wallboard.token_env),
            figures=_figures(settings, self._database, self._store, zone),
            metrics_token=opening_word(settings.desk.prometheus.token_env),
        )
        exposition.follow(
            State(
                floor=lambda: floor.floor,
                formula=settings.reports.service_level,
                calls=lambda: len(self._tracker.calls()),
                ended=ended.counts,
                questions=self._agi.counters,
                hearing=lambda: _hearing(self._link),
                saving=lambda: Saving(outage=self._store.outage, waiting=self._store.waiting),
                sources=lookup.conditions,
                desks=lambda: hub.pages,
                watchers=lambda: floor.watchers,
            )
        )
        self.reloader = Reloader(path, settings, rules, self._take)
        self._watch_rules = settings.watch_rules
        self._control = Control(settings.beside, self.reloader.reload, lookup.conditions)
        self._mailroom = Mailroom(
            settings.voicemail_folder, messages, self._tracker, self._store.of_channel, (StoreError,)
        )
        queues = AmiQueues(self._link.manager.send_action)
        self._duty = DutyKeeper(queues, duty_rosters(settings.routing), clock=utc_now)
        self._ageing = AgeingKeeper(queues, settings.routing.queues, calls=self._tracker.calls, clock=utc_now)
        self._recall = Recall(
            store=promises,
            switchboard=self._dialler,
            archive=self._store,
            calls=self._tracker.calls,
            find=self._store.newest,
            cause=self._tracker.cause,
            clock=utc_now,
            outages=(StoreError,),
        )

    async def run(self, stopping: asyncio.Event) -> None:
        """Serve until ``stopping`` is set.

        Raises OSError for AGI's port, WrongDatabaseError or DatabaseInUseError for a file.
        """
        await self._agi.start()
        log.info("agi listens", port=self._agi.port)
        notify.notify(notify.READY)
        try:
            async with closing(self._sources), asyncio.TaskGroup() as group:
                follow = keep_up("records", self._follow, fatal=(WrongDatabaseError, DatabaseInUseError))
                parts = (follow, watchdog(), *self._reloading())
                tasks = [group.create_task(part) for part in parts]
                await stopping.wait()
                notify.notify(notify.STOPPING)
                await self._agi.stop(DRAIN)
                for task in tasks:
                    task.cancel()
        finally:
            await self._agi.stop(0)
            await self._database.close()
            log.info("ccd stopped", calls_not_written=self._store.waiting)

    def _recovering(self, settings: Settings) -> Recovery | None:
        """What reads Asterisk's own logs, where they are named."""
        logs = settings.asterisk_logs
        if logs.cel is None:
            return None
        return Recovery(
            AsteriskLogs(logs.cel, logs.queue_log),
            LogMarkStore(self._database, self._store),
            self._tracker,
            clock=utc_now,
            outages=(StoreError, OSError),
        )

    def _heard(self, event: AsteriskEvent) -> None:
        """Asterisk told something; after a gap, its logs are asked for what it told meanwhile."""
        self._tracker.handle(event)
        if self._recovery and isinstance(event, Resynchronised):
            self._recovery.ask()

    def _reloading(self) -> Iterator[Coroutine[None, None, None]]:
        """What follows changes of the rules."""
        yield keep_up("reload", self.reloader.run)
        if self._watch_rules:
            yield keep_up("watch", self.reloader.watch)

    def _take(self, routing: Routing, rules: RuleSet) -> None:
        """New rules, between two questions."""
        self._dialler.trunk = _trunk(routing)
        self._rules.replace(rules)
        self._agi.default(_default(rules))
        self._tracker.named_queues = _named(routing, rules)
        self._duty.rosters = duty_rosters(routing)
        self._worklist.rules = missed_rules(self._missed, routing, self._worklist.rules.region)
        self._ageing.limits = routing.queues

    async def _follow(self) -> None:
        """All that needs the database.

        What is begun here ends in the opposite order: Asterisk's link gives its last events, these
        are written, then what the desk leaves; what the database did not take is kept beside it.
        """
        async with AsyncExitStack() as stack:
            await self._open_database(stack)
            await stack.enter_async_context(kept_up("writer", self._store.run))
            await stack.enter_async_context(kept_up("control", self._control.run))
            await self._restore()
            stack.push_async_callback(self._bookings.close)
            await stack.enter_async_context(kept_up("desk", self._serve_desk))
            await stack.enter_async_context(kept_up("bookings", self._bookings.run))
            await stack.enter_async_context(kept_up("today", self._count_today))
            stack.push_async_callback(self._store.flush, FLUSH)
            await stack.enter_async_context(kept_up("link", self._link.run))
            await stack.enter_async_context(kept_up("sweep", self._sweep))
            if self._recovery:
                await stack.enter_async_context(kept_up("recovery", self._recovery.run))
            await stack.enter_async_context(kept_up("callbacks", self._recall.run))
            await stack.enter_async_context(kept_up("missed calls", self._worklist.run))
            await stack.enter_async_context(kept_up("voicemail", self._mailroom.run))
            await stack.enter_async_context(kept_up("rosters", self._duty.run))
            await stack.enter_async_context(kept_up("ageing", self._ageing.run))
            await stack.enter_async_context(kept_up("figures", self._figures.run))
            await stack.enter_async_context(kept_up("staffing", self._staffing))
            await asyncio.Event().wait()

    async def _open_database(self, stack: AsyncExitStack) -> None:
        """The file for this ccd alone, its tables, the directory; waits for them as long as it takes."""
        await _when_open(lambda: stack.enter_async_context(alone(self._place, LOCK)))
        stack.callback(lambda: self._spool.keep(self._store.unwritten))
        await _when_open(lambda: migrate(self._place))
        self._directory.source = await _when_open(
            lambda: stack.enter_async_context(BuiltinDirectory.open(self._database))
        )
        stack.callback(self._directory.forget)
        self._history.reader = await _when_open(
            lambda: stack.enter_async_context(Reader.open(self._database))
        )
        stack.callback(self._history.forget)
        await _when_open(lambda: self._spool.give_back(self._store))

    async def _staffing(self) -> None:
        """Who is there to take calls, and how long."""
        staffing = Staffing(
            StaffedStore(self._database, self._clinic.zone),
            members=self._tracker.members,
            heard=lambda: self._tracker.queues() is not None,
            doctors_queue=self._doctors,
            clock=utc_now,
            outages=(StoreError,),
        )
        await staffing.run()

    async def _restore(self) -> None:
        """The calls of the last run, those included that the database did not take then."""
        await _when_open(lambda: self._spool.settle(self._store))
        self._tracker.restore(await _when_open(self._store.open_calls))

    async def _count_today(self) -> None:
        """What was counted today before ccd started is in the database."""
        records = await _when_open(lambda: self._store.calls(since=self._clinic.midnight, limit=_A_DAY))
        self._today.read(records)
        await asyncio.Event().wait()

    async def _sweep(self) -> None:
        """Now and then, give up the calls that somebody offered and Asterisk does not have."""
        while True:
            await asyncio.sleep(_SWEEP)
            self._tracker.sweep(datetime.now(UTC))

    async def _serve_desk(self) -> None:
        """The desk, until cancelled; raises OSError while its port is another's."""
        try:
            await self._desk.start()
            await asyncio.Event().wait()
        finally:
            await self._desk.stop()


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


def _owners(sources: Iterable[Source], settings: Settings, database: Database) -> Iterator[Owner]:
    """The schedules that can be booked into: those of sources, and ccd's own, whose word is sure at once."""
    for source, written in zip(sources, settings.directory.sources, strict=True):
        if written.builtin is not None:
            yield Owner(Schedule(database, name=written.name), late=0)
        elif isinstance(source, Booking):
            yield Owner(source)


def _figures(settings: Settings, database: Database, store: CallStore, zone: ZoneInfo) -> Figures:
    """What the desk reports."""
    reports = settings.reports
    frame = Frame(
        how=reports.how,
        seconds=reports.service_level_seconds,
        short=reports.short_abandon,
        zone=zone.key,
        currency=settings.desk.currency,
    )
    book = Reports(database, reports.rules(settings.desk.doctors_queue), zone)
    return Figures(book=book, frame=frame, find=store.known)


def _default(rules: RuleSet) -> StepAnswer:
    """What a call gets that nothing else could be found for in time."""
    return StepAnswer(step=QueueStep(queue=rules.default_queue), next_token="default:1")  # noqa: S106 - no password


def _trunk(routing: Routing) -> str:
    """How numbers outside are dialled; empty when nobody said."""
    return routing.dial.trunk if routing.dial else ""


def _named(routing: Routing, rules: RuleSet) -> frozenset[QueueName]:
    """Every queue that must be in Asterisk: of plans, of rosters, of bounds, of a written escalation."""
    rosters = (one.queue for one in routing.rosters.values())
    doctors = [routing.escalation.queue] if "escalation" in routing.model_fields_set else []
    return rules.queues.union(map(QueueName, (*rosters, *routing.queues, *doctors)))


async def _when_open(action: Callable[[], Awaitable[_T]]) -> _T:
    """A locked database is waited for, so is a disk that is not there yet: calls are routed meanwhile."""
    return await until_it_works(action, StoreError, OSError)


def run(settings: Settings, path: Path) -> int:
    """Run ccd until SIGTERM or SIGINT; the exit code.  Raises SettingsError when a secret is missing.

    ``path`` is the file that the settings are from.
    """
    secret = ami_secret(settings)
    stream = logs.set_up(level=settings.log.level, style=settings.log.format, file=settings.log.file)
    limits.raise_descriptors()
    _collect_rarely()
    _switch_often()
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            return runner.run(_serve(settings, secret, path))
    finally:
        stream.close()


def _collect_rarely() -> None:
    """Events make many short-lived values and no cycles: looking for cycles cost a tenth of the intake."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _switch_often() -> None:
    """The loop must not wait 5 ms (the default) for a thread that makes rows: callers wait for the loop."""
    sys.setswitchinterval(0.0005)


async def _serve(settings: Settings, secret: str, path: Path) -> int:
    stopping, loop = asyncio.Event(), asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    failures: list[str] = []
    daemon = Daemon(settings, secret, path)
    loop.add_signal_handler(signal.SIGHUP, daemon.reloader.ask)
    try:
        await daemon.run(stopping)
    except* (OSError, WrongDatabaseError, DatabaseInUseError) as group:
        failures += [_reason(error, settings.agi) for error in _flat(group)]
    for reason in failures:
        log.error("ccd cannot run", reason=reason)
        LogFile().write(f"ccd: {visible_lines(reason)}\n")
    return 1 if failures else 0


def _reason(error: BaseException, agi: Agi) -> str:
    """One sentence.  An OSError is about AGI's port."""
    if not isinstance(error, OSError):
        return str(error)
    port = f"the AGI port {agi.host}:{agi.port}"
    if error.errno == errno.EADDRINUSE:
        return f"{port} is taken (address already in use): is another ccd running? Stop it or change agi.port"
    return f"{port} cannot be had: {error.strerror or error}"


def _flat(group: BaseExceptionGroup[Exception]) -> Iterator[BaseException]:
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _flat(error)
        else:
            yield error


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The loop of uvloop where it is installed: AGI gains two to three times from it."""
    try:
        import uvloop  # noqa: PLC0415 - it may be missing
    except ImportError:
        return None
    return uvloop.new_event_loop
