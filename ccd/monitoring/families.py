"""The metrics of ccd's parts, made when they are asked for.  docs/monitoring.md lists them."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from ccd.directory.breaker import State as Breaker
from ccd.live.model import AgentState, Floor, Queue
from ccd.metrics.service_level import ServiceLevel, service_level
from ccd.monitoring.state import State


def families(state: State) -> Iterator[Metric]:
    """All of them."""
    floor = state.floor()
    yield from _calls(state)
    yield from _queues(floor, state.formula)
    yield _by_state("ccd_agents", "Agents by what they do.", floor)
    yield from _questions(state)
    yield from _hearing(state)
    yield from _saving(state)
    yield from _sources(state)
    yield _gauge("ccd_desks_connected", "Open pages of the desk.", state.desks())
    yield _gauge("ccd_watchers_connected", "Open live pages and wall boards.", state.watchers())


def _calls(state: State) -> Iterator[Metric]:
    yield _gauge("ccd_calls_in_progress", "Patients' calls in progress.", state.calls())
    ended = CounterMetricFamily(
        "ccd_calls_ended",
        "Calls that ended, a minute after their end.",
        labels=("queue", "direction", "disposition"),
    )
    for kind, number in state.ended().items():
        ended.add_metric((kind.queue, kind.direction, kind.disposition), number)
    yield ended


def _queues(floor: Floor, formula: ServiceLevel) -> Iterator[Metric]:
    yield _by_queue("ccd_queue_waiting", "Callers who wait.", ((one, one.waiting) for one in floor.queues))
    yield _by_queue(
        "ccd_queue_longest_wait_seconds",
        "How long the first caller waits.",
        ((one, _seconds(one.longest_since, floor.at)) for one in floor.queues),
    )
    agents = GaugeMetricFamily("ccd_queue_agents", "Agents of a queue.", labels=("queue", "state"))
    for queue in floor.queues:
        for what in AgentState:
            agents.add_metric((queue.name, what), queue.agents.get(what, 0))
    yield agents
    yield from _today(floor.queues, formula)


def _today(queues: Iterable[Queue], formula: ServiceLevel) -> Iterator[Metric]:
    some = tuple(queues)
    yield _by_queue(
        "ccd_queue_answered_today", "Answered since midnight.", ((one, one.today.answered) for one in some)
    )
    yield _by_queue(
        "ccd_queue_abandoned_today",
        "Abandoned since midnight, short ones left out.",
        ((one, one.today.abandoned - one.today.abandoned_short) for one in some),
    )
    levels = ((one, service_level(one.today, formula)) for one in some)
    known = ((one, level) for one, level in levels if level is not None)
    yield _by_queue("ccd_queue_service_level_ratio", f"Since midnight, {formula}.", known)


def _questions(state: State) -> Iterator[Metric]:
    asked = state.questions
    yield _counter("ccd_agi_questions", "Questions of the dialplan.", asked.accepted)
    yield _counter("ccd_agi_shed", "Too many at once: the default queue.", asked.shed)
    yield _counter("ccd_agi_lost", "Ended by the peer before an answer.", asked.lost)
    yield _counter("ccd_agi_hostile", "Whose environment is not believed.", asked.hostile)
    yield _counter("ccd_agi_failed", "Decisions that failed or came too late.", asked.failed)


def _hearing(state: State) -> Iterator[Metric]:
    heard = state.hearing()
    yield _gauge("ccd_ami_connected", "1 while Asterisk can be heard and asked.", heard.connected)
    yield _gauge("ccd_ami_lag_seconds", "From the last event to its handling.", heard.lag)
    yield _counter("ccd_ami_events", "Events that were handled.", heard.events)
    yield _counter("ccd_ami_events_dropped", "Events that were dropped.", heard.dropped)
    yield _counter("ccd_ami_gaps", "Times that events had to be dropped.", heard.gaps)


def _saving(state: State) -> Iterator[Metric]:
    saving = state.saving()
    yield _gauge("ccd_database_outage", "1 while the database takes nothing.", saving.outage)
    yield _gauge("ccd_database_calls_waiting", "Calls whose newest state is not on disk.", saving.waiting)
    aside = GaugeMetricFamily(
        "ccd_calls_set_aside", "Calls that ccd could make nothing of, all others went on.", labels=("work",)
    )
    for work, number in state.set_aside().items():
        aside.add_metric((work,), number)
    yield aside


def _sources(state: State) -> Iterator[Metric]:
    breakers = GaugeMetricFamily(
        "ccd_source_state", "1 for the breaker's state of a source.", labels=("source", "state")
    )
    failures = GaugeMetricFamily("ccd_source_failures", "Failures in a row.", labels=("source",))
    asking = GaugeMetricFamily("ccd_source_asking", "Questions that run.", labels=("source",))
    for one in state.sources():
        for what in Breaker:
            breakers.add_metric((one.name, what.replace(" ", "_")), one.state is what)
        failures.add_metric((one.name,), one.failures)
        asking.add_metric((one.name,), one.asking)
    yield from (breakers, failures, asking)


def _by_state(name: str, text: str, floor: Floor) -> Metric:
    states = [one.state for one in floor.agents]
    family = GaugeMetricFamily(name, text, labels=("state",))
    for what in AgentState:
        family.add_metric((what,), states.count(what))
    return family


def _by_queue(name: str, text: str, values: Iterable[tuple[Queue, float]]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=("queue",))
    for queue, value in values:
        family.add_metric((queue.name,), value)
    return family


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)


def _counter(name: str, text: str, value: float) -> Metric:
    return CounterMetricFamily(name, text, value=value)


def _seconds(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
