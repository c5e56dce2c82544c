"""What an eye and a screen reader need: contrast, no scrolling, landmarks, names of fields."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.page import at_desk, open_page, state, time_stands
from tests.unit.desk.samples import IVAN, MARIA, PETYA, Story, caller, past

CONTRAST = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")
NARROW = "filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent)"
APART = """(() => {
    const edge = (place, side) => document.querySelector(place).getBoundingClientRect()[side];
    return edge('.seat', 'right') <= edge('.board div:first-child', 'left')
        && edge('.board div:last-child dd', 'right') <= edge('.tools', 'left');
})()"""
INSIDE = """[['.policy', '.card'], ['.services', '.policy']].every(([inner, outer]) =>
    document.querySelector(inner).getBoundingClientRect().bottom
        <= document.querySelector(outer).getBoundingClientRect().bottom + 1)"""
"""Long lists scroll in their places."""
MARIAS = Story(who=caller(MARIA))
SHOWN = {
    "ringing": MARIAS.ringing(),
    "talking": MARIAS.talking(),
    "held": MARIAS.held(),
    "transferred": MARIAS.transferred(),
    "wrapup": MARIAS.ended(),
    "elsewhere": MARIAS.elsewhere(),
}
FAMILY = Story(call_id="family", who=caller(MARIA, PETYA, IVAN))
SECOND = Story(call_id="second", raw="+79031112233", who=caller(IVAN, raw="+79031112233"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_contrast(chrome, bed, scheme):
    bed.archive.records = [past(1, minutes=30), past(2, minutes=50, topic="price", note="сколько")]
    page = open_page(chrome, bed, color_scheme=scheme)
    expect(page.locator("#name")).to_be_focused()
    assert page.evaluate(CONTRAST) == []
    page.context.close()
    page = at_desk(chrome, bed, color_scheme=scheme)
    expect(page.locator(".todo button")).to_be_visible()
    assert page.evaluate(CONTRAST) == []
    time_stands(page)
    for name, card in SHOWN.items():
        bed.show(MARIAS.ringing())
        state(page, "ringing")
        bed.show(card)
        state(page, name)
        assert page.evaluate(CONTRAST) == [], name
    bed.show(MARIAS.talking())
    bed.show(SECOND.ringing())
    expect(page.locator(".other")).to_be_visible()
    page.keyboard.press("2")
    assert page.evaluate(CONTRAST) == []
    bed.lose()
    expect(page.locator(".banner")).to_be_visible()
    assert page.evaluate(CONTRAST) == []


@pytest.mark.parametrize("language", ["ru", "uk", "en"])
def test_the_line_about_asterisk_fits_and_covers_nothing(chrome, bed, language):
    page = at_desk(chrome, bed, language)
    bed.show(MARIAS.talking())
    state(page, "talking")
    bed.board(stale=True)
    expect(page.locator(".top.stale .banner p")).to_be_visible()
    height = "(place) => document.querySelector(place).getBoundingClientRect().height"
    assert page.evaluate(height, ".banner p") <= page.evaluate(height, ".top")
    assert page.evaluate(CONTRAST) == []
    for button in page.locator(".top button").all():
        button.click(trial=True)
    bed.lose()
    expect(page.locator(".banner button")).to_be_visible()
    bed.stale = True
    bed.come_back(restarted=True)
    expect(page.locator(".pill.asked")).to_be_visible()
    assert page.evaluate(CONTRAST) == []


def test_the_contrast_check_can_fail(chrome, bed):
    page = open_page(chrome, bed)
    expect(page.locator("h1")).to_be_visible()
    page.evaluate("document.querySelector('h1').style.color = 'rgb(230, 230, 230)'")
    assert page.evaluate(CONTRAST) != []


@pytest.mark.parametrize("language", ["ru", "uk", "en"])
@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_nothing_scrolls_and_nothing_is_cut(chrome, bed, language, size):
    page = at_desk(chrome, bed, language, viewport={"width": size[0], "height": size[1]})
    time_stands(page)
    for name, card in {"": None, **SHOWN, "several": FAMILY.ringing()}.items():
        if card:
            bed.show(card)
            state(page, name.replace("several", "ringing"))
        if name == "several":
            expect(page.locator(".person")).to_have_count(3)
        root = "document.documentElement"
        assert page.evaluate(f"[{root}.scrollWidth, {root}.scrollHeight]") == list(size)
        cut = "[...document.querySelectorAll('.top button, .pill, .topic, h1, .primary, .board dd')]"
        assert page.evaluate(f"{cut}.{NARROW}") == []
        assert page.evaluate(f"{cut}.filter(e => e.getBoundingClientRect().right > innerWidth).length") == 0
        assert page.evaluate(APART)
        assert page.evaluate(INSIDE)


def test_landmarks_headings_and_names(chrome, bed):
    page = at_desk(chrome, bed, "en")
    bed.show(MARIAS.talking())
    state(page, "talking")
    for role in ("banner", "main", "complementary", "navigation"):
        expect(page.get_by_role(role)).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_have_text("Иванова Мария Петровна")
    headings = page.get_by_role("heading", level=2).all_inner_texts()
    assert headings == ["Policy", "Last calls of this number", "Visits"]
    expect(page.get_by_role("textbox", name="Note")).to_be_visible()
    expect(page.get_by_role("radio", name="Test results")).to_be_attached()
    fields = "[...document.querySelectorAll('button, select, input, textarea')]"
    named = "e.textContent.trim() || e.getAttribute('aria-label') || e.labels?.length"
    nameless = f"{fields}.filter(e => e.checkVisibility() && !({named}))"
    assert page.evaluate(f"{nameless}.map(e => e.outerHTML)") == []


def test_the_first_paint_is_light(chrome, bed):
    page = open_page(chrome, bed)
    expect(page.locator("#name")).to_be_focused()
    sizes = page.evaluate("performance.getEntriesByType('resource').map(e => [e.name, e.decodedBodySize])")
    assert sum(size for _, size in sizes) < 175_000
    assert all(name.startswith(bed.url) for name, _ in sizes)
