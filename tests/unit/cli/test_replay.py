"""``ccd replay``: past calls against changed rules, what goes elsewhere counted and grouped."""

import asyncio
import json
from datetime import timedelta

import pytest

from ccd.routing.facts import HISTORY_CALLS
from ccd.routing.replay import history
from tests.unit.cli.conftest import CONFIG
from tests.unit.cli.past_calls import NOON, call, save
from tests.unit.empty_database import empty_database

ALL = ("replay", "--since", "2026-11-01")


@pytest.fixture
def archive(clinic, monkeypatch):
    """Three calls by day of which one came past ccd, one at night; of one the arrival is not known."""
    monkeypatch.setenv("COLUMNS", "180")
    calls = [call(1, "day"), call(2, "day"), call(3, ""), call(4, "night", arrived_at=NOON.replace(hour=20))]
    calls.append(call(5, "day", arrived_at=None))

    asyncio.run(save(clinic, *calls))


def changed(clinic, *pairs: tuple[str, str]) -> str:
    """A routing file with other words."""
    text = CONFIG
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    (clinic / "changed.yaml").write_text(text, encoding="utf-8")
    return "changed.yaml"


@pytest.mark.usefixtures("archive")
def test_rules_in_use_beside_what_happened(ccd):
    code, out, _ = ccd(*ALL)
    assert code == 0
    assert "4 calls, 1 of them would go elsewhere (25%)" in out
    assert "1 more cannot be replayed: nobody knows when they came" in out
    rows = [" ".join(line.split()) for line in out.splitlines()]
    assert rows[3].startswith("elsewhere not by ccd day 1 25% 2026-11-18 12:03")
    assert rows[4].startswith("as before day day 2 50% 2026-11-18 12:02, 2026-11-18 12:01")


@pytest.mark.usefixtures("archive")
def test_changed_rules_beside_the_rules_in_use(ccd, clinic):
    file = changed(
        clinic,
        ("name: night", "name: closed"),
        ("steps: [{ queue: operators }]", "steps: [{ queue: other }]"),
    )
    _, out, _ = ccd(*ALL, "--rules", file, "--json")
    told = json.loads(out)
    assert (told["calls"], told["elsewhere"], told["not_replayed"]) == (4, 3, 1)
    ways = [(one["before"], one["after"], one["elsewhere"], len(one["calls"])) for one in told["groups"]]
    assert ways == [("day", "day", True, 3), ("night", "closed", False, 1)]
    assert told["before"] != told["after"]


@pytest.mark.usefixtures("archive")
def test_changed_rules_that_are_wrong_say_where(ccd, clinic):
    file = changed(clinic, ("during: opening", "durign: opening"))
    code, _, error = ccd(*ALL, "--rules", file)
    assert code == 1
    assert "changed.yaml:14:" in error
    assert 'did you mean "during"?' in error


def test_without_calls_it_says_so(ccd, clinic):
    asyncio.run(empty_database(clinic / "ccd.db"))
    assert ccd("replay") == (0, "no calls\n", "")


def test_a_history_holds_what_came_before_and_no_more():
    calls = [call(number, "day") for number in range(200, 0, -1)]
    before = history(calls, call(100, "day")).calls
    assert (len(before), before[0].at) == (HISTORY_CALLS, NOON + timedelta(minutes=99))
    assert history(calls, call(100, "day", withheld=True)).calls == ()
    assert history(calls, call(1, "day", arrived_at=NOON + timedelta(days=100))).calls == ()
