"""The reference that is made from the models: the truth, as of today, nothing left unsaid."""

import re
from pathlib import Path

import pytest

from ccd.settings.reference import reference
from ccd.settings.schema import File

DOCS = Path(__file__).parents[3] / "docs"
ROUTING = reference(File.ROUTING)


def row(page: str, key: str) -> list[str]:
    """The cells of the only key of that name."""
    (found,) = re.findall(rf"^\| `{key}` \|.*$", page, re.MULTILINE)
    return [cell.strip() for cell in found.strip("| ").split(" | ")]


@pytest.mark.parametrize("file", [File.ROUTING])
def test_the_reference_that_is_kept_is_up_to_date(file):
    kept = (DOCS / f"{file}-reference.md").read_text(encoding="utf-8")
    assert kept == reference(file), (
        f"run: .venv/bin/python -m ccd schema {file} --reference --output docs/{file}-reference.md"
    )


@pytest.mark.parametrize("file", [File.ROUTING])
def test_every_key_has_a_meaning(file):
    silent = re.findall(r"^\| (`.*`) \|.*\| \|$", reference(file), re.MULTILINE)
    assert silent == []


def test_a_row_says_type_default_and_meaning_in_plain_words():
    meaning = "How long a key may take after the sound, a minute at most."
    assert row(ROUTING.split("## Menu step")[1].split("##")[0], "wait") == [
        "`wait`",
        "time (`40s`, `1m30s`, `1h`)",
        "`5s`",
        meaning,
    ]


def test_blocks_are_linked_and_short_forms_are_told():
    step = ROUTING.split("## Step")[1].split("\n## ")[0]
    assert row(step, "queue")[1] == "name, or [queue step](#queue-step)"
    assert row(ROUTING, "rules")[1] == "list of: [rule](#rule)"
    assert row(ROUTING, "silent")[1] == "name of a plan, or [step](#step), or a list"


def test_no_cell_breaks_the_table():
    for line in ROUTING.splitlines():
        if line.startswith("|"):
            assert len(re.findall(r"(?<!\\)\|", line)) == 5, line
