"""What Prometheus is told, and that the dashboard and its page speak of nothing else."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parsed_open
from prometheus_client.parser import text_string_to_metric_families as parsed

from ccd.agi.application import Counters
from ccd.calls.ids import QueueName
from ccd.calls.record import Direction, Disposition
from ccd.directory.breaker import State as Breaker
from ccd.directory.guarded import Condition
from ccd.live.ended import Kind
from ccd.live.model import AgentState, Floor
from ccd.metrics.service_level import ServiceLevel
from ccd.monitoring.exposition import Exposition
from ccd.monitoring.state import Hearing, Saving, State
from ccd.set_aside import Work
from tests.unit.desk.floors import OPERATORS, agent, call, floor, waiting
from tests.unit.desk.samples import NOW

REPOSITORY = Path(__file__).parents[3]
ANSWERED = Kind("operators", Direction.INBOUND, Disposition.ANSWERED)
SOURCE = Condition(
    name="mis", state=Breaker.HALF_OPEN, failures=3, error="x", failed_at=None, asking=2, cached=0
)


def busy() -> Floor:
    agents = [
        agent(101, AgentState.TALKING, call=call(1)),
        agent(102, AgentState.PAUSED, paused_in=(OPERATORS,)),
    ]
    return floor(agents, [waiting(1, OPERATORS, 42), waiting(2, OPERATORS, 7)])


@pytest.fixture
def told() -> Exposition:
    exposition = Exposition()
    exposition.follow(
        State(
            floor=busy,
            formula=ServiceLevel.OF_OFFERED,
            calls=lambda: 3,
            ended=lambda: {ANSWERED: 7},
            questions=Counters(accepted=11, failed=1),
            hearing=lambda: Hearing(connected=True, events=90, dropped=2, gaps=1, lag=0.25),
            saving=lambda: Saving(outage=True, waiting=4),
            set_aside=lambda: {Work.FIGURES: 2, Work.RECOVERY: 0},
            sources=lambda: (SOURCE,),
            desks=lambda: 5,
            watchers=lambda: 6,
        )
    )
    exposition.answered(0.003)
    return exposition


def values(exposition: Exposition) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    text, kind = exposition.text("")
    assert kind.startswith("text/plain; version=0.0.4")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in parsed(text.decode())
        for sample in family.samples
    }


def labelled(**labels: str) -> frozenset[tuple[str, str]]:
    return frozenset(labels.items())


def test_what_is_told_is_what_is(told):
    found = values(told)
    queue = labelled(queue="operators")
    assert found["ccd_queue_waiting", queue] == 2
    assert found["ccd_queue_longest_wait_seconds", queue] == 42
    assert found["ccd_queue_agents", labelled(queue="operators", state="talking")] == 1
    assert found["ccd_agents", labelled(state="paused")] == 1
    assert found["ccd_queue_answered_today", queue] == 412
    assert found["ccd_queue_abandoned_today", queue] == 15
    assert found["ccd_queue_service_level_ratio", queue] == pytest.approx(371 / 431)
    kind = labelled(queue="operators", direction="inbound", disposition="answered")
    assert found["ccd_calls_ended_total", kind] == 7
    assert found["ccd_source_state", labelled(source="mis", state="half_open")] == 1
    assert found["ccd_source_state", labelled(source="mis", state="closed")] == 0
    assert found["ccd_calls_set_aside", labelled(work="figures")] == 2
    nothing = labelled()
    assert (found["ccd_calls_in_progress", nothing], found["ccd_database_outage", nothing]) == (3, 1)
    assert (found["ccd_agi_questions_total", nothing], found["ccd_agi_failed_total", nothing]) == (11, 1)
    assert (found["ccd_ami_connected", nothing], found["ccd_ami_gaps_total", nothing]) == (1, 1)
    assert found["ccd_agi_answer_seconds_bucket", labelled(le="0.005")] == 1


def test_a_queue_without_a_call_has_no_service_level(told):
    assert ("ccd_queue_service_level_ratio", labelled(queue="duty-doctor")) not in values(told)


def test_nobody_is_in_it(told):
    """Numbers by ten digits in a row: a moment or an amount of memory may well hold four of them."""
    text, here = told.text("")[0].decode(), busy()
    numbers = {one.caller_number[-10:] for one in here.calls.values()}
    people = {said for one in here.agents for said in (one.phone, *one.name.split())}
    assert (len(numbers), len(people)) == (2, 6)
    assert {one for one in numbers | people if one in text} == set()


@pytest.mark.parametrize("name", ['a"} 1\nevil 5\n#', "back\\slash\\", "q\r\nx", "\\n", "очередь", ""])
def test_a_queue_called_anything_is_one_label_and_no_line(told, name):
    def named() -> Floor:
        return replace(busy(), queues=(replace(busy().queues[0], name=QueueName(name)),))

    told.follow(replace(told._state, floor=named, ended=lambda: {replace(ANSWERED, queue=name): 1}))
    labels = {dict(some).get("queue", name) for _, some in values(told)}
    assert labels == {name}
    assert not any(one.startswith("evil") for one in names(told))


def test_open_metrics_for_who_asks(told):
    text, kind = told.text("application/openmetrics-text; version=1.0.0")
    assert kind.startswith("application/openmetrics-text")
    assert {family.name for family in parsed_open(text.decode())} >= {"ccd_calls_ended", "ccd_build"}  # type: ignore[no-untyped-call]


def test_before_anything_runs_there_is_little():
    assert "ccd_build_info" in Exposition().text("")[0].decode()


def names(exposition: Exposition) -> set[str]:
    return {name for name, _ in values(exposition)}


def test_every_metric_of_the_dashboard_exists(told):
    text = (REPOSITORY / "deploy/grafana/ccd.json").read_text(encoding="utf-8")
    asked = {
        name
        for panel in json.loads(text)["panels"]
        for target in panel["targets"]
        for name in re.findall(r"\bccd_[a-z_]+", target["expr"])
    }
    asked |= set(re.findall(r"label_values\((ccd_[a-z_]+)", text))
    assert asked <= names(told)
    assert {name for name in names(told) if name.startswith("ccd_")} - asked <= {
        "ccd_agi_answer_seconds_count",
        "ccd_agi_answer_seconds_sum",
        "ccd_agi_answer_seconds_created",
    }


def test_the_page_names_every_metric_and_no_other(told):
    page = (REPOSITORY / "docs/monitoring.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"`(ccd_[a-z_]+)`", page.split("| metric |")[1].split("\n\n")[0]))
    told_of = {
        re.sub(r"(answer_seconds)_\w+$", r"\1", name) for name in names(told) if name.startswith("ccd_")
    }
    assert listed == told_of


def test_a_wait_of_the_future_is_none():
    early = busy()
    exposition = Exposition()
    assert early.at == NOW
    late = [waiting(1, OPERATORS, -timedelta(hours=1).total_seconds())]
    exposition.follow(
        State(
            floor=lambda: floor([], late),
            formula=ServiceLevel.OF_OFFERED,
            calls=lambda: 0,
            ended=dict,
            questions=Counters(),
            hearing=lambda: Hearing(connected=False, events=0, dropped=0, gaps=0, lag=0),
            saving=lambda: Saving(outage=False, waiting=0),
            set_aside=dict,
            sources=tuple,
            desks=lambda: 0,
            watchers=lambda: 0,
        )
    )
    assert values(exposition)["ccd_queue_longest_wait_seconds", labelled(queue="operators")] == 0
