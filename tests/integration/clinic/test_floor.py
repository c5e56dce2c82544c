"""The live page with the real Asterisk: a call waits and is answered, an agent says why he pauses."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Locator, Page, async_playwright, expect

from ccd.directory.phones import display, normalise
from tests.browser.page import FLAGS, chromium
from tests.integration.clinic.desks import PASSWORD, add_user, origin
from tests.integration.clinic.house import PHONES
from tests.integration.clinic.support import Clinic
from tests.testbed.ami_probe import PATIENCE, AmiProbe

pytestmark = [pytest.mark.asterisk, pytest.mark.browser]

TALKER, PAUSER = f"PJSIP/{PHONES['answers'][6]}", f"PJSIP/{PHONES['answers'][0]}"
SUPERVISOR = "nadia"
PAUSE = {"Action": "QueuePause", "Queue": "answers", "Interface": PAUSER}


@pytest.fixture
async def page(clinic: Clinic) -> AsyncIterator[Page]:
    """A supervisor watches."""
    await add_user(clinic.ccd.config, SUPERVISOR, "supervisor")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), headless=True, args=FLAGS)
        context = await browser.new_context(locale="en", reduced_motion="reduce")
        await context.add_init_script("localStorage.setItem('language', 'en')")
        opened = await context.new_page()
        opened.set_default_timeout(PATIENCE * 1000)
        expect.set_options(timeout=PATIENCE * 1000)
        credentials = {"name": SUPERVISOR, "password": PASSWORD}
        headers = {"Origin": origin(clinic)}
        await context.request.post(f"{origin(clinic)}/api/session", data=credentials, headers=headers)
        await opened.goto(f"{origin(clinic)}/static/live.html")
        await expect(agent(opened, PAUSER)).to_be_visible()
        yield opened
        await browser.close()


@pytest.fixture
async def tidy(probe: AmiProbe) -> AsyncIterator[None]:
    """Whatever a test did to the queues is undone."""
    yield
    await probe.action({"Action": "QueueRemove", "Queue": "empty", "Interface": TALKER})
    await probe.action(PAUSE | {"Paused": "false"})


def agent(page: Page, phone: str) -> Locator:
    return page.locator(f".agents tr[data-id='{phone}']")


def queue(page: Page, name: str, column: int) -> Locator:
    """A queue's figure: 1 is who waits, 10 who was answered today."""
    return page.locator(f".queues tr[data-id={name}] td").nth(column)


async def test_a_call_waits_and_is_answered_and_somebody_pauses(clinic, probe, page, tidy):
    answered = int(await queue(page, "empty", 10).inner_text())
    call = await clinic.dial(probe, "empty")
    number = display(normalise(call.number, "RU"), "RU", "en")
    waits = page.locator(".waiting tbody tr")
    await expect(waits).to_contain_text(number)
    await expect(queue(page, "empty", 1)).to_have_text("1")

    await probe.action(
        {"Action": "QueueAdd", "Queue": "empty", "Interface": TALKER, "MemberName": "Agent Talker"}
    )
    await probe.event("AgentConnect", Linkedid=call.call_id)
    await expect(agent(page, TALKER)).to_contain_text("Talking")
    await expect(agent(page, TALKER)).to_contain_text(number)
    await expect(agent(page, TALKER)).to_contain_text("Agent Talker")
    await expect(waits).to_have_count(0)

    await probe.action(PAUSE | {"Paused": "true", "Reason": "обед"})
    await expect(agent(page, PAUSER)).to_contain_text("Paused")
    await expect(agent(page, PAUSER)).to_contain_text("обед")
    await expect(agent(page, PAUSER).locator(".time")).to_have_text(re.compile(r"0:\d\d"))

    await clinic.hang_up(probe, call)
    await expect(agent(page, TALKER)).not_to_contain_text(number)
    await expect(queue(page, "empty", 10)).to_have_text(str(answered + 1))
