"""Driving the page: a browser, and the few moves that every test makes."""

import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Route, expect, sync_playwright

from tests.browser.bed import Bed
from tests.unit.desk.fakes import PASSWORD

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
COMPLAINTS: dict[Page, list[str]] = {}
"""What each page's console said of errors."""
PATIENCE = 30
"""Seconds that a page may take for anything: what is asked is whether it does, not how soon."""
expect.set_options(timeout=PATIENCE * 1000)
SIZE = {"width": 1280, "height": 720}


def chromium() -> str | None:
    """Where Chromium is on this machine."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def shell() -> str | None:
    """The same engine without a window around it, where it is installed: it takes half the computing."""
    return shutil.which("chromium-headless-shell") or chromium()


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=shell(), headless=True, args=FLAGS)
        yield started
        started.close()


def _matters(message: ConsoleMessage) -> bool:
    """The first question is whether anybody is signed in: its 401 is no complaint."""
    return message.type == "error" and "status of 401" not in message.text


def open_page(browser: Browser, bed: Bed, language: str = "ru", **options: Any) -> Page:
    """A fresh profile in a language; whatever the console complains about is kept in COMPLAINTS."""
    wanted: dict[str, Any] = {"viewport": SIZE, "reduced_motion": "reduce"} | options
    context = browser.new_context(**wanted)
    context.add_init_script(
        f"localStorage.getItem('language') || localStorage.setItem('language', '{language}')"
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    said = COMPLAINTS.setdefault(page, [])
    page.on("console", lambda message: said.append(message.text) if _matters(message) else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(bed.url)
    return page


def sign_in(page: Page, name: str = "anna", phone: str | None = "101") -> None:
    """To the desk, by keyboard, as people do."""
    expect(page.locator("#name")).to_be_focused()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    if phone is not None:
        page.locator("button.phone", has_text=phone).click()
    else:
        page.locator("section.sheet .row button").first.click()
    expect(page.locator(".link[data-state=online]")).to_be_visible()


def at_desk(browser: Browser, bed: Bed, language: str = "ru", name: str = "anna", **options: Any) -> Page:
    page = open_page(browser, bed, language, **options)
    sign_in(page, name)
    return page


def state(page: Page, name: str) -> None:
    """Wait until the card stands so."""
    expect(page.locator(f".card[data-state={name}]")).to_be_visible()


def time_stands(page: Page) -> None:
    """Nothing goes away by itself any more."""
    page.clock.install()
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)


def until(page: Page, holds: Callable[[], bool]) -> None:
    """Wait for what no locator tells."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        page.wait_for_timeout(10)


@contextmanager
def held(page: Page, path: str, most: int = 99) -> Iterator[list[Route]]:
    """Requests of this path, the first ones if fewer are wanted, go on their way only at the end of it."""
    routes: list[Route] = []
    over = Event()

    def hold(route: Route) -> None:
        if over.is_set() or len(routes) == most:
            route.continue_()
        else:
            routes.append(route)

    page.route(re.compile(re.escape(path)), hold)
    yield routes
    over.set()
    for route in routes:
        route.continue_()
