"""The picture of the routing: every rule and step has a box of its own, whatever it is called."""

import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccd.desk.words import of_picture
from ccd.routing.picture import Box, Picture, picture
from ccd.routing.rules import Routing
from ccd.routing.ruleset import RuleSet
from ccd.routing.svg import svg

WRITTEN = {
    "calendars": {"opening": {"days": "mon-fri"}},
    "plans": {"night": [{"play": "ccd/closed"}, {"hangup": "normal"}]},
    "rules": [
        {"name": "closed", "when": {"outside": "opening"}, "steps": [{"plan": "night"}]},
        {
            "name": "day",
            "steps": [
                {"queue": {"name": "operators", "wait": "40s", "full": [{"play": "ccd/busy"}]}},
                {
                    "menu": {
                        "sound": "ccd/menu",
                        "options": {
                            "1": [{"queue": "operators"}],
                            "2": [{"dial": {"to": "PJSIP/201"}}, {"plan": "night"}],
                        },
                        "silent": [{"voicemail": {"box": "day", "sound": "ccd/speak"}}],
                    }
                },
                {"hangup": "busy"},
            ],
        },
    ],
}


def drawn(written=WRITTEN, counts=None, language="en") -> Picture:
    return picture(RuleSet(Routing.model_validate(written)), counts or {}, of_picture(language))


def titles(boxes: list[Box], row: int) -> list[str]:
    return [box.label.title for box in sorted(boxes, key=lambda one: one.column) if box.row == row]


def test_a_rule_is_a_row_and_its_branches_are_rows_below():
    made = drawn()
    rows = [titles(made.boxes, row) for row in range(made.rows)]
    assert rows == [
        ["closed", "→ night"],
        ["day", "queue operators", "menu ccd/menu", "hangup 17"],
        ["queue operators"],
        ["dial PJSIP/201", "→ night"],
        ["voicemail day"],
        ["play ccd/busy"],
        ["default", "queue operators"],
        ["night", "play ccd/closed", "hangup 16"],
    ]
    words = {(way.start.label.title, way.word, way.end.label.title) for way in made.ways if way.word}
    assert words == {
        ("menu ccd/menu", "1", "queue operators"),
        ("menu ccd/menu", "2", "dial PJSIP/201"),
        ("menu ccd/menu", "silent", "voicemail day"),
        ("queue operators", "full", "play ccd/busy"),
    }


def test_conditions_stand_in_the_rules_box():
    (box,) = [box for box in drawn().boxes if box.label.title == "closed"]
    assert box.label.lines == ("outside opening",)


QUEUE: Any = {
    "name": "q",
    "wait": "90s",
    "priority": 5,
    "prefer": "last-operator",
    "callback": {"key": "2", "sound": "s"},
    "max_waiting": 3,
    "full": [{"callback": {"queue": "q", "at": "09:00", "sound": "s"}}],
}
MENU: Any = {
    "sound": "m",
    "tries": 2,
    "options": {"1": [{"dial": {"to": "PJSIP/1"}}, {"callback": {"queue": "q", "sound": "s"}}]},
    "silent": [{"voicemail": {"box": "b", "sound": "s"}}],
}
HANGUP: Any = {"hangup": "busy", "when": {"caller": "unknown"}}
FULL_OF_WORDS: Any = {
    "people": {"p": {"name": "P", "phone": "PJSIP/301"}},
    "rules": [
        {"name": "a", "steps": [{"queue": QUEUE}, {"menu": MENU}, {"play": "s"}, HANGUP]},
        {"name": "b", "steps": [{"queue": QUEUE | {"prefer": "attending-doctor", "wait": "2h"}}]},
    ],
}


@pytest.mark.parametrize("language", ["ru", "uk"])
def test_its_own_words_are_in_the_language(language):
    """Latin letters are the admin's: names, and conditions as they stand in the file."""
    made = drawn(FULL_OF_WORDS, language=language)
    texts = [text for box in made.boxes for text in (box.label.title, *box.label.lines)]
    texts += [way.word for way in made.ways]
    latin = {word for text in texts for word in re.findall("[A-Za-z]+", text)}
    assert latin == {"a", "q", "m", "menu", "b", "s", "PJSIP", "caller", "unknown", "default", "operators"}


def test_a_count_is_never_cut():
    counts = {("day", "menu ccd/menu", "SILENT"): 12345}
    assert ": 12345</text>" in svg(drawn(counts=counts, language="ru"), "x")


def test_calls_are_counted_on_rules_steps_and_keys():
    counts = {
        ("day", "", ""): 9,
        ("day", "queue operators", ""): 8,
        ("day", "menu ccd/menu", ""): 5,
        ("day", "menu ccd/menu", "PRESSED-2"): 3,
    }
    made = drawn(counts=counts)
    counted = {box.label.title: box.count for box in made.boxes if box.row == 1}
    assert counted == {"day": 9, "queue operators": 8, "menu ccd/menu": 5, "hangup 17": 0}
    assert {way.word: way.count for way in made.ways if way.word} == {"1": 0, "2": 3, "silent": 0, "full": 0}
    assert all(box.count is None for box in made.boxes if box.row == made.rows - 1), "several rules lead here"


def test_ways_down_cross_no_box():
    """A way into a lower row runs down below its own box: nothing else may stand there."""
    made = drawn()
    places = {(box.column, box.row) for box in made.boxes}
    for way in made.ways:
        below = range(way.start.row + 1, way.end.row + 1)
        assert not places & {(way.start.column, row) for row in below}


@pytest.mark.parametrize("name", ['<script>alert("1")</script>', "]]>&lt;", "ночь 😀", "a" * 60])
def test_a_name_is_text(name):
    written = {"rules": [{"name": name, "steps": [{"queue": "operators"}]}]}
    text = svg(drawn(written), name)
    root = ET.fromstring(text)
    assert root.findall(".//{*}script") == []
    assert any(name[:10] in "".join(one.itertext()) for one in root.iter())


STEPS: Any = st.deferred(lambda: st.lists(STEP, min_size=1, max_size=3))
STEP: Any = st.one_of(
    st.just({"queue": "operators"}),
    st.just({"play": "ccd/x"}),
    st.builds(
        lambda options: {"menu": {"sound": "ccd/m", "options": options}},
        st.dictionaries(st.sampled_from("123"), STEPS, min_size=1, max_size=2),
    ),
)


@settings(deadline=None)
@given(st.lists(STEPS, max_size=4))
def test_no_two_boxes_share_a_place(plans):
    rules = [{"name": f"rule {number}", "steps": steps} for number, steps in enumerate(plans)]
    made = drawn({"rules": rules})
    places = [(box.column, box.row) for box in made.boxes]
    assert len(places) == len(set(places))
    ET.fromstring(svg(made, "routing"))
