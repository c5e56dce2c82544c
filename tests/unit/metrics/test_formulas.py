"""Formulas over totals, and that the page for people states the same ones."""

from pathlib import Path

import pytest

from ccd.metrics.dimensions import Part
from ccd.metrics.formulas import METRICS, How, value
from ccd.metrics.rules import Prices
from ccd.metrics.service_level import WORDS, ServiceLevel, service_level
from ccd.metrics.totals import COUNTS, ZERO, Totals, added

PAGE = (Path(__file__).parents[3] / "docs/metrics.md").read_text(encoding="utf-8")
EXAMPLE = Totals(
    offered=1060, answered=1000, answered_in=860, abandoned=60, abandoned_in=20, abandoned_short=10
)


@pytest.mark.parametrize(
    ("formula", "per_cent"),
    [
        (ServiceLevel.WITH_ABANDONED, 83.0),
        (ServiceLevel.OF_ANSWERED, 86.0),
        (ServiceLevel.OF_OFFERED, 81.1),
        (ServiceLevel.WITHOUT_EARLY, 82.7),
        (ServiceLevel.SHORT_AS_SERVED, 82.1),
    ],
)
def test_five_formulas_give_five_service_levels_of_the_same_calls(formula, per_cent):
    assert round(100 * (service_level(EXAMPLE, formula) or 0), 1) == per_cent
    assert f"| `{formula}` | {WORDS[formula]} | {per_cent} % |" in PAGE


@pytest.mark.parametrize("name", METRICS)
def test_every_figure_is_defined_on_the_page(name):
    assert f"| `{name}` | " in PAGE
    assert f" | {METRICS[name].formula} | " in PAGE


@pytest.mark.parametrize("metric", METRICS.values(), ids=lambda one: one.name)
def test_what_a_figure_counts_is_among_the_totals(metric):
    assert {*metric.behind, *metric.but} <= set(COUNTS)


@pytest.mark.parametrize("metric", METRICS.values(), ids=lambda one: one.name)
def test_without_calls_there_are_counts_of_nothing_and_no_averages(metric):
    nothing = value(metric, ZERO, Part.CALL, How())
    assert nothing in ((0, None) if metric.parts != {Part.QUEUE} else (None,))
    assert nothing is None or metric.unit in {"calls", "money"}


def figure(name: str, totals: Totals, *, part: Part = Part.CALL, how: How | None = None) -> float | None:
    return value(METRICS[name], totals, part, how or How())


def test_real_abandons_are_counted_without_the_short_ones():
    assert value(METRICS["abandoned"], EXAMPLE, Part.CALL, How()) == 50
    assert value(METRICS["short_abandoned"], EXAMPLE, Part.CALL, How()) == 10
    assert value(METRICS["abandon_rate"], EXAMPLE, Part.CALL, How()) == 50 / 1050


def test_an_operator_has_no_service_level():
    assert value(METRICS["service_level"], EXAMPLE, Part.AGENT, How()) is None


def test_handling_time_is_talk_hold_and_wrap_up():
    times = Totals(handled=2, talk_ms=100_000, held_ms=20_000, wrap_ms=60_000, staffed_ms=360_000)
    assert figure("handling_time", times) == 90
    assert figure("occupancy", times, part=Part.AGENT) == 0.5


def test_occupancy_is_unknown_without_staffed_time():
    assert figure("occupancy", Totals(handled=1, talk_ms=1000), part=Part.AGENT) is None


def test_lost_calls_cost_what_the_clinic_says():
    how = How(prices=Prices(new_patient=1500, known_patient=500))
    assert figure("lost_money", Totals(lost_new=3, lost_known=2), how=how) == 5500
    assert figure("lost", Totals(lost_new=3, lost_known=2)) == 5


def test_a_promise_that_is_still_open_is_neither_kept_nor_broken():
    assert figure("promises_kept", Totals(promised=5, promise_kept=3, promise_broken=1)) == 0.75


def test_totals_add_up_and_keep_the_longest():
    one, other = Totals(answered=1, wait_longest=5000), Totals(answered=2, wait_longest=3000)
    assert added([one, other]) == Totals(answered=3, wait_longest=5000)
    assert added([]) == ZERO
