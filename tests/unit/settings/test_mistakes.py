"""Seeded mistakes: ``mistakes/`` holds small broken files; each begins with all that must be said of it."""

from itertools import takewhile
from pathlib import Path

import pytest

from ccd.settings.loading import load, read
from ccd.settings.problems import SettingsError, Severity

FOLDER = Path(__file__).with_name("mistakes")
FILES = sorted(file.name for file in FOLDER.iterdir())


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def expected(name: str) -> str:
    """The comment at the file's beginning: what ``ccd check`` says, run in that folder."""
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return "\n".join(line.removeprefix("# ") for line in takewhile(lambda one: one.startswith("# "), lines))


def said(text: str) -> str:
    file = Path("ccd.yaml")
    file.write_text(text, encoding="utf-8")
    return "\n".join(map(str, read(file).problems))


def test_there_are_enough():
    assert len(FILES) >= 40


@pytest.mark.parametrize("name", FILES)
def test_mistake(name, monkeypatch):
    monkeypatch.chdir(FOLDER)
    assert "\n".join(map(str, read(Path(name)).problems)) == expected(name) != ""
    assert "hunter" not in expected(name)


@pytest.mark.parametrize("name", [name for name in FILES if ": warning: " in expected(name)])
def test_warnings_alone_do_not_stop_the_loading(name, monkeypatch):
    monkeypatch.chdir(FOLDER)
    assert load(Path(name)) is not None
    assert {problem.severity for problem in read(Path(name)).problems} == {Severity.WARNING}


def test_an_error_carries_every_problem():
    Path("ccd.yaml").write_text("agi: { port: x }\nami: { prot: 1 }\n", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load(Path("ccd.yaml"))
    assert len(caught.value.problems) == 2


def test_a_control_character():
    sentence = "ccd.yaml:2:11: the character #x0007 may not stand in YAML"
    assert said("agi:\n  host: 'a\x07'\n") == sentence


def test_only_text():
    assert said("hello") == 'ccd.yaml:1:1: must hold settings, as "key: value" lines'


def test_more_steps_than_the_dialplan_asks_for():
    steps = ", ".join(["{ play: x }"] * 17)
    text = f"routing:\n  rules:\n    - name: a\n      steps: [{steps}]\n"
    assert said(text) == "ccd.yaml:4:7: routing.rules[0].steps: must have at most 16, not 17"


def test_a_few_aliases_that_stand_for_billions_of_values():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    sentence = "ccd.yaml:6:1: more than 500,000 values, its aliases written out"
    assert said("\n".join(lines)).splitlines()[0] == sentence


def test_rules_that_only_look_alike_are_all_reached():
    whens = (
        'tag: vip, called: "+7495*"',
        'tag: vip, called: "+74*"',
        "tag: [vip, gold]",
        "outside: [a, b]",
        "outside: a",
        "days: mon-fri",
        "days: [fri, sat]",
        'days: "2026-11-28..2026-11-30"',
        "calls_again_within: 5m",
        "calls_again_within: 1h",
        "if: 'false'",
        "if: 'true'",
    )
    rules = "".join(
        f"    - {{ name: r{n}, when: {{ {one} }}, steps: [queue: q] }}\n" for n, one in enumerate(whens)
    )
    calendars = "  calendars: { a: { days: mon }, b: { days: tue } }\n"
    assert said(f"routing:\n{calendars}  rules:\n{rules}") == ""
