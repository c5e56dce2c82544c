"""Missed calls in a real browser, by keyboard alone."""

import pytest
from playwright.sync_api import Page, expect

from ccd.missed.happening import Kind
from tests.browser.bed import Bed
from tests.browser.page import COMPLAINTS, at_desk
from tests.browser.test_looks import CONTRAST, NARROW
from tests.unit.desk.lost import lost
from tests.unit.desk.samples import IVAN, MARIA, PETYA, RAW, ago
from tests.unit.desk.test_missed_api import many

WORDS = {
    "ru": ("Пропущенные звонки", "просрочено", "Перезвонить", "Ещё 3 пропущенных звонка"),
    "uk": ("Пропущені дзвінки", "прострочено", "Передзвонити", "Ще 3 пропущені дзвінки"),
    "en": ("Missed calls", "late", "Call back", "3 more calls"),
}


def lose(bed: Bed) -> None:
    """One late, one that a colleague calls, one abroad, one plain."""
    bed.debts.people = {RAW: (MARIA,), "+79031112233": (IVAN, PETYA)}
    bed.lost.unknown_calls = 3
    bed.lost.rows = [
        lost("1.1", since=ago(hours=3), due_by=ago(hours=1), calls=3, last_at=ago(minutes=7)),
        lost("1.2", number="+79031112233", since=ago(hours=1), by="oleg", until=ago(minutes=-1)),
        lost("1.3", number="+380501234567", name="O. Kovalenko", since=ago(minutes=40)),
        lost("1.4", number="+79265550101", attempts=2, tried_at=ago(minutes=2)),
    ]


def at_page(page: Page, bed: Bed) -> Page:
    page.goto(f"{bed.url}/static/missed.html")
    expect(page.locator(".tasks li").first).to_be_visible()
    return page


@pytest.mark.parametrize("language", ["ru", "uk", "en"])
def test_missed_calls_are_said_in_every_language(chrome, bed, language):
    lose(bed)
    page = at_page(at_desk(chrome, bed, language), bed)
    title, late, call, more = WORDS[language]
    expect(page).to_have_title(title)
    first = page.locator(".tasks li").first
    expect(first).to_contain_text("Иванова Мария Петровна8 (916) 123-45-67 · operators")
    expect(first.locator(".mark")).to_have_text(late)
    expect(first.locator("button").first).to_contain_text(call)
    expect(page.locator(".unknown")).to_contain_text(more)
    expect(page.locator(".tasks li")).to_have_count(4)
    expect(page.locator(".tasks li").nth(1).locator("button")).to_have_count(1)
    assert COMPLAINTS[page] == []


def test_one_key_calls_back_and_another_ends_it(chrome, bed):
    lose(bed)
    page = at_page(at_desk(chrome, bed, "en"), bed)
    page.keyboard.press("j")
    expect(page.locator(".tasks li").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".fresh")).to_contain_text("Your phone rings now")
    expect(page.locator(".tasks li").first.locator(".mark")).to_have_text("you are calling")
    assert [(phone, number) for phone, number, _, _ in bed.lost.rung] == [("PJSIP/101", RAW)]
    page.keyboard.press("x")
    expect(page.get_by_role("button", name="Keep in the list")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".tasks li")).to_have_count(3)
    assert bed.lost.rows[0].task.closed is Kind.DONE
    expect(page.locator(".tasks li").first).to_be_focused()


def test_those_beyond_the_first_200_are_a_key_away(chrome, bed):
    bed.lost.rows = many(230)
    page = at_page(at_desk(chrome, bed, "en"), bed)
    expect(page.locator(".places span").first).to_have_text("1–200 of 230")
    page.keyboard.press("n")
    expect(page.locator(".places span").first).to_have_text("201–230 of 230")
    expect(page.locator(".tasks li")).to_have_count(30)
    expect(page.locator(".tasks li").first).to_be_focused()
    bed.lost.rows = many(150)
    page.keyboard.press("p")
    expect(page.locator(".tasks li")).to_have_count(150)
    expect(page.locator(".places")).to_be_hidden()


def test_how_long_somebody_waits_grows_though_nothing_else_changes(chrome, bed):
    bed.lost.rows = [lost(since=ago(minutes=40))]
    page = at_page(at_desk(chrome, bed, "en"), bed)
    expect(page.locator(".tasks li")).to_contain_text("40 min ago")
    bed.clock.go_on(minutes=5)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".tasks li")).to_contain_text("45 min ago")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read(chrome, bed, scheme):
    lose(bed)
    page = at_desk(chrome, bed, "ru")
    page.emulate_media(color_scheme=scheme)
    at_page(page, bed)
    for width in (1280, 900):
        page.set_viewport_size({"width": width, "height": 720})
        assert page.evaluate(CONTRAST) == []
        assert page.evaluate(f"[...document.querySelectorAll('.top *, button, .right')].{NARROW}") == []
