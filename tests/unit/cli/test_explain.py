"""``ccd explain``: its whole output, word for word."""

import asyncio
import json
from pathlib import Path

import pytest

from ccd.routing.ruleset import RuleSet
from ccd.settings.loading import load
from tests.unit.cli.past_calls import call, save

CALL = ("explain", "--from", "8 916 123-45-67", "--to", "84951234567", "--at")

NIGHT = """\
+79161234567: unknown
calls 84951234567 on sun 2026-11-22 03:15 (Europe/Moscow)
rules
├── ✗ vip at any time
│   └── ✗ caller known: it is unknown
└── ✓ night
    ├── ✓ called +7495*: it is 84951234567
    └── ✓ outside opening: it is sun 2026-11-22 03:15
plan of night
├── 1. play ccd/closed
└── 2. hang up, cause 16
"""

VIP = """\
+79161234567: known, tags dms, vip
calls 84951234567 on wed 2026-11-18 12:00 (Europe/Moscow)
rules
└── ✓ vip at any time
    ├── ✓ caller known: it is known
    └── ✓ tag vip: it is dms, vip
plan of vip at any time
├── 1. queue operators, 20 s, priority 10
├── 2. queue duty-doctor, 60 s, not answered yet
└── then queue operators, no limit
"""

NOBODY = """\
no number: anonymous
calls 112 on sun 2026-11-22 03:15 (Europe/Moscow)
rules
├── ✗ vip at any time
│   └── ✗ caller known: it is anonymous
├── ✗ night
│   └── ✗ called +7495*: it is 112
├── ✗ day
│   └── ✗ during opening: it is sun 2026-11-22 03:15
└── ✓ default: no rule matched
plan of default
└── 1. queue operators, no limit
"""


@pytest.fixture
def directory(ccd, clinic):
    """A database with one patient."""
    (clinic / "patients.csv").write_text(
        "patient_id,full_name,phones,tags\n7,Иванова Мария,+79161234567,vip;dms\n", encoding="utf-8"
    )
    assert ccd("directory", "import", "patients.csv") == (0, "1 added, 0 updated, 0 unchanged\n", "")


def test_without_a_database_nobody_is_known(ccd):
    assert ccd(*CALL, "2026-11-22T03:15") == (0, NIGHT, "")


@pytest.mark.usefixtures("directory")
def test_the_caller_is_looked_up(ccd):
    assert ccd(*CALL, "2026-11-18T12:00") == (0, VIP, "")


@pytest.mark.usefixtures("directory")
def test_a_rule_passed_over_shows_only_what_failed(ccd, clinic):
    text = (clinic / "ccd.yaml").read_text(encoding="utf-8").replace("tag: vip", "tag: [staff, board]")
    (clinic / "ccd.yaml").write_text(text, encoding="utf-8")
    out = ccd(*CALL, "2026-11-18T12:00")[1]
    assert "├── ✗ vip at any time\n│   └── ✗ tag staff, board: it is dms, vip\n├── ✗ night\n" in out


def test_no_rule_matches(ccd):
    assert ccd("explain", "--from", "", "--to", "112", "--at", "2026-11-22T00:15+00:00") == (0, NOBODY, "")


def test_a_rule_that_takes_every_call(ccd, clinic):
    (clinic / "ccd.yaml").write_text("routing: { rules: [{ name: all, steps: [{ play: x }] }] }\n")
    out = ccd("explain", "--from", "112", "--to", "112")[1]
    assert "└── ✓ all\n    └── takes every call\n" in out
    assert "└── then queue operators, no limit\n" in out


def test_for_programs(ccd):
    code, out, _ = ccd(*CALL, "2026-11-22T03:15", "--json")
    assert code == 0
    assert json.loads(out) == {
        "from": "8 916 123-45-67",
        "to": "84951234567",
        "at": "2026-11-22T03:15:00+03:00",
        "caller": {"kind": "unknown", "e164": "+79161234567", "patients": 0, "tags": [], "failed": []},
        "rule": "night",
        "comment": "",
        "steps": [{"action": "play", "sound": "ccd/closed"}, {"action": "hangup", "cause": 16}],
        "trace": [
            {
                "rule": "vip at any time",
                "matched": False,
                "checked": [{"condition": "caller known", "matched": False, "actual": "unknown"}],
                "comment": "",
            },
            {
                "rule": "night",
                "matched": True,
                "checked": [
                    {"condition": "called +7495*", "matched": True, "actual": "84951234567"},
                    {"condition": "outside opening", "matched": True, "actual": "sun 2026-11-22 03:15"},
                ],
                "comment": "",
            },
        ],
        "version": RuleSet(load(Path("ccd.yaml")).routing).version,
    }


@pytest.mark.usefixtures("directory")
def test_steps_for_programs(ccd):
    steps = json.loads(ccd(*CALL, "2026-11-18T12:00", "--json")[1])["steps"]
    assert steps[1] == {
        "action": "queue",
        "queue": "duty-doctor",
        "wait": 60,
        "priority": 0,
        "answer": False,
        "music": "",
        "position": None,
        "penalty": None,
        "keys": False,
    }


@pytest.mark.parametrize("at", ["0300", "25:00", "tomorrow", "2026-13-01", "0001-01-01T00:00+14:00"])
def test_a_time_that_is_none(ccd, at):
    code, _, error = ccd(*CALL, at)
    assert code == 2
    assert "is no time" in error


def test_a_database_that_is_none(ccd, clinic):
    (clinic / "ccd.db").write_text("something else entirely")
    code, out, error = ccd(*CALL, "03:15")
    assert (code, out) == (1, "")
    assert "is not a database" in error
    assert len(error.splitlines()) == 1


MENU = """\
routing:
  rules:
    - name: all
      steps: [{ menu: { sound: ccd/choose, options: { "1": { queue: a }, "2": { queue: b } } } }]
"""


def test_pressed_keys_answer_the_menus(ccd, clinic):
    (clinic / "ccd.yaml").write_text(MENU, encoding="utf-8")
    out = ccd(*CALL, "03:15", "--press", "2")[1]
    assert "✗ key 1" in out
    assert "✓ key 2" in out


def test_a_key_that_no_phone_has(ccd):
    code, _, error = ccd(*CALL, "03:15", "--press", "2x")
    assert (code, error) == (
        1,
        '"2x" are no keys of a phone; write digits, * and #, one for each menu on the way\n',
    )


def test_a_patient_who_is_made_up(ccd):
    out = ccd(*CALL, "2026-11-18T12:00", "--patient", "{ tags: vip, age: 70 }")[1]
    assert "known, tags vip" in out
    assert "✓ vip at any time" in out


@pytest.mark.parametrize(
    ("patient", "sentence"),
    [
        ("{ tagz: vip }", '--patient:1:3: tagz: no such setting; did you mean "tags"?'),
        ("{ tags: vip", "--patient:1:1: this { is not closed, or a comma is missing"),
        ("vip", '--patient:1:1: must hold settings, as "key: value" lines'),
    ],
)
def test_a_patient_who_cannot_be(ccd, patient, sentence):
    code, _, error = ccd(*CALL, "03:15", "--patient", patient)
    assert (code, error) == (1, sentence + "\n")


def test_earlier_calls_of_the_number_count(ccd, clinic):
    rules = (clinic / "ccd.yaml").read_text(encoding="utf-8")
    again = "  rules:\n    - { name: again, when: { calls_again_within: 1h }, steps: [{ queue: vip }] }\n"
    (clinic / "ccd.yaml").write_text(rules.replace("  rules:\n", again), encoding="utf-8")
    asyncio.run(save(clinic, call(0, "day")))
    assert json.loads(ccd(*CALL, "2026-11-18T12:30", "--json")[1])["rule"] == "again"
    assert json.loads(ccd(*CALL, "2026-11-18T11:30", "--json")[1])["rule"] == "day"
    assert json.loads(ccd(*CALL, "2026-11-18T14:30", "--json")[1])["rule"] == "day"


def test_a_number_with_a_digit_too_few_is_told(ccd):
    _, out, _ = ccd("explain", "--from", "8916123456", "--to", "84951234567")
    assert out.startswith("8916123456: unknown (this is no telephone number)\n")
