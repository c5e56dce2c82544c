"""One operator's page while golden callers ring, one after the other."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import yaml
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.browser.page import FLAGS, chromium
from tests.demo.clinic import ccd
from tests.demo.desks import PASSWORD
from tests.golden.asking import directory
from tests.golden.reading import FOLDER
from tests.golden.world import GoldenCaller
from tests.testbed.bed import Testbed
from tests.testbed.ccd_process import TEMPLATE
from tests.testbed.phones import Agent, Patient

SHOWN: Mapping[str, list[str]] = yaml.safe_load((FOLDER.parent / "shown.yaml").read_text())
"""What must be read on the page, by the caller."""
READ = """() => [".card", ".panel.visits"].map((part) => {
  const copy = document.querySelector(part).cloneNode(true);
  for (const other of copy.querySelectorAll(".origin, .pill, .context")) other.remove();
  return copy.textContent;
}).join(" ")"""
"""All texts of card and visits, but for where facts are from, and how long it has been ringing."""


@asynccontextmanager
async def bed(home: Path) -> AsyncIterator[Testbed]:
    """Asterisk, one phone that rings for ever, and no ccd yet."""
    running = Testbed(home, ring_seconds=60)
    await running.start(phones=False, ccd=False)
    try:
        await running.agent("101", Agent(answer_after=None))
        for other in ("102", "201"):
            await running.agent(other, Agent(refuse="486 Busy Here"))
        yield running
    finally:
        await running.stop()


async def ask_only(running: Testbed, sources: str, database: str) -> None:
    """Begin ccd anew, with these sources; in a database of its own nobody has called before."""
    text = TEMPLATE.read_text(encoding="utf-8").replace("@DATABASE@", f"@HOME@/{database}.db")
    text = text.replace("directory: {region: RU}", directory(sources, deadline=1.4))
    running.ccd.given = running.home / "given.yaml"
    running.ccd.given.write_text(text, encoding="utf-8")
    await running.ccd.stop()
    running.ccd.configure()
    await running.ccd.start()


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=chromium(), headless=True, args=FLAGS)
        yield started
        await started.close()


async def sit_down(started: Browser, running: Testbed) -> Page:
    """Sign in on a fresh page, at the phone that rings."""
    context = await started.new_context(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    page = await context.new_page()
    await page.goto(f"http://127.0.0.1:{running.http_port}")
    await page.locator("#name").fill("olga")
    await page.locator("#password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.locator("button.phone", has_text="101").click()
    await expect(page.locator(".link[data-state=online]")).to_be_visible()
    return page


async def hire(running: Testbed) -> None:
    await ccd(running, "user", "add", "olga", "--language", "ru", "--password-stdin", given=PASSWORD)


async def read_card(running: Testbed, page: Page, caller: GoldenCaller) -> str:
    """Let them call; what stands on the page once all is there that must be.  Raises AssertionError."""
    await running.call(Patient(number=caller.dials, name=None))
    ringing = page.locator(".card[data-state=ringing]")
    try:
        await expect(ringing).to_contain_text(SHOWN[caller.who][0])
        for text in SHOWN[caller.who]:
            await expect(page.locator("body")).to_contain_text(text)
        return re.sub(r"\s+", " ", await page.evaluate(READ))
    finally:
        await running.quiet()
        await expect(ringing).to_have_count(0)
