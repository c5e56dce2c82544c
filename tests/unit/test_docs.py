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


PAGES = ["README.md", *(f"docs/{one.name}" for one in (REPOSITORY / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_page_leads_somewhere(page):
    file = REPOSITORY / page
    for target, anchor in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", file.read_text(encoding="utf-8")):
        there = file.parent / target if target else file
        assert there.exists(), target
        assert not anchor or anchor in anchors(there), f"{target}#{anchor}"


def anchors(page: Path) -> set[str]:
    """Where links may lead within a page."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}
