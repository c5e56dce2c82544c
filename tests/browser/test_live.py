"""The supervisors' live page and the wall in a real browser: what they show, by keyboard, with contrast."""

import re
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from ccd.live.model import AgentState
from tests.browser.bed import Bed
from tests.browser.page import COMPLAINTS, at_desk, open_page, until
from tests.browser.test_looks import CONTRAST, NARROW
from tests.unit.desk.floors import OPERATORS, agent, big_floor, busy_floor, floor, show, waiting

SIZES = ((1280, 720), (1920, 1080))
WORDS = {
    "ru": ("Сейчас", "Перерыв", "обед", "Ждут 3", "Не в сети"),
    "uk": ("Зараз", "Перерва", "обед", "Чекають 3", "Не в мережі"),
    "en": ("Live", "Paused", "обед", "3 wait", "Offline"),
}


def watching(browser: Browser, bed: Bed, language: str = "en", **options: Any) -> Page:
    """A supervisor's page, in the tab whose console is heard."""
    page = at_desk(browser, bed, language, name="vera", **options)
    page.goto(f"{bed.url}/static/live.html")
    expect(page.locator(".agents tbody tr").first).to_be_visible()
    return page


def row(page: Page, phone: str) -> Locator:
    return page.locator(f".agents tr[data-id='PJSIP/{phone}']")


def test_queues_agents_and_who_waits_in_every_language(chrome, bed):
    busy_floor(bed.floor)
    page = watching(chrome, bed)
    for language, (title, paused, reason, waits, away) in WORDS.items():
        bed.users.people["vera"] = replace(bed.users.people["vera"], language=language)
        page.reload()
        expect(page).to_have_title(title)
        expect(row(page, "103")).to_contain_text(paused)
        expect(row(page, "103")).to_contain_text(reason)
        expect(row(page, "106")).to_contain_text(away)
        expect(row(page, "101")).to_contain_text("Иванова Мария Петровна")
        expect(page.locator("#waiting-title")).to_have_text(waits)
        first = page.locator(".waiting tbody tr").first
        expect(first).to_contain_text("Иванов Иван Сергеевич")
        expect(first.locator(".time.long")).to_have_text(re.compile(r"1:\d\d"))
        expect(page.locator(".queues tr[data-id=operators] td").last).to_have_text("86 %")
    assert COMPLAINTS[page] == []


def test_what_happens_is_shown_and_nobody_loses_his_place(chrome, bed):
    busy_floor(bed.floor)
    page = watching(chrome, bed)
    for _ in range(8):
        page.keyboard.press("j")
    held = page.evaluate("document.activeElement.dataset.id")
    now = bed.floor.floor
    fresh = agent(110, AgentState.RINGING, 1, name="Новый")
    show(bed.floor, replace(now, agents=(*now.agents[1:], fresh), waiting=now.waiting[1:]))
    expect(row(page, "110")).to_contain_text("Ringing")
    expect(row(page, "101")).to_have_count(0)
    expect(page.locator(".waiting tbody tr")).to_have_count(2)
    assert page.evaluate("document.activeElement.dataset.id") == held


def test_everything_is_done_by_keyboard(chrome, bed):
    busy_floor(bed.floor)
    page = watching(chrome, bed)
    rows = page.locator(".agents tbody tr")
    page.keyboard.press("5")
    expect(rows).to_have_count(1)
    expect(page.locator("[data-filter=paused]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("1")
    expect(rows).to_have_count(10)
    page.keyboard.press("/")
    page.keyboard.type("иванова")
    expect(rows).to_have_count(1)
    page.keyboard.press("Escape")
    expect(rows).to_have_count(10)
    page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'й', code: 'KeyQ'}))")
    expect(page.locator("#queue")).to_have_value("duty-doctor")
    expect(rows).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".agents th[aria-sort]")).to_have_attribute("data-column", "state")
    page.keyboard.press("s")
    page.keyboard.press("s")
    expect(page.locator(".agents th[aria-sort]")).to_have_attribute("data-column", "agent")
    names = [text.split()[0] for text in page.locator(".agents td:first-child").all_inner_texts()]
    assert names == sorted(names)


def test_a_wait_becomes_long_by_itself(chrome, bed):
    show(bed.floor, floor([agent(101, AgentState.READY)], [waiting(1, OPERATORS, 59)]))
    page = watching(chrome, bed)
    long = page.locator(".waiting .time.long")
    expect(long).to_have_attribute("aria-description", "longer than it should be")


def test_old_figures_say_so(chrome, bed):
    busy_floor(bed.floor)
    page = watching(chrome, bed)
    show(bed.floor, replace(bed.floor.floor, stale=True))
    expect(page.locator(".banner")).to_contain_text("does not hear the telephone exchange")
    bed.lose()
    expect(page.locator(".banner")).to_contain_text("No connection to ccd")
    show(bed.floor, replace(bed.floor.floor, stale=False, agents=(agent(101, AgentState.READY),)))
    bed.come_back()
    expect(page.locator(".banner")).to_be_hidden()
    expect(page.locator(".agents tbody tr")).to_have_count(1)


def test_an_operator_sees_nothing_of_it(chrome, bed):
    busy_floor(bed.floor)
    page = at_desk(chrome, bed, "en")
    page.goto(f"{bed.url}/static/live.html")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("table")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_contrast_and_fits(chrome, bed, scheme):
    busy_floor(bed.floor)
    page = watching(chrome, bed, "ru", color_scheme=scheme)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        expect(page.locator(".time.long").first).to_be_visible()
        page.keyboard.press("j")
        assert page.evaluate(CONTRAST) == []
        root = "document.documentElement"
        assert page.evaluate(f"[{root}.scrollWidth, {root}.scrollHeight]") == [width, height]
        shown = f"[...document.querySelectorAll('.top :not(.unseen), button, th, .chips, .c-state')].{NARROW}"
        assert page.evaluate(shown) == []


def test_two_hundred_agents_scroll_in_their_place(chrome, bed):
    big_floor(bed.floor)
    page = watching(chrome, bed)
    expect(page.locator(".agents tbody tr")).to_have_count(200)
    expect(page.locator(".waiting tbody tr")).to_have_count(50)
    assert page.evaluate("document.documentElement.scrollHeight") == 720


def on_the_wall(browser: Browser, bed: Bed, wish: str = "", **options: Any) -> Page:
    page = open_page(browser, bed, **options)
    page.goto(f"{bed.url}/static/wall.html#{bed.wall_word}{wish}")
    page.reload()
    return page


def test_the_wall_shows_figures_and_nobody(chrome, bed):
    busy_floor(bed.floor)
    page = open_page(chrome, bed)
    for language in WORDS:
        page.goto(f"{bed.url}/static/wall.html#{bed.wall_word}&lang={language}")
        page.reload()
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.locator(".queue h2").first).to_have_text("operators")
        expect(page.locator(".queue[data-long=true] .sign")).to_be_visible()
        expect(page.locator(".queue").first.locator(".waiting strong")).to_have_text("2")
        assert "Иван" not in page.locator("body").inner_text()
    assert COMPLAINTS[page] == []


def test_the_wall_comes_back_for_ever(chrome, bed):
    busy_floor(bed.floor)
    page = on_the_wall(chrome, bed, "&lang=en")
    expect(page.locator(".queue")).to_have_count(3)
    bed.lose()
    expect(page.locator(".trouble")).to_contain_text("may be old")
    show(bed.floor, floor([], [waiting(1, OPERATORS, 1)]))
    bed.come_back(restarted=True)
    expect(page.locator(".trouble")).to_be_hidden()
    expect(page.locator(".queue").first.locator(".waiting strong")).to_have_text("1")


def test_what_changes_while_the_wall_fetches_its_words_is_not_lost(chrome, bed):
    busy_floor(bed.floor)
    page = open_page(chrome, bed, "en")
    heard: list[str | bytes] = []
    held: list[Route] = []
    page.on("websocket", lambda line: line.on("framereceived", lambda one: heard.append(one)))  # noqa: PLW0108
    page.route("**/locales/live.en.json", lambda one: held.append(one))  # noqa: PLW0108 - takes no builtin
    page.goto(f"{bed.url}/static/wall.html#{bed.wall_word}&lang=en")
    until(page, lambda: bool(held))
    show(bed.floor, floor([], [waiting(1, OPERATORS, 1)]))
    until(page, lambda: any('"whole"' not in str(one) and '"rows"' in str(one) for one in heard))
    held[0].continue_()
    expect(page.locator(".queue").first.locator(".waiting strong")).to_have_text("1")
    expect(page.locator(".queue").first.locator(".waiting span")).to_have_text("waiting")


def test_a_wrong_word_shows_nothing_and_says_so(chrome, bed):
    busy_floor(bed.floor)
    page = open_page(chrome, bed, "en")
    page.goto(f"{bed.url}/static/wall.html#guessed&lang=en")
    page.reload()
    expect(page.locator(".trouble")).to_contain_text("opens nothing")
    expect(page.locator(".queue")).to_have_count(0)


@pytest.mark.parametrize("look", ["light", "dark"])
def test_the_wall_has_contrast_and_fits(chrome, bed, look):
    busy_floor(bed.floor)
    page = on_the_wall(chrome, bed, f"&look={look}&lang=ru")
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        expect(page.locator(".queue[data-long=true]")).to_be_visible()
        assert page.evaluate(CONTRAST) == []
        root = "document.documentElement"
        assert page.evaluate(f"[{root}.scrollWidth, {root}.scrollHeight]") == [width, height]
        assert page.evaluate(f"[...document.querySelectorAll('h2, dd, dt, strong')].{NARROW}") == []


def test_without_queues_and_agents_the_pages_say_so(chrome, bed):
    page = at_desk(chrome, bed, "en", name="vera")
    page.goto(f"{bed.url}/static/live.html")
    expect(page.locator(".agents .empty")).to_have_text("Nobody is a member of any queue.")
    page.goto(f"{bed.url}/static/wall.html#&lang=en")
    expect(page.locator(".none")).to_have_text("There is no queue to show.")
    busy_floor(bed.floor)
    expect(page.locator(".queue")).to_have_count(3)
    expect(page.locator(".none")).to_be_hidden()
