"""What editors are told about the files: the truth, and as of today."""

import json
from pathlib import Path
from typing import Any

import pytest

from ccd.settings.document import parse, read
from ccd.settings.schema import File, schema
from tests.unit.settings.fits import fits

CONFIG = Path(__file__).parents[3] / "config"
ROUTING = json.loads(schema(File.ROUTING))


def rule(steps: str, when: str = "{}") -> Any:
    return parse(Path("x"), f"rules: [{{ name: a, when: {when}, steps: [{steps}] }}]").data


@pytest.mark.parametrize("file", list(File))
def test_the_schema_that_is_kept_is_up_to_date(file):
    kept = (CONFIG / "schema" / f"{file}.json").read_text(encoding="utf-8")
    assert kept == schema(file), (
        f"run: .venv/bin/python -m ccd schema {file} --output config/schema/{file}.json"
    )


@pytest.mark.parametrize("file", list(File))
def test_the_shipped_file_names_its_schema_and_fits_it(file):
    shipped = CONFIG / f"{file}.yaml"
    first = shipped.read_text(encoding="utf-8").splitlines()[0]
    assert first == f"# yaml-language-server: $schema=schema/{file}.json"
    assert fits(json.loads(schema(file)), read(shipped).data)


@pytest.mark.parametrize(
    "steps",
    [
        "{ queue: operators }",
        "{ queue: { name: operators, wait: 40s } }",
        "{ queue: { name: operators, wait: 40 } }",
        "{ play: ccd/closed }, { hangup: busy }, { hangup: { cause: 17 } }",
    ],
)
def test_short_and_long_forms_fit(steps):
    assert fits(ROUTING, rule(steps))


@pytest.mark.parametrize("when", ["{ caller: known }", "{ caller: [known, failed] }", "{ days: mon-fri }"])
def test_one_value_or_a_list_fits(when):
    assert fits(ROUTING, rule("{ queue: q }", when))


@pytest.mark.parametrize(
    ("steps", "when"),
    [
        ("{ queue: 7 }", "{}"),
        ("{ queue: { nam: operators } }", "{}"),
        ("{ quue: operators }", "{}"),
        ("", "{}"),
        ("{ queue: q }", "{ caller: nobody }"),
        ("{ queue: q }", "{ caller: [] }"),
        ("{ queue: q }", "{ calller: known }"),
    ],
)
def test_mistakes_do_not_fit(steps, when):
    assert not fits(ROUTING, rule(steps, when))


def test_hovering_explains_a_key_in_markdown():
    priority = ROUTING["$defs"]["QueueRule"]["properties"]["priority"]
    assert priority["description"] == "A higher one is answered sooner (`QUEUE_PRIO`)."


def test_no_secret_and_no_class_name_is_in_a_schema():
    for file in File:
        made = json.loads(schema(file))
        assert made["title"] == f"{file}.yaml"
        assert not [name for name, one in made["$defs"].items() if one.get("title") == name]
