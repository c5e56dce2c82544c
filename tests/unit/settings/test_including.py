"""Routing out of several files: their order, and the place of every mistake."""

from pathlib import Path

import pytest

from ccd.settings.loading import load, read

STEPS = "steps: [{ queue: q }]"


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("routing.d").mkdir()
    Path("ccd.yaml").write_text("routing_file: routing.yaml\n")


def write(**files: str) -> None:
    for name, text in files.items():
        Path("routing.yaml" if name == "main" else f"routing.d/{name}.yaml").write_text(text)


def said() -> list[str]:
    return [str(problem) for problem in read(Path("ccd.yaml")).problems]


MAIN = (
    f"include: routing.d/*.yaml\ncalendars: {{ day: {{ days: mon }} }}\nrules:\n  - {{ name: a, {STEPS} }}\n"
)


def test_rules_follow_in_the_order_of_the_names_and_sections_are_joined():
    write(
        main=MAIN,
        b=f"rules: [{{ name: c, {STEPS} }}]\ncalendars: {{ night: {{ hours: '20:00-08:00' }} }}\n",
        a=f"lists: {{ vip: '+79161234567' }}\nrules: [{{ name: b, when: {{ during: night }}, {STEPS} }}]\n",
    )
    reading = read(Path("ccd.yaml"))
    assert reading.settings is not None
    routing = reading.settings.routing
    assert [rule.name for rule in routing.rules] == ["a", "b", "c"]
    assert [*routing.calendars] == ["day", "night"]
    assert [*routing.lists] == ["vip"]
    assert [file.name for file in reading.files] == ["ccd.yaml", "routing.yaml", "a.yaml", "b.yaml"]


def test_under_the_main_settings_and_by_name():
    Path("ccd.yaml").write_text("routing:\n  include: [routing.d/a.yaml]\n")
    write(a=f"rules: [{{ name: b, {STEPS} }}]\n")
    assert [rule.name for rule in load(Path("ccd.yaml")).routing.rules] == ["b"]


def test_an_empty_folder_is_no_mistake_and_a_missing_file_is():
    write(main=MAIN)
    assert said() == []
    write(main="include: ['routing.d/*.yaml', seasons.yaml]\n")
    assert said() == ['routing.yaml:1:31: include: there is no file "seasons.yaml"']


def test_each_mistake_has_its_own_place():
    write(
        main=MAIN,
        a=f"rules:\n  - {{ name: b, when: {{ calller: known }}, {STEPS} }}\n"
        f"  - {{ name: c, when: {{ during: dai }}, {STEPS} }}\n",
        b="rulez: []\ntimezone: UTC\ninclude: [x]\nlists: { l: [7] }\n",
        c="- a\n",
        d="rules: { a: b\nlists: {}\n",
        e="rules: { name: x }\n",
    )
    assert said() == [
        'routing.d/a.yaml:2:24: rules[0].when.calller: no such condition; did you mean "caller"?',
        'routing.d/a.yaml:3:32: rules[1].when.during: no calendar is named "dai"; did you mean "day"?',
        'routing.d/b.yaml:1:1: rulez: no such setting; did you mean "rules"?',
        "routing.d/b.yaml:2:11: timezone: may only stand in the main routing file",
        "routing.d/b.yaml:3:1: include: may only stand in the main routing file",
        "routing.d/b.yaml:4:14: lists.l[0]: must be text: put it in quotes",
        'routing.d/c.yaml:1:1: must hold settings, as "key: value" lines',
        "routing.d/d.yaml:1:8: this { is not closed, or a comma is missing",
        "routing.d/e.yaml:1:1: rules: has another shape in the main routing file",
    ]


def test_a_name_given_twice_names_both_places():
    write(
        main=MAIN,
        a="calendars: { day: { days: sat } }\n"
        f"rules:\n  - {{ name: a, {STEPS} }}\n  - {{ name: b, {STEPS} }}\n",
        b=f"rules:\n  - {{ name: b, {STEPS} }}\n",
    )
    assert said() == [
        "routing.d/a.yaml:1:14: calendars.day: is already in routing.yaml:2:14",
        'routing.d/a.yaml:3:13: rules[0].name: "a" is taken in routing.yaml:4:7; each needs its own',
        'routing.d/b.yaml:2:13: rules[0].name: "b" is taken in routing.d/a.yaml:4:7; each needs its own',
    ]
