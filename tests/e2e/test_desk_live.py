"""The whole point of ccd in one test: a SIP call, a ringing phone, the card in real browsers, the record.

Three people sit at one phone, each with the page in another language, so that one call shows all three.
"""

import asyncio
import json
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.browser.page import FLAGS, PATIENCE, chromium
from tests.demo.clinic import Clinic, ccd, clinic
from tests.demo.desks import PASSWORD
from tests.testbed.phones import Agent, Patient

pytestmark = [pytest.mark.asterisk, pytest.mark.browser, pytest.mark.timeout(400)]

SERVICE = "УЗИ брюшной полости"
PATIENT = "Иванова Мария Петровна"
NEXT_VISIT = "16:30|09:00"
"""By the time of day at which the test runs: of config/demo/visits.csv, the first that is still to come."""

SEEN = """(name) => { window.rang = ""; window.seen = null; new MutationObserver(() => {
  const card = document.querySelector(".card");
  if (!card?.checkVisibility()) return;
  if (card.dataset.state === "ringing") window.rang = card.textContent;
  if (card.dataset.state === "talking") document.documentElement.dataset.shown = "talking";
  if (window.seen === null && card.textContent.includes(name)) window.seen = Date.now();
}).observe(document.body, {childList: true, subtree: true, characterData: true, attributes: true}); }"""
"""The page remembers what it showed: a call goes on, however late somebody looks."""


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Clinic]:
    async with clinic(tmp_path, lambda _sentence: None) as running:
        await running.bed.agent("102", Agent(refuse="486 Busy Here"))
        await running.bed.agent("101", Agent(answer_after=1))
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=chromium(), headless=True, args=FLAGS)
        yield started
        await started.close()


async def at_desk(browser: Browser, live: Clinic, language: str) -> Page:
    name = f"olga-{language}"
    await ccd(live.bed, "user", "add", name, "--language", language, "--password-stdin", given=PASSWORD)
    context = await browser.new_context(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    page = await context.new_page()
    await page.goto(live.url)
    await page.locator("#name").fill(name)
    await page.locator("#password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.locator("button.phone", has_text="101").click()
    await expect(page.locator(".link[data-state=online]")).to_be_visible()
    await page.evaluate(SEEN, PATIENT)
    return page


async def record_of(live: Clinic, **wanted: Any) -> dict[str, Any]:
    with closing(sqlite3.connect(f"file:{live.bed.ccd.database}?mode=ro", uri=True)) as database:
        async with asyncio.timeout(PATIENCE):
            while wanted not in in_database(database, *wanted):
                await asyncio.sleep(0.1)
    records = json.loads(await ccd(live.bed, "calls", "--json"))
    (found,) = (one for one in records if wanted.items() <= one.items())
    return dict(found)


def in_database(database: sqlite3.Connection, *columns: str) -> list[dict[str, Any]]:
    rows = database.execute(f"SELECT {', '.join(columns)} FROM calls")
    return [dict(zip(columns, row, strict=True)) for row in rows]


async def test_a_call_pops_in_three_languages_and_its_topic_ends_in_the_record(
    live: Clinic, browser: Browser, record_property
):
    pages = {language: await at_desk(browser, live, language) for language in ("ru", "uk", "en")}
    patient = await live.bed.call(Patient(number="+79161234567", talk=6))
    for language, page in pages.items():
        await expect(page.locator("html")).to_have_attribute("data-shown", "talking")
        rang = await page.evaluate("window.rang")
        assert all(re.search(one, rang) for one in (PATIENT, "РЕСО", NEXT_VISIT, SERVICE)), rang
        await expect(page.locator("html")).to_have_attribute("lang", language)
    seen = {language: await page.evaluate("window.seen") for language, page in pages.items()}
    await note_by_keyboard(pages["uk"])
    record = await record_of(live, state="ended", topic="result")
    assert record["note"] == "Результат надіслати поштою"
    assert (record["noted_by"], record["ended_by"], record["unknown"]) == ("olga-uk", "caller", [])
    assert record["patient_ids"] == ["1001"]
    assert await patient.process.wait(PATIENCE)
    record_property("milliseconds_from_ring_to_card", delays(record, seen))


async def note_by_keyboard(page: Page) -> None:
    await page.bring_to_front()
    await page.keyboard.press("2")
    await page.keyboard.press("n")
    await page.keyboard.type("Результат надіслати поштою")
    await page.keyboard.press("Enter")


def delays(record: dict[str, Any], seen: dict[str, int]) -> dict[str, int]:
    """From Asterisk's own time of AgentCalled to the name standing on the page, in each language."""
    rings = [one for one in record["segments"] if one["kind"] == "offered" and one["phone"] == "PJSIP/101"]
    rang = datetime.fromisoformat(rings[0]["began_at"]).timestamp() * 1000
    found = {language: round(at - rang) for language, at in seen.items()}
    print(f"from ring to card, in ms: {found}")
    return found
