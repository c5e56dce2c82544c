"""What talks with Asterisk: its questions, its events, its logs, and who is calling."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from ccd.agi.server import AgiServer
from ccd.ami.dialler import Dialler
from ccd.ami.link import AmiLink
from ccd.asterisk_logs.reading import AsteriskLogs
from ccd.calls.events import AsteriskEvent, Resynchronised
from ccd.calls.ids import QueueName
from ccd.daemon.storage import Storage
from ccd.directory.lookup import Lookup
from ccd.directory.source import Source
from ccd.gathering import Gatherer
from ccd.inbound import Inbound
from ccd.ports.screens import Screens
from ccd.promising import Promising
from ccd.recovery import Recovery
from ccd.routing.question import StepAnswer
from ccd.routing.rulebook import RuleBook
from ccd.routing.ruleset import RuleSet
from ccd.routing.step_kinds import QueueStep
from ccd.settings.models import DirectorySettings, Routing, Settings
from ccd.sources.making import Given, guard, make
from ccd.store.callbacks import CallbackStore
from ccd.store.clock import utc_now
from ccd.store.errors import StoreError
from ccd.store.log_marks import LogMarkStore
from ccd.tracking import Tracker

_SWEEP = 10.0


class Telephony:
    """``screens`` shows the cards; ``took`` is told the seconds of each answer to the dialplan."""

    def __init__(
        self,
        settings: Settings,
        secret: str,
        storage: Storage,
        *,
        screens: Screens,
        took: Callable[[float], None],
    ) -> None:
        region, patience = settings.directory.region, settings.directory.patience
        zone = ZoneInfo(settings.routing.timezone)
        given = Given(builtin=storage.directory, region=region, zone=zone)
        self.sources = tuple(make(one, given) for one in settings.directory.sources)
        self.lookup = _lookup(settings.directory, self.sources)
        rules = RuleSet(settings.routing, region)
        self.rules = RuleBook(rules)
        self.tracker = Tracker(
            saver=storage.calls,
            screens=screens,
            lookup=self.lookup,
            doctors_queue=QueueName(settings.desk.doctors_queue),
            named_queues=_named(settings.routing, rules),
            source_of=self.rules.source,
        )
        self.promises = CallbackStore(storage.database)
        inbound = Inbound(
            Gatherer(self.lookup, storage.history, self.tracker.queues, deadline=patience, clock=utc_now),
            self.rules,
            self.tracker,
            utc_now,
            promises=Promising(self.promises, self.tracker.calls, region=region, clock=utc_now),
        )
        self.agi = AgiServer(settings.agi, inbound.decide, _default(rules), took=took)
        self.recovery = _recovery(settings, storage, self.tracker)
        self.link = AmiLink(settings.ami, secret, self._heard if self.recovery else self.tracker.handle)
        self.dialler = Dialler(self.link.manager.send_action, _trunk(settings.routing))

    def take(self, routing: Routing, rules: RuleSet) -> None:
        """New rules, between two questions."""
        self.dialler.trunk = _trunk(routing)
        self.rules.replace(rules)
        self.agi.default(_default(rules))
        self.tracker.named_queues = _named(routing, rules)

    async def sweep(self) -> None:
        """Now and then, give up the calls that somebody offered and Asterisk does not have."""
        while True:
            await asyncio.sleep(_SWEEP)
            self.tracker.sweep(datetime.now(UTC))

    def _heard(self, event: AsteriskEvent) -> None:
        """Asterisk told something; after a gap, its logs are asked for what it told meanwhile."""
        self.tracker.handle(event)
        if self.recovery and isinstance(event, Resynchronised):
            self.recovery.ask()


def _lookup(settings: DirectorySettings, sources: tuple[Source, ...]) -> Lookup:
    written = zip(settings.sources, sources, strict=True)
    guarded = tuple(guard(one, source, settings.deadline) for one, source in written)
    return Lookup(guarded, settings.region, settings.patience, merge=settings.merge)


def _recovery(settings: Settings, storage: Storage, tracker: Tracker) -> Recovery | None:
    """What reads Asterisk's own logs, where they are named."""
    logs = settings.asterisk_logs
    if logs.cel is None:
        return None
    recovery = Recovery(
        AsteriskLogs(logs.cel, logs.queue_log),
        LogMarkStore(storage.database, storage.calls),
        tracker,
        clock=utc_now,
        outages=(StoreError, OSError),
    )
    storage.calls.listen(recovery.saved)
    return recovery


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
