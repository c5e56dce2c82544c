"""The pages that must stay true."""

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
PARTS = sorted(
    one.name + "/" * one.is_dir()
    for one in (REPOSITORY / "ccd").iterdir()
    if not one.name.startswith(("__init__", "__pycache__"))
)


@pytest.mark.parametrize("part", PARTS)
def test_every_part_of_the_house_is_on_the_architecture_page(part):
    house = (REPOSITORY / "docs/architecture.md").read_text(encoding="utf-8").split("```")[1]
    assert f"  {part} " in house


@pytest.mark.parametrize(
    "page", ["README.md", *(f"docs/{one.name}" for one in (REPOSITORY / "docs").glob("*.md"))]
)
def test_every_link_of_a_page_leads_somewhere(page):
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert ((REPOSITORY / page).parent / target).exists(), target
