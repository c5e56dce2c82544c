"""Callbacks and voice messages in a real browser, by keyboard alone."""

import pytest
from playwright.sync_api import Page, expect

from ccd.callbacks.promise import Standing
from tests.browser.bed import Bed
from tests.browser.page import COMPLAINTS, at_desk
from tests.browser.test_looks import CONTRAST, NARROW
from tests.unit.desk.debts import message, promise, record
from tests.unit.desk.samples import IVAN, MARIA, PETYA, RAW, ago

SOUNDS = "a => new Promise(ok => a.currentTime ? ok() : a.addEventListener('timeupdate', () => ok()))"
WORDS = {
    "ru": ("Обратные звонки и сообщения", "просрочено", "Слушать", "Нужно перезвонить"),
    "uk": ("Зворотні дзвінки та повідомлення", "прострочено", "Слухати", "Треба передзвонити"),
    "en": ("Callbacks and messages", "late", "Play", "To call back"),
}


def owe(bed: Bed) -> None:
    """A late promise, one to a stranger, one that is being kept; a broken one; two messages."""
    bed.debts.people = {RAW: (MARIA,), "+79031112233": (IVAN, PETYA)}
    bed.debts.promises.rows = [
        promise(1, due_by=ago(minutes=-9), at=ago(minutes=3)),
        promise(2, number="+380501234567", name="O. Kovalenko", attempts=2),
        promise(3, number="+79031112233", due_by=ago(minutes=-50), state=Standing.CALLING, attempts=1),
        promise(4, number="+79265550101", due_by=ago(hours=3), state=Standing.EXPIRED),
        promise(5, number="+79265550102", due_by=ago(hours=1), state=Standing.UNREACHABLE, attempts=4),
    ]
    bed.debts.messages.rows = [message(1), message(2, number="", at=ago(hours=14), seconds=75.0)]
    for one in bed.debts.messages.rows:
        record(bed.debts.recordings, one, seconds=30)


def tab_to(page: Page, what: str) -> None:
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.locator(what).evaluate("e => e === document.activeElement"):
            return
    raise AssertionError(what)


def opened(page: Page) -> Page:
    """From the desk, by keyboard: the page is beside the desk, which stays open."""
    tab_to(page, ".pages summary")
    page.keyboard.press("Enter")
    tab_to(page, "a[href='/static/promises.html']")
    with page.context.expect_page() as beside:
        page.keyboard.press("Enter")
    expect(beside.value.locator(".live li").first).to_be_visible()
    return beside.value


def at_page(page: Page, bed: Bed) -> Page:
    """In the same tab, whose console is heard."""
    page.goto(f"{bed.url}/static/promises.html")
    expect(page.locator(".live li").first).to_be_visible()
    return page


@pytest.mark.parametrize("language", ["ru", "uk", "en"])
def test_what_is_owed_is_said_in_every_language(chrome, bed, language):
    owe(bed)
    page = at_page(at_desk(chrome, bed, language), bed)
    title, late, play, live = WORDS[language]
    expect(page).to_have_title(title)
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.locator(".live h2")).to_have_text(live)
    first = page.locator(".live li").first
    expect(first).to_contain_text("Иванова Мария Петровна8 (916) 123-45-67 · operators")
    expect(first.locator(".mark")).to_have_text(late)
    expect(page.locator(".messages button").first).to_contain_text(play)
    expect(page.locator(".live li")).to_have_count(3)
    expect(page.locator(".broken li")).to_have_count(2)
    assert page.evaluate("document.documentElement.lang") == language
    assert COMPLAINTS[page] == []


def test_everything_is_done_by_keyboard(chrome, bed):
    owe(bed)
    desk = at_desk(chrome, bed, "en")
    page = opened(desk)
    page.keyboard.press("j")
    expect(page.locator(".live li").first).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator("dialog")).to_contain_text("Take the promise back? Иванова Мария Петровна")
    expect(page.get_by_role("button", name="Keep the promise")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("dialog")).to_have_count(0)
    assert bed.debts.promises.rows[0].live
    page.keyboard.press("x")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".live li")).to_have_count(2)
    assert bed.debts.promises.rows[0].state is Standing.CANCELLED
    expect(page.locator(".live li").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".messages li").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.locator(".messages li[data-state=playing]")).to_have_count(1)
    page.locator("audio").evaluate(SOUNDS)
    expect(page.locator(".messages li").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".messages li[data-state=playing]")).to_have_count(0)
    page.keyboard.press("h")
    expect(page.locator(".messages li")).to_have_count(1)
    expect(page.locator("audio")).to_be_hidden()
    assert [one.heard_by for one in bed.debts.messages.rows] == ["anna", ""]
    expect(desk.locator(".link[data-state=online]")).to_be_visible()
    bed.run(bed.trail.flush)
    done = {"promises", "messages", "promise-cancelled", "message-played", "message-heard"}
    assert done <= set(bed.audit.actions("anna"))
    assert bed.audit.actions("anna").count("promise-cancelled") == 1


def test_the_sound_is_within_the_policy(chrome, bed):
    owe(bed)
    page = at_page(at_desk(chrome, bed, "en"), bed)
    page.locator(".messages li").first.focus()
    page.keyboard.press("Enter")
    page.locator("audio").evaluate(SOUNDS)
    assert COMPLAINTS[page] == []
    (bed.debts.recordings / bed.debts.messages.rows[1].file).unlink()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator(".player p")).to_contain_text("could not be played")


def test_keys_work_in_a_cyrillic_layout(chrome, bed):
    owe(bed)
    page = at_page(at_desk(chrome, bed), bed)
    page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'о', code: 'KeyJ'}))")
    expect(page.locator(".live li").first).to_be_focused()


def test_a_page_without_ccd_says_how_old_it_is(chrome, bed):
    owe(bed)
    page = at_page(at_desk(chrome, bed, "en"), bed)
    bed.lose()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".fresh.failed")).to_contain_text("What you see is from 14:32.")
    expect(page.locator(".live li")).to_have_count(3)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_contrast_and_fits(chrome, bed, scheme):
    owe(bed)
    page = at_page(at_desk(chrome, bed, "ru", color_scheme=scheme), bed)
    assert page.evaluate(CONTRAST) == []
    page.locator(".messages li").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-state=playing]")).to_have_count(1)
    assert page.evaluate(CONTRAST) == []
    root = "document.documentElement"
    assert page.evaluate(f"[{root}.scrollWidth, {root}.scrollHeight]") == [1280, 720]
    assert page.evaluate(f"[...document.querySelectorAll('.top *, button, .right')].{NARROW}") == []
    page.keyboard.press("k")
    page.keyboard.press("x")
    expect(page.locator("dialog[open]")).to_be_visible()
    assert page.evaluate(CONTRAST) == []
